import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { sameAnswer } from '../../core/sql/answer.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import type { Action } from '../types.ts'
import { adviseViews } from './choose/adviser.ts'
import { createViewRewriter } from './rewriter.ts'

let db: Database
const SQL = (from: number, to: number) =>
  `SELECT floor(x / 10) AS bin, count(*) AS n FROM t WHERE y BETWEEN ${from} AND ${to} GROUP BY bin`

beforeEach(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run(
    'CREATE TABLE t AS SELECT range::DOUBLE AS x, (range % 50)::INTEGER AS y FROM range(5000)',
  )
})
afterEach(() => db.close())

async function build(statements: readonly string[]): Promise<Action> {
  const demand = { fingerprint: 'f', statements, count: 1e6, totalCpuMs: 1e9 }
  const { actions, refusals } = await adviseViews(db, [demand], {
    ...{ seed: 1, storageBytes: 1e9, standing: [], present: [], days: 1, isAnticipating: false },
  })
  if (actions.length === 0) throw new Error(JSON.stringify(refusals))
  // In one transaction, as actions are applied: new rows have other numbers until it is committed.
  await db.transaction(async () => {
    for (const sql of actions[0]!.apply) await db.run(sql)
  })
  return actions[0]!
}

test('a view answers with the same names, types and rows, until it is withdrawn', async () => {
  const rewriter = createViewRewriter(db)
  const action = await build([SQL(1, 5), SQL(2, 9), SQL(0, 49)])
  await rewriter.serve(action)
  expect(rewriter.rewrite({ sql: SQL(3, 20) })).toBeUndefined()
  expect(await rewriter.meet({ sql: SQL(3, 20) })).toBeUndefined()
  const rewritten = rewriter.rewrite({ sql: SQL(4, 30) })!
  expect(rewritten.actionId).toBe(action.actionId)
  expect(sameAnswer(await db.answer(rewritten.sql), await db.answer(SQL(4, 30)), false)).toBe(true)
  rewriter.withdraw(action.actionId)
  expect(rewriter.rewrite({ sql: SQL(4, 30) })).toBeUndefined()
})

test('a view built before others added rows does not answer until it is refreshed', async () => {
  const action = await build([SQL(1, 5), SQL(2, 9), SQL(0, 49)])
  await db.run('INSERT INTO t VALUES (7, 7)')
  const rewriter = createViewRewriter(db)
  await rewriter.serve(action)
  await rewriter.meet({ sql: SQL(7, 7) })
  expect(rewriter.rewrite({ sql: SQL(7, 7) })).toBeUndefined()
  expect(await rewriter.refresh()).toMatchObject([
    { actionId: action.actionId, refreshed: 'appended' },
  ])
  const { sql } = rewriter.rewrite({ sql: SQL(7, 7) })!
  expect(sameAnswer(await db.answer(sql), await db.answer(SQL(7, 7)), false)).toBe(true)
})

test('a table that changes its columns takes its view out, and says why it stays out', async () => {
  const rewriter = createViewRewriter(db)
  const action = await build([SQL(1, 5), SQL(2, 9), SQL(0, 49)])
  await rewriter.serve(action)
  await db.run('ALTER TABLE t DROP COLUMN y')
  rewriter.changed('t')
  const [outcome] = await rewriter.refresh()
  expect(outcome).toMatchObject({ refreshed: 'failed', failed: expect.stringContaining('y') })
  await rewriter.meet({ sql: SQL(1, 2) })
  expect(rewriter.rewrite({ sql: SQL(1, 2) })).toBeUndefined()
})

test('comments and letters beyond ASCII are no matter', async () => {
  await db.run(`CREATE TABLE ü AS SELECT x AS "größe", 'ä' || y % 3 AS "straße", y FROM t`)
  const asked = (who: string, street: string, from: number) =>
    `/* für ${who} 7 */ SELECT "straße", count(*) AS "zähl" -- ñ 3\n FROM ü WHERE "straße" <> '${street}' AND y >= ${from} GROUP BY ALL`
  const rewriter = createViewRewriter(db)
  await rewriter.serve(
    await build([asked('ann', 'ä1', 3), asked('bö', 'x', 9), asked('c', 'ö', 1)]),
  )
  await rewriter.meet({ sql: asked('dora', 'ää', 4) })
  for (const sql of [asked('éé', 'ä2', 11), asked('e', 'äöü', 40)]) {
    const rewritten = rewriter.rewrite({ sql })!
    expect(sameAnswer(await db.answer(rewritten.sql), await db.answer(sql), false)).toBe(true)
  }
})

