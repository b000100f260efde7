import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Database, openConnections, openDatabase } from '../../core/sql/database.ts'
import { numberColumn } from '../../core/table.ts'
import { createScheduler, createWorkPredictor, firstComeFirstServed } from '../schedule/door.ts'
import type { Rewriter, Steerer } from '../types.ts'
import { createTemplates } from '../watch/templates.ts'
import type { RunSeen } from '../watch/watcher.ts'
import type { TunedOptions, TuningFault } from './options.ts'
import { tunedDatabase } from './tuned.ts'

const SETUP = [
  'CREATE TABLE t (a INTEGER, b DOUBLE)',
  'INSERT INTO t SELECT i % 7, i / 3 FROM range(50) AS r(i)',
  'CREATE TABLE u (a INTEGER)',
  'INSERT INTO u SELECT i FROM range(5) AS r(i)',
]

async function fresh(): Promise<Database> {
  const db = await openDatabase(':memory:', { threads: 1 })
  for (const sql of SETUP) await db.run(sql)
  return db
}

/** Answers from a copy of t, as a view would: while t has not changed since the copy was made. */
function copyRewriter(db: Database): Rewriter & { refresh(): Promise<void> } {
  let isFresh = false
  return {
    rewrite: ({ sql }) =>
      isFresh && /\bFROM t\b/.test(sql)
        ? { sql: sql.replaceAll(/\bFROM t\b/g, 'FROM copy_of_t AS t'), actionId: 'copy' }
        : undefined,
    changed: (table) => {
      if (table === undefined || table.toLowerCase() === 't') isFresh = false
    },
    async refresh() {
      await db.run('CREATE OR REPLACE TEMP TABLE copy_of_t AS FROM t')
      isFresh = true
    },
  }
}

const nothing = { changed: () => undefined }
const REWRITERS: Readonly<Record<string, (db: Database) => Rewriter>> = {
  none: () => ({ ...nothing, rewrite: () => undefined }),
  copy: copyRewriter,
  nonsense: () => ({
    ...nothing,
    rewrite: () => ({ sql: 'SELECT a FROM nowhere', actionId: 'bad' }),
  }),
  'fails while it runs': () => ({
    ...nothing,
    rewrite: () => ({ sql: "SELECT error('no') FROM t", actionId: 'bad' }),
  }),
  throws: () => ({
    ...nothing,
    rewrite: () => {
      throw new Error('no')
    },
    meet: () => {
      throw new Error('no')
    },
  }),
}

const choice = (arm: string, set: string[], reset: string[], limitMs = Infinity) => ({
  ...{ arm, set, reset, limitMs },
})
const ARMS = [
  undefined,
  choice('plain', [], []),
  choice('joins', ["SET disabled_optimizers = 'join_order'"], ['RESET disabled_optimizers']),
  choice(
    'two',
    ["SET disabled_optimizers = 'filter_pushdown,statistics_propagation'"],
    ['RESET disabled_optimizers'],
  ),
]
const STEERERS: Readonly<Record<string, () => Steerer>> = {
  none: () => ({ choose: () => undefined, learn: () => undefined }),
  changes: () => {
    let i = 0
    return { choose: () => ARMS[i++ % ARMS.length], learn: () => undefined }
  },
  'bad setting': () => ({
    choose: () => choice('bad', ['SET no_such_setting = 1'], ['RESET no_such_setting']),
    learn: () => undefined,
  }),
  'no time': () => ({
    choose: () =>
      choice('slow', ["SET disabled_optimizers = 'join_order'"], ['RESET disabled_optimizers'], 0),
    learn: () => undefined,
  }),
  throws: () => ({
    choose: () => {
      throw new Error('no')
    },
    learn: () => {
      throw new Error('no')
    },
  }),
}

type Step = (db: Database, refresh: () => Promise<void>) => Promise<unknown>
const n = fc.integer({ min: -3, max: 60 })
const select = (form: (n: number, m: number) => string) =>
  fc.tuple(n, n).map(([x, y]) => form(x, y))
