import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sameAnswer } from '../../core/sql/answer.ts'
import { type Database, openDatabase, quoteText } from '../../core/sql/database.ts'
import { type PricedCpu, priceCpu, pricedByRows } from '../../core/testing/priced.ts'
import { apply, propose } from '../design/design.ts'
import type { Action, Advice, AdviseOptions } from '../types.ts'
import { layoutAdviser } from './adviser.ts'
import { groupRowsOf } from './native.ts'
import { makeRandomTable, workloadOf } from './testing/random-tables.ts'

const ROWS = 300_000
const KNOBS = { 'warehouse.layout-sample-rows': 4096 }
const byPrice = Array.from(
  { length: 8 },
  (_, i) =>
    `SELECT b, count(*) AS n, max(c) AS most FROM t WHERE x BETWEEN ${10 * i} AND ${10 * i + 3} GROUP BY b`,
)
const byDay = Array.from(
  { length: 8 },
  (_, i) =>
    `SELECT s, count(*) AS n FROM t WHERE d >= DATE '2024-01-01' + ${40 * i} AND d < DATE '2024-01-01' + ${40 * i + 9} AND a < 20 GROUP BY s`,
)

// What is advised hangs on CPU: here statements take it by the rows they read.
let cpu: PricedCpu
let db: Database
beforeEach(async () => {
  cpu = priceCpu()
  db = pricedByRows(await openDatabase(':memory:', { threads: 1 }), cpu)
  await makeRandomTable(db, ROWS, 5)
})
afterEach(() => {
  cpu.restore()
  db.close()
})

async function advise(
  statements: readonly (readonly string[])[],
  cpuMs = 50,
  more: Partial<AdviseOptions> = {},
): Promise<Advice> {
  const adviser = layoutAdviser({ knobs: KNOBS, isTried: false })
  return adviser.advise(workloadOf(statements, cpuMs), db, {
    ...{ seed: 1, now: 0, storageBytes: 1e9, standing: [], ...more },
  })
}

async function runAll(statements: readonly string[]): Promise<void> {
  await db.transaction(async () => {
    for (const sql of statements) await db.run(sql)
  })
}

async function rowsOfTable(): Promise<string> {
  const [row] = await db.rows<{ n: number; h: string }>(
    'SELECT count(*) AS n, CAST(sum(hash(t)) AS VARCHAR) AS h FROM t',
  )
  return JSON.stringify(row)
}

async function oneAction(): Promise<Action> {
  const { actions } = await advise([byPrice, byDay])
  expect(actions).toHaveLength(1)
  return actions[0]!
}

describe('layoutAdviser', () => {
  it('lays a table out and brings the old order back; rows and answers stay', async () => {
    const statements = [...byPrice, ...byDay, 'SELECT * FROM t WHERE a = 7 AND x > 90']
    const before = await Promise.all(statements.map((sql) => db.answer(sql)))
    const rows = await rowsOfTable()
    const first = await db.answer('SELECT * FROM t LIMIT 100')
    const action = await oneAction()
    await runAll(action.apply)
    expect(await rowsOfTable()).toBe(rows)
    for (const [i, sql] of statements.entries()) {
      expect(sameAnswer(before[i]!, await db.answer(sql), false), sql).toBe(true)
    }
    expect(sameAnswer(first, await db.answer('SELECT * FROM t LIMIT 100'), true)).toBe(false)
    await runAll(action.undo)
    expect(await rowsOfTable()).toBe(rows)
    expect(sameAnswer(first, await db.answer('SELECT * FROM t LIMIT 100'), true)).toBe(true)
  })

  it('keeps rows that came and went between applying and undoing', async () => {
    const action = await oneAction()
    await runAll(action.apply)
    await db.run("INSERT INTO t VALUES (77, NULL, 'new', DATE '2030-01-01', TRUE, 1)")
    await db.run('DELETE FROM t WHERE a = 3')
    const rows = await rowsOfTable()
    await runAll(action.undo)
    expect(await rowsOfTable()).toBe(rows)
  })

  it('leaves the old table where a statement fails midway', async () => {
    const rows = await rowsOfTable()
    const first = await db.answer('SELECT * FROM t LIMIT 100')
    const { apply } = await oneAction()
    for (let at = 0; at <= apply.length; at++) {
      await expect(runAll(apply.toSpliced(at, 0, 'SELECT nonsense'))).rejects.toThrow()
      expect(await rowsOfTable()).toBe(rows)
      expect(sameAnswer(first, await db.answer('SELECT * FROM t LIMIT 100'), true)).toBe(true)
    }
  })

  it('fails rather than lose a column that came since', async () => {
    const action = await oneAction()
    await db.run('ALTER TABLE t ADD COLUMN extra INTEGER DEFAULT 4')
    await expect(runAll(action.apply)).rejects.toThrow()
    expect(await db.rows('SELECT max(extra) AS m FROM t')).toEqual([{ m: 4 }])
  })

  it('keeps constraints, defaults, indexes and comments', async () => {
    await db.run(
      'CREATE TABLE u (id INTEGER PRIMARY KEY, a INTEGER NOT NULL DEFAULT 9 CHECK (a >= 0), x DOUBLE, s VARCHAR, d DATE, b BOOLEAN, c DECIMAL(9,2))',
    )
    await db.run('INSERT INTO u SELECT row_number() OVER (), a, x, s, d, b, c FROM t')
    await db.run('DROP TABLE t')
    await db.run('ALTER TABLE u RENAME TO t')
    await db.run('CREATE INDEX by_a ON t (a)')
    await db.run("COMMENT ON TABLE t IS 'it''s mine'")
    await db.run("COMMENT ON COLUMN t.a IS 'a column'")
    const facts = () =>
      Promise.all([
        db.answer("SELECT sql, comment FROM duckdb_tables() WHERE table_name = 't'"),
        db.answer("SELECT sql FROM duckdb_indexes() WHERE table_name = 't'"),
        db.answer(
          "SELECT column_name, comment, column_default, is_nullable FROM duckdb_columns() WHERE table_name = 't'",
        ),
      ])
    const before = await facts()
    const rows = await rowsOfTable()
    const action = await oneAction()
    for (const statements of [action.apply, action.undo]) {
      await runAll(statements)
      expect((await facts()).map(({ columns }) => columns)).toEqual(
        before.map(({ columns }) => columns),
      )
      expect(await rowsOfTable()).toBe(rows)
      await expect(db.run('INSERT INTO t (id) VALUES (1)')).rejects.toThrow(/key/i)
    }
  })
})