test('what no view can serve is told with its reason', async () => {
  const rewriter = createViewRewriter(db)
  const reason = (sql: string) => rewriter.meet({ sql })
  expect(await reason('SELECT x FROM t')).toBe('it does not aggregate')
  expect(
    await reason('SELECT x, row_number() OVER (ORDER BY count(*)) FROM t GROUP BY x'),
  ).toContain('tie')
  expect(await reason('SELECT random() AS r, count(*) FROM t GROUP BY r')).toContain('random')
  expect(await reason('SELECT count(*) FROM (SELECT 1)')).toContain('other things than tables')
})

test('joined tables are looked at as they are joined, and large joins not for long', async () => {
  await db.run(
    'CREATE TABLE f AS SELECT range AS i, range % 3000 AS d, range % 7 AS g FROM range(60000)',
  )
  await db.run('CREATE TABLE d1 AS SELECT range AS d, range % 2000 AS e FROM range(3000)')
  await db.run(
    "CREATE TABLE d2 AS SELECT range AS e, 'name ' || range % 5 AS name FROM range(2000)",
  )
  const advise = async (on: string) => {
    const statements = ['a', 'b'].map(
      (_, i) =>
        `SELECT name, count(*) AS n, max(i) AS m FROM f JOIN d1 ON ${on} JOIN d2 ON d1.e = d2.e WHERE g <= ${i} AND f.i > ${i} GROUP BY name`,
    )
    const demand = { fingerprint: 'f', statements, count: 100, totalCpuMs: 1000 }
    const before = process.cpuUsage()
    const advice = await adviseViews(db, [demand], {
      ...{ seed: 1, storageBytes: 1e9, standing: [], present: [], days: 1, isAnticipating: false },
    })
    const { user, system } = process.cpuUsage(before)
    return { ...advice, cpuMs: (user + system) / 1000 }
  }
  const joined = await advise('f.d = d1.d')
  expect(joined.actions).toHaveLength(1)
  // 60,000 × 3,000 rows meet: minutes of CPU.
  const crossed = await advise('f.d <> d1.d')
  expect(crossed.actions).toEqual([])
  expect(crossed.refusals[0]!.reason).toContain('too large')
  expect(joined.cpuMs).toBeLessThan(3000)
  expect(crossed.cpuMs).toBeLessThan(6000)
})

test('GROUP BY ALL and ORDER BY ALL are answered in the same order', async () => {
  for (const suffix of ['', ' DESC NULLS LAST', ' ASC NULLS FIRST']) {
    const sql = (from: number) =>
      `SELECT count(*) % 3 AS n, floor(x / 10) AS bin FROM t WHERE y BETWEEN ${from} AND 40 GROUP BY ALL ORDER BY ALL${suffix}`
    await db.run('INSERT INTO t VALUES (NULL, 20), (NULL, 30)')
    const rewriter = createViewRewriter(db)
    const action = await build([sql(1), sql(2), sql(3)])
    await rewriter.serve(action)
    await rewriter.meet({ sql: sql(7) })
    const rewritten = rewriter.rewrite({ sql: sql(7) })!
    expect(sameAnswer(await db.answer(rewritten.sql), await db.answer(sql(7)), true)).toBe(true)
    for (const undo of action.undo) await db.run(undo)
  }
})

