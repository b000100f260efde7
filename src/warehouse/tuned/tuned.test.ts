import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Database } from '../../core/sql/database.ts'
import { numberColumn } from '../../core/table.ts'
import type { Steerer } from '../types.ts'
import { createTemplates } from '../watch/templates.ts'
import type { TunedOptions } from './options.ts'
import {
  choice,
  copyRewriter,
  fresh,
  nothing,
  REWRITERS,
  SECOND_SIGHT,
  tunedWith,
} from './testing/tuned-with.ts'
import { tunedDatabase } from './tuned.ts'

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

describe('tunedDatabase', () => {
  it('answers as the plain database, whatever rewriter and steerer do', async () => {
    const options = fc.record({
      rewriter: fc.constantFrom(...Object.keys(REWRITERS)),
      steerer: fc.constantFrom(...Object.keys(STEERERS)),
      mode: fc.constantFrom(
        'off' as const,
        'advise' as const,
        'automatic' as const,
        'automatic' as const,
      ),
      passes: fc.boolean(),
      isOff: fc.constantFrom<TunedOptions['isOff']>(undefined, (fingerprint) => fingerprint < '8'),
    })
    await fc.assert(
      fc.asyncProperty(options, fc.array(step, { maxLength: 25 }), async (chosen, steps) => {
        const plain = await fresh()
        const db = await fresh()
        const rewriter = REWRITERS[chosen.rewriter]!(db)
        const parts = { rewriter, steerer: STEERERS[chosen.steerer]!() }
        const none = { concerns: () => false }
        const tuned = tunedDatabase(db, {
          ...{ mode: chosen.mode, ...parts },
          ...(chosen.passes
            ? {
                lookShare: 0,
                rewriter: { ...parts.rewriter, ...none },
                steerer: { ...parts.steerer, ...none },
              }
            : {}),
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