describe('conditions that DuckDB does not skip by', () => {
  it('lay a table out by the ranges that follow from them', async () => {
    const byYear = Array.from(
      { length: 10 },
      (_, i) =>
        `SELECT b, count(*) AS n FROM t WHERE date_diff('day', d, DATE '2025-02-04') BETWEEN ${40 * i} AND ${40 * i + 9} GROUP BY b`,
    )
    const { actions } = await advise([byYear])
    expect(actions.map(({ summary }) => summary).join()).toMatch(/out by .*\bd\b/)
  })
})

describe('layoutAdviser refuses', () => {
  const reasonOf = async (statements: readonly (readonly string[])[], cpuMs?: number) => {
    const { actions, refusals } = await advise(statements, cpuMs)
    expect(actions).toEqual([])
    return refusals.find(({ target }) => target === 't')?.reason
  }

  it('a table whose rows are read as they lie', async () => {
    expect(await reasonOf([byPrice, ['SELECT * FROM t LIMIT 3']])).toMatch(/LIMIT without ORDER BY/)
    const adviser = layoutAdviser({ knobs: KNOBS, isTried: false, orderFree: new Set(['f1']) })
    const workload = workloadOf([byPrice, ['SELECT * FROM t LIMIT 3']], 50)
    const options = { seed: 1, now: 0, storageBytes: 1e9, standing: [] }
    expect((await adviser.advise(workload, db, options)).actions).toHaveLength(1)
  })

  it('a table that others point at, and one with computed columns', async () => {
    await db.run('ALTER TABLE t ADD COLUMN id INTEGER')
    await db.run('CREATE TABLE base (id INTEGER PRIMARY KEY, x DOUBLE)')
    await db.run('INSERT INTO base SELECT range, random() FROM range(300000)')
    await db.run('CREATE TABLE child (id INTEGER REFERENCES base (id))')
    const { refusals } = await advise([
      ['SELECT count(*) FROM base WHERE x < 0.1', 'SELECT count(*) FROM child WHERE id < 4'],
    ])
    expect(refusals.map(({ reason }) => reason).join()).toMatch(
      /foreign key to it.*has a foreign key|has a foreign key.*foreign key to it/s,
    )
    await db.run('CREATE TABLE g (x DOUBLE, y DOUBLE GENERATED ALWAYS AS (x + 1))')
    const computed = await advise([['SELECT count(*) FROM g WHERE x < 0.1']])
    expect(computed.refusals[0]?.reason).toMatch(/generated/)
  })

  it('where no filter skips anything, and where it gains too little', async () => {
    expect(
      await reasonOf([['SELECT count(*) FROM t', 'SELECT count(*) FROM t WHERE a % 3 = 1']]),
    ).toMatch(/no statement filters/)
    expect(await reasonOf([['SELECT count(*) FROM t WHERE x >= 1']])).toMatch(/would save/)
    await db.run('CREATE OR REPLACE TABLE t AS FROM t LIMIT 1000')
    const { refusals } = await advise([byPrice])
    expect(refusals.map(({ reason }) => reason).join()).toMatch(/no table fills two row groups/)
    await db.run('CREATE TABLE large AS FROM range(40000)')
    expect(await reasonOf([byPrice])).toMatch(/fewer than two row groups/)
  })
})