test('bounds from anywhere are answered from whole cells and the rows of the cells they cut', async () => {
  const random = createRandom(5)
  await db.run('INSERT INTO t SELECT range / 60, range % 50 FROM range(300000)')
  const sql = () => {
    const from = random.next() * 3000
    return `SELECT y % 5 AS g, count(*) AS n, sum(y) AS s, avg(y) AS a FROM t WHERE x > ${from} AND x <= ${from + 400 + random.next() * 1500} GROUP BY g`
  }
  const action = await build(Array.from({ length: 20 }, sql))
  expect(action.definition).toContain('rowsBy')
  const rewriter = createViewRewriter(db, { 'warehouse.view-union-share': 1e6 })
  await rewriter.serve(action)
  await rewriter.meet({ sql: sql() })
  for (const change of ['', 'INSERT INTO t SELECT x + 0.5, y FROM t WHERE y < 9', 'none']) {
    if (change.startsWith('INSERT')) {
      await db.run(change)
      rewriter.changed('t', 'append')
      expect(await rewriter.refresh()).toMatchObject([{ refreshed: 'appended' }])
    }
    for (let i = 0; i < 5; i++) {
      const asked = sql()
      const rewritten = rewriter.rewrite({ sql: asked })!
      expect(rewritten.sql).toContain('UNION ALL')
      expect(sameAnswer(await db.answer(rewritten.sql), await db.answer(asked), false)).toBe(true)
    }
  }
  // What is judged no cheaper runs as it was asked.
  const careful = createViewRewriter(db, { 'warehouse.view-union-share': 0 })
  await careful.serve(action)
  const asked = sql()
  await careful.meet({ sql: asked })
  expect(careful.rewrite({ sql: asked })).toBeUndefined()
})

test('constants that name or type columns, or stand for them, are those the view was matched with', async () => {
  const rewriter = createViewRewriter(db)
  const asked = ['ORDER BY 1', 'ORDER BY 2'].flatMap((order) =>
    ['2', '2.5', '3'].map(
      (factor) => `SELECT y, count(*) * ${factor} FROM t WHERE y <= 40 GROUP BY y ${order}, 1, 2`,
    ),
  )
  await rewriter.serve(await build(asked.slice(0, 1)))
  for (const sql of asked) {
    await rewriter.meet({ sql: asked[0]! })
    const rewritten = rewriter.rewrite({ sql })?.sql ?? sql
    expect(sameAnswer(await db.answer(rewritten), await db.answer(sql), true), sql).toBe(true)
  }
})

test('rows added to one table of a join are joined and added, others build it anew', async () => {
  await db.run("CREATE TABLE u AS SELECT range AS key, 'name ' || range % 3 AS name FROM range(40)")
  const sql = (to: number) =>
    `SELECT name, count(*) AS n, count(key) AS met, sum(y) AS s FROM t LEFT JOIN u ON y = key WHERE y < ${to} GROUP BY name`
  const rewriter = createViewRewriter(db)
  const action = await build([sql(30), sql(45), sql(50)])
  await rewriter.serve(action)
  await rewriter.meet({ sql: sql(44) })
  for (const [table, row, refreshed] of [
    ['t', '(3, 39), (4, 12)', 'appended'],
    ['u', "(38, 'new')", 'rebuilt'],
    ['t', '(5, 38)', 'appended'],
  ]) {
    await db.run(`INSERT INTO ${table} VALUES ${row}`)
    rewriter.changed(table!, 'append')
    expect(rewriter.rewrite({ sql: sql(40) })).toBeUndefined()
    expect(await rewriter.refresh()).toMatchObject([{ refreshed }])
    const rewritten = rewriter.rewrite({ sql: sql(40) })!
    expect(sameAnswer(await db.answer(rewritten.sql), await db.answer(sql(40)), false)).toBe(true)
  }
})

test('where groups are equal in the order a statement stops, and others wait for longer and longer', async () => {
  const sql = (to: number) =>
    `SELECT y % 40 AS g, count(*) AS n FROM t WHERE y < ${to} GROUP BY g ORDER BY n DESC LIMIT 3`
  const rewriter = createViewRewriter(db)
  await rewriter.serve(await build([sql(30), sql(45), sql(50)]))
  await rewriter.meet({ sql: sql(44) })
  await db.run('INSERT INTO t VALUES (1, 3)')
  rewriter.changed('t', 'append')
  await rewriter.refresh()
  const top = rewriter.rewrite({ sql: sql(40) })!
  await expect(db.answer(top.sql)).rejects.toThrow('equal in its order')
  const run = { actionId: top.actionId, message: 'rows of it are equal in its order' }
  expect(rewriter.failed({ sql: sql(40) }, run)).toBe(true)
  const served = Array.from({ length: 4 }, () => rewriter.rewrite({ sql: sql(40) }) !== undefined)
  expect(served).toEqual([false, false, true, true])
  const bySums = (to: number) =>
    `SELECT y % 5 AS g, sum(y * y) AS n FROM t WHERE y < ${to} GROUP BY g ORDER BY n DESC LIMIT 3`
  await rewriter.serve(await build([bySums(30), bySums(45), bySums(50)]))
  await rewriter.meet({ sql: bySums(44) })
  const decided = rewriter.rewrite({ sql: bySums(41) })!
  expect(sameAnswer(await db.answer(decided.sql), await db.answer(bySums(41)), true)).toBe(true)
})