const SELECTS = fc.oneof(
  select(
    (x, y) => `SELECT a, sum(b) AS s FROM t WHERE b BETWEEN ${x} AND ${y} GROUP BY a ORDER BY a`,
  ),
  select((x) => `SELECT count(*) AS n FROM t WHERE a IN (${x}, ${x + 1}, 3)`),
  select((x) => `SELECT t.a FROM t JOIN u ON t.a = u.a WHERE t.b < ${x} ORDER BY ALL`),
  select((x) => `WITH q AS (SELECT * FROM t WHERE a < ${x}) SELECT max(b) AS m FROM q`),
  select((x) => `SELECT a // ${x} AS d FROM t ORDER BY 1`),
  select((x) => `SELECT nonsense FROM t WHERE a = ${x}`),
  select((x) => `SELECT CAST('x${x}' AS INTEGER) FROM t`),
)
const WRITES = fc.oneof(
  select((x, y) => `INSERT INTO t VALUES (${x}, ${y})`),
  select((x) => `DELETE FROM t WHERE a = ${x}`),
  select((x) => `UPDATE "t" SET b = b + ${x}`),
  select((x) => `WITH q AS (SELECT ${x}) INSERT INTO t SELECT *, 1 FROM q`),
  fc.constantFrom(
    'BEGIN',
    'COMMIT',
    'ROLLBACK',
    'SELECT 1; DELETE FROM t WHERE a = 3',
    'SET threads = 1',
  ),
  fc.constantFrom(
    'CREATE OR REPLACE TABLE t AS SELECT 1 AS a, 2.5::DOUBLE AS b',
    'INSERT INTO t VALUES',
  ),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: SELECTS.map(
      (sql): Step =>
        (db) =>
          db.answer(sql),
    ),
  },
  {
    weight: 1,
    arbitrary: SELECTS.map(
      (sql): Step =>
        (db) =>
          db.rows(sql),
    ),
  },
  {
    weight: 1,
    arbitrary: n.map(
      (x): Step =>
        (db) =>
          db.answer('SELECT a FROM t WHERE a > $1 AND b < $2 ORDER BY a', [x, x + 40.5]),
    ),
  },
  {
    weight: 3,
    arbitrary: WRITES.map(
      (sql): Step =>
        (db) =>
          db.run(sql),
    ),
  },
  {
    weight: 1,
    arbitrary: n.map(
      (x): Step =>
        (db) =>
          db.append('t', { rowCount: 1, columns: { a: numberColumn([x]), b: numberColumn([x]) } }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(WRITES, SELECTS, fc.boolean()).map(
      ([write, sql, fails]): Step =>
        (db) =>
          db.transaction(async () => {
            await db.run(write)
            const answer = await db.answer(sql)
            if (fails) throw new Error('undone')
            return answer
          }),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Step>((_, refresh) => refresh()) },
)

async function outcomes(db: Database, steps: readonly Step[], refresh: () => Promise<void>) {
  const told: unknown[] = []
  for (const take of steps) {
    told.push(await take(db, refresh).catch((error: Error) => `failed: ${error.message}`))
  }
  return told
}

/** Whatever a statement took, reading it was worth as much. */
const SECOND_SIGHT = { 'warehouse.look-after': 1e-6 }

describe('tunedDatabase', () => {
  it('answers as the plain database, whatever rewriter and steerer do', {
    timeout: 120_000,
  }, async () => {
    const options = fc.record({
      rewriter: fc.constantFrom(...Object.keys(REWRITERS)),
      steerer: fc.constantFrom(...Object.keys(STEERERS)),
      mode: fc.constantFrom(
        'off' as const,
        'advise' as const,
        'automatic' as const,
        'automatic' as const,
      ),
      isOff: fc.constantFrom<TunedOptions['isOff']>(undefined, (fingerprint) => fingerprint < '8'),
    })
    await fc.assert(
      fc.asyncProperty(options, fc.array(step, { maxLength: 25 }), async (chosen, steps) => {
        const plain = await fresh()
        const db = await fresh()
        const rewriter = REWRITERS[chosen.rewriter]!(db)
        const tuned = tunedDatabase(db, {
          ...{ mode: chosen.mode, rewriter, steerer: STEERERS[chosen.steerer]!() },
          ...(chosen.isOff === undefined ? {} : { isOff: chosen.isOff }),
        })
        const refresh = () =>
          (rewriter as { refresh?: () => Promise<void> }).refresh?.() ?? Promise.resolve()
        try {
          expect(await outcomes(tuned, steps, () => refresh().catch(() => undefined))).toEqual(
            await outcomes(plain, steps, () => Promise.resolve()),
          )
        } finally {
          plain.close()
          db.close()
        }
      }),
      { numRuns: 60 },
    )
  })

  async function tunedWith(options: Partial<TunedOptions>) {
    const db = await fresh()
    const faults: TuningFault[] = []
    const runs: RunSeen[] = []
    const tuned = tunedDatabase(db, {
      mode: 'automatic',
      knobs: SECOND_SIGHT,
      onFault: (fault) => faults.push(fault),
      watcher: { observe: (_, run) => runs.push(run) },
      ...options,
    })
    return { db, tuned, faults, runs }
  }

  it('uses a view until its table changes, and again when it is refreshed', async () => {
    const db = await fresh()
    const rewriter = copyRewriter(db)
    const tuned = tunedDatabase(db, { mode: 'automatic', knobs: SECOND_SIGHT, rewriter })
    const count = async () =>
      (await tuned.answer('SELECT count(*) FROM t WHERE b > 1')).columns[0]![0]
    await rewriter.refresh()
    // A template is looked at when it is seen again.
    await count()
    const before = await count()
    expect(tuned.counts().rewritten).toBe(1)
    await tuned.run('INSERT INTO t VALUES (1, 100)')
    expect(await count()).toBe((before as bigint) + 1n)
    expect(tuned.counts().rewritten).toBe(1)
    await rewriter.refresh()
    await count()
    expect(tuned.counts()).toMatchObject({ rewritten: 2, fellBack: 0 })
    db.close()
  })

  it('uses a view for statements with values, and steers them by other text', async () => {
    const db = await fresh()
    const rewriter = copyRewriter(db)
    await rewriter.refresh()
    const sql = 'SELECT a, b FROM t WHERE a >= $1 AND b < $2 ORDER BY ALL LIMIT $3'
    const tuned = tunedDatabase(db, { mode: 'automatic', knobs: SECOND_SIGHT, rewriter })
    const values = [1, 60.5, 7]
    const plain = await db.answer(sql, values)
    for (let i = 0; i < 3; i++) expect(await tuned.answer(sql, values)).toEqual(plain)
    // A statement is read when it is asked again.
    expect(tuned.counts()).toMatchObject({ rewritten: 2, fellBack: 0 })
    const promised = tunedDatabase(db, {
      mode: 'automatic',
      knobs: SECOND_SIGHT,
      rewriter,
      isPromising: () => true,
    })
    expect(await promised.rows(sql, values)).toEqual(await db.rows(sql, values))
    expect(promised.counts()).toMatchObject({ rewritten: 1, fellBack: 0 })
    // Where values cannot be written in, the statement runs as it is.
    const sum = 'SELECT a + $1 FROM t ORDER BY ALL'
    for (let i = 0; i < 3; i++) {
      expect(await tuned.answer(sum, [1])).toEqual(await db.answer(sum, [1]))
    }
    expect(tuned.counts().rewritten).toBe(2)
    const otherwise = tunedDatabase(db, {
      mode: 'automatic',
      steerer: {
        choose: ({ sql: text }) => ({ ...choice('other', [], []), sql: `FROM (${text}) AS q` }),
        learn: () => undefined,
      },
    })
    for (let i = 0; i < 2; i++) expect(await otherwise.answer(sql, values)).toEqual(plain)
    expect(otherwise.counts()).toMatchObject({ steered: 1, fellBack: 0 })
    db.close()
  })

  it('reads a template once its statements took what reading takes, and anew after as much again', async () => {
    let shown = 0
    const knows = { now: false }
    const { tuned } = await tunedWith({
      knobs: { 'warehouse.look-after': 10_000 },
      rewriter: {
        ...nothing,
        rewrite: () => undefined,
        meet: () => shown++,
        knows: () => knows.now,
      },
    })
    for (const x of [1, 2, 3]) await tuned.answer(`SELECT a FROM t WHERE b > ${x}`)
    expect(shown).toBe(0)
    const soon = await tunedWith({
      rewriter: {
        ...nothing,
        rewrite: () => undefined,
        meet: () => {
          shown++
          knows.now = true
        },
        knows: () => knows.now,
      },
    })
    for (const x of [1, 2, 3]) await soon.tuned.answer(`SELECT a FROM t WHERE b > ${x}`)
    expect(shown).toBe(1)
    const none = await tunedWith({
      rewriter: { ...nothing, rewrite: () => undefined, meet: () => shown++, knows: () => true },
    })
    for (const x of [1, 2, 3]) await none.tuned.answer(`SELECT b FROM t WHERE b > ${x}`)
    expect(shown).toBe(1)
    none.tuned.close()
    tuned.close()
    soon.tuned.close()
  })

  it('forgets no statement where rows change, and all on a table whose columns may have', async () => {
    const told: unknown[] = []
    const { tuned } = await tunedWith({
      rewriter: { rewrite: () => undefined, changed: (table, how) => told.push(`${how} ${table}`) },
    })
    await tuned.run('UPDATE t SET b = b WHERE a = 1')
    await tuned.run('ALTER TABLE t ADD COLUMN z INTEGER')
    await tuned.run('BEGIN')
    await tuned.run('INSERT INTO u VALUES (1)')
    await tuned.run('ROLLBACK')
    expect([...new Set(told)]).toEqual(['rows t', 'other t', 'append u', 'rows u'])
    tuned.close()
  })

  it('tries a rewrite that fails once, and says so', async () => {
    const { tuned, faults, runs } = await tunedWith({
      rewriter: REWRITERS['nonsense']!(undefined as never),
    })
    for (const x of [1, 2, 3]) await tuned.answer(`SELECT a FROM t WHERE b > ${x}`)
    expect(tuned.counts()).toMatchObject({ rewritten: 0, fellBack: 1 })
    expect(faults).toMatchObject([{ part: 'rewriter', actionId: 'bad' }])
    expect(runs).toHaveLength(3)
    expect(runs.every(({ failed, cpuMs }) => failed === undefined && cpuMs !== undefined)).toBe(
      true,
    )
    tuned.close()
  })

  it('interrupts a steered statement at its limit, runs it by default and tells the steerer both', async () => {
    const learned: { arm: string; interrupted: boolean }[] = []
    let isFirst = true
    const { tuned, runs } = await tunedWith({
      steerer: {
        choose: () => {
          const chosen = isFirst
            ? choice(
                'slow',
                ["SET disabled_optimizers = 'join_order'"],
                ['RESET disabled_optimizers'],
                5,
              )
            : undefined
          isFirst = false
          return chosen
        },
        learn: (_, { arm, interrupted }) => learned.push({ arm, interrupted }),
      },
    })
    const slow = 'SELECT count(*) FROM range(3000) a(x), range(3000) b(y) WHERE x * y % 7 = 3'
    const { columns } = await tuned.answer(slow)
    expect(columns[0]![0]).toBeGreaterThan(1_000_000n)
    expect(learned).toEqual([
      { arm: 'slow', interrupted: true },
      { arm: 'default', interrupted: false },
    ])
    const { columns: setting } = await tuned.answer("SELECT current_setting('disabled_optimizers')")
    expect(setting).toEqual([['']])
    expect(tuned.counts()).toMatchObject({ steered: 1, interrupted: 1 })
    expect(runs[0]!.arm).toBeUndefined()
    tuned.close()
  })

  it('stops a statement for its user, and does not run it again', async () => {
    const { tuned } = await tunedWith({
      steerer: { choose: () => choice('plain', [], []), learn: () => undefined },
    })
    const asked = tuned.answer(
      'SELECT count(*) FROM range(100000) a(x), range(100000) b(y) WHERE x * y % 7 = 3',
    )
    // An interrupt acts on what is running, which it may not be yet on a busy machine.
    const again = setInterval(() => tuned.interrupt(), 20)
    await expect(asked).rejects.toMatchObject({ code: 'ERR_SQL' })
    clearInterval(again)
    expect(tuned.counts().fellBack).toBe(0)
    tuned.close()
  })

  it('shows a rewriter what it does not know, once more where it forgot, and no more', async () => {
    const known = new Set<string>()
    let shown = 0
    const { tuned } = await tunedWith({
      rewriter: {
        ...nothing,
        rewrite: ({ sql }) => (known.has(sql) ? { sql, actionId: 'same' } : undefined),
        meet: ({ sql }) => {
          shown++
          if (!sql.includes('99')) known.add(sql)
        },
        knows: (sql) => known.has(sql),
      },
    })
    const ask = (x: number) => tuned.answer(`SELECT a FROM t WHERE a = ${x}`)
    for (const x of [1, 1, 2, 2]) await ask(x)
    expect([shown, tuned.counts().rewritten]).toEqual([2, 3])
    known.clear()
    await ask(1)
    expect([shown, tuned.counts().rewritten]).toEqual([3, 4])
    for (let i = 0; i < 3; i++) await ask(99)
    expect(shown).toBe(4)
    tuned.close()
  })

  it.each(['off', 'automatic'] as const)(
    'tells WITH that reads from WITH that writes (%s)',
    async (mode) => {
      const told: string[] = []
      const { tuned } = await tunedWith({
        mode,
        rewriter: { rewrite: () => undefined, changed: (table) => told.push(table ?? 'any') },
      })
      await tuned.answer('WITH q AS (SELECT 1 AS a) SELECT * FROM q')
      await tuned.answer("WITH q AS (SELECT 1 AS a) SELECT * FROM q, 'nowhere.csv'").catch(() => 0)
      expect(told).toEqual([])
      await tuned.run('WITH q AS (SELECT 1 AS a) INSERT INTO u SELECT a FROM q')
      expect(told).toEqual(['any', 'any'])
      tuned.close()
    },
  )

  it('leaves alone what a person turned off, and what no rewrite may touch', async () => {
    const asked: string[] = []
    const off = createTemplates(1).know('SELECT b FROM t WHERE a = 2').template.fingerprint
    const { tuned } = await tunedWith({
      rewriter: { ...nothing, rewrite: ({ sql }) => void asked.push(sql) as undefined },
      isOff: (fingerprint) => fingerprint === off,
    })
    await tuned.answer('SELECT a FROM t WHERE a > $1', [1])
    await tuned.answer('SELECT random() FROM t')
    await tuned.answer('SELECT b FROM t WHERE a = 1')
    await tuned.transaction(() => tuned.answer('SELECT a FROM t'))
    expect(asked).toEqual([])
    await tuned.answer('SELECT a FROM t')
    expect(asked).toEqual(['SELECT a FROM t'])
    tuned.close()
  })
})

it('waits its turn where connections share a scheduler, and is freed of waiting when it is interrupted', async () => {
  const [a, b] = await openConnections(':memory:', 2, { threads: 1 })
  const scheduler = createScheduler({
    policy: firstComeFirstServed(1),
    predictor: createWorkPredictor({ capacity: 10, cores: 1 }),
    machine: { cores: 1, memoryBytes: 1e9 },
    clock: () => performance.now(),
    cpuClock: () => 0,
  })
  const open = (db: Database) => tunedDatabase(db, { mode: 'automatic', scheduler })
  const [one, other] = [open(a!), open(b!)]
  const running = one.answer('SELECT count(*) FROM range(300000000000) AS r(i) WHERE i % 7 < 3')
  const waiting = other.answer('SELECT count(*) FROM range(100) AS r(i)')
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(scheduler.counts()).toEqual({ waiting: 1, running: 1 })
  other.interrupt()
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  one.interrupt()
  await expect(running).rejects.toThrow()
  expect((await other.answer('SELECT 1')).rowCount).toBe(1)
  expect(scheduler.counts()).toEqual({ waiting: 0, running: 0 })
  one.close()
  other.close()
})