describe('a workload that pays no look', () => {
  it('is refused before anything is read of the database', async () => {
    const asked: string[] = []
    const counting = new Proxy(db, {
      get(target, key) {
        const found: unknown = Reflect.get(target, key)
        if (typeof found !== 'function') return found
        return (...args: unknown[]) => {
          asked.push(String(args[0]))
          return Reflect.apply(found, target, args)
        }
      },
    })
    const workload = workloadOf([byPrice, byDay], 0.01)
    const options = { seed: 1, now: 0, storageBytes: 1e9, standing: [], horizonDays: 1 }
    const { actions, refusals } = await layoutAdviser().advise(workload, counting, options)
    expect([actions, asked]).toEqual([[], []])
    expect(refusals.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/looking for an order would take/),
    ])
  })
})

describe('the room there is', () => {
  it('is looked at: the way back is kept', async () => {
    const { actions, refusals } = await advise([byPrice, byDay], 50, { storageBytes: 1000 })
    expect(actions).toEqual([])
    expect(refusals.at(-1)?.reason).toMatch(/way back, take \d+ bytes/)
  })
})

describe('groupRowsOf', () => {
  it('tells the size of row groups a table lies in', async () => {
    expect(await groupRowsOf(db, 't')).toBe(122_880)
    const file = join(mkdtempSync(join(tmpdir(), 'storewright-groups-')), 'shop.duckdb')
    await db.run(`ATTACH ${quoteText(file)} AS shop (ROW_GROUP_SIZE 16384)`)
    await db.run('CREATE SCHEMA shop.s')
    await db.run('CREATE TABLE shop.s.t AS FROM t')
    await db.run('USE shop')
    expect(await groupRowsOf(db, 's.t')).toBe(16_384)
    await db.run('USE memory')
    await db.run('DETACH shop')
    rmSync(dirname(file), { recursive: true })
  })
})

describe('a table that is laid out already', () => {
  it('is left alone while the workload stays, and laid out again when it drifts', async () => {
    const action = await oneAction()
    await runAll(action.apply)
    const again = await advise([byPrice, byDay])
    expect(again.actions).toEqual([])
    const drifted = Array.from(
      { length: 12 },
      (_, i) =>
        `SELECT b, count(*) AS n FROM t WHERE c BETWEEN ${80 * i} AND ${80 * i + 9} GROUP BY b`,
    )
    const { actions } = await advise([drifted])
    expect(actions.map(({ summary }) => summary).join()).toMatch(/by .*\bc\b/)
  })

  it('gives the order that was before both back, whatever came and went between', async () => {
    const first = await db.answer('SELECT * FROM t LIMIT 100')
    const rows = await rowsOfTable()
    const standing = await oneAction()
    await runAll(standing.apply)
    const drifted = Array.from(
      { length: 12 },
      (_, i) =>
        `SELECT b, count(*) AS n FROM t WHERE c BETWEEN ${80 * i} AND ${80 * i + 9} GROUP BY b`,
    )
    const { actions } = await advise([drifted], 50, { standing: [standing] })
    expect(JSON.parse(actions[0]!.definition)).toMatchObject({ replaces: standing.actionId })
    await runAll(actions[0]!.apply)
    await runAll(actions[0]!.undo)
    expect(await rowsOfTable()).toBe(rows)
    expect(sameAnswer(first, await db.answer('SELECT * FROM t LIMIT 100'), true)).toBe(true)
    const left =
      "SELECT count(*) AS n FROM duckdb_tables() WHERE schema_name = 'storewright_layout'"
    expect(await db.rows(left)).toEqual([{ n: 0 }])
  })
})

describe('a database in a file', () => {
  it('has a table tried and laid out in row groups of the size that fits', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'storewright-sizes-'))
    const opened = await openDatabase(join(folder, 'shop.duckdb'), { threads: 1 })
    const file = pricedByRows(opened, cpu)
    try {
      await makeRandomTable(file, ROWS, 5)
      const statements = [...byPrice, ...byDay]
      const before = await Promise.all(statements.map((sql) => file.answer(sql)))
      const options = { seed: 1, now: 0, storageBytes: 1e9, standing: [] }
      const adviser = layoutAdviser({ knobs: KNOBS })
      const workload = workloadOf([byPrice, byDay], 1000)
      const { actions } = await adviser.advise(workload, file, options)
      const [action] = actions
      await propose(file, { actions, refusals: [] }, () => ['t'], { by: 'test', now: 0 })
      await apply(file, action!.actionId, { by: 'test', now: 0 })
      const { groupRows = 122_880 } = JSON.parse(action!.definition) as { groupRows?: number }
      expect(await groupRowsOf(file, 't')).toBe(groupRows)
      for (const [i, sql] of statements.entries()) {
        expect(sameAnswer(before[i]!, await file.answer(sql), false), sql).toBe(true)
      }
      const [row] = await file.rows(
        'SELECT count(*) AS n FROM duckdb_databases() WHERE NOT internal',
      )
      expect(row).toEqual({ n: 1 })
    } finally {
      file.close()
      rmSync(folder, { recursive: true })
    }
  })
})