test('brushes over moments are answered from cells of time, whatever their bounds', async () => {
  const random = createRandom(7)
  await db.run(`CREATE TABLE visits AS SELECT TIMESTAMP '2024-03-01' + to_microseconds(range * 20000000 + range % 999983) AS seen,
    range % 7 AS g FROM range(300000)`)
  await db.run("INSERT INTO visits VALUES (TIMESTAMP 'infinity', 3), (NULL, 2)")
  const moment = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
  const sql = () => {
    const from = Date.UTC(2024, 2, 5) + random.next() * 2e9
    return `SELECT time_bucket(INTERVAL '1 day', seen) AS day, count(*) AS n, max(g) AS m FROM visits WHERE seen >= TIMESTAMP '${moment(from)}' AND seen < '${moment(from + 1e9)}' GROUP BY day`
  }
  const action = await build(Array.from({ length: 20 }, sql))
  expect(action.definition).toContain('rowsBy')
  const rewriter = createViewRewriter(db, { 'warehouse.view-union-share': 1e6 })
  await rewriter.serve(action)
  await rewriter.meet({ sql: sql() })
  for (let i = 0; i < 6; i++) {
    const asked = sql()
    const rewritten = rewriter.rewrite({ sql: asked })!
    expect(rewritten.sql).toContain('_rows"')
    expect(sameAnswer(await db.answer(rewritten.sql), await db.answer(asked), false)).toBe(true)
  }
})

describe('parts of statements', () => {
  const part = (to: number) =>
    `SELECT y % 7 AS g, count(*) AS n, max(x) AS most FROM t WHERE y < ${to} GROUP BY g`
  const served = async (sql: (to: number) => string): Promise<number | string> => {
    const rewriter = createViewRewriter(db)
    const action = await build([part(30), part(45), part(50)])
    await rewriter.serve(action)
    const reason = await rewriter.meet({ sql: sql(40) })
    const rewritten = rewriter.rewrite({ sql: sql(35) })
    for (const undo of action.undo) await db.run(undo)
    if (rewritten === undefined) return reason ?? 'not answered'
    await build([part(30), part(45), part(50)])
    const [is, was] = [await db.answer(rewritten.sql), await db.answer(sql(35))]
    expect(sameAnswer(is, was, false)).toBe(true)
    return rewritten.sql.split('storewright_views').length - 1
  }

  test.each([
    ['unions', 2, (to: number) => `${part(to)} UNION ALL ${part(to + 5)}`],
    [
      'groups of groups',
      1,
      (to: number) => `SELECT n, count(*) AS c FROM (${part(to)}) AS o GROUP BY n ORDER BY n`,
    ],
    [
      'named queries that are joined',
      2,
      (to: number) =>
        `WITH a AS (${part(to)}), b AS (${part(5)}) SELECT a.g, a.n - b.n AS d FROM a JOIN b ON a.g = b.g`,
    ],
    [
      'values compared with',
      1,
      (to: number) => `SELECT x FROM t WHERE x > (SELECT max(most) FROM (${part(to)}) AS o) - 1`,
    ],
  ])('%s are answered by themselves', async (_, views, sql) => {
    expect(await served(sql)).toBe(views)
  })

  test.each([
    ['fractions', (to: number) => `SELECT sum(most) AS s FROM (${part(to)}) AS o`],
    ['lists', (to: number) => `SELECT list(g) AS l FROM (${part(to)}) AS o`],
    ['first rows', (to: number) => `SELECT n, min(g) FROM (${part(to)}) GROUP BY n LIMIT 1`],
    ['ties', (to: number) => `${part(to)} UNION ALL ${part(9)} ORDER BY n`],
  ])('%s that depend on the order of rows run as they were asked', async (_, sql) => {
    expect(await served(sql)).toMatch(/^it /)
  })
})
