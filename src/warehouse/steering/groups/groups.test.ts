import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { createTemplates } from '../../watch/door.ts'
import { measurable, statisticsOf } from '../train.ts'

const templates = createTemplates(1000)
let db: Database

/** The statement counted through groups; undefined where it is not. */
async function byKey(sql: string): Promise<string | undefined> {
  const statement = templates.know(sql)
  const statistics = await statisticsOf(db, [statement], { seed: 1 })
  return measurable(statement, statistics).byKey
}

beforeAll(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  // Keys with repeats, gaps and NULLs; u has each key once.
  await db.run('CREATE TABLE u AS SELECT range AS id, range % 9 AS x FROM range(30)')
  await db.run(
    'CREATE TABLE p AS SELECT CASE WHEN range % 7 = 0 THEN NULL ELSE range % 41 END AS owner, range AS id, range % 5 AS score, range % 3 AS "Date" FROM range(200)',
  )
  await db.run(
    "CREATE TABLE b AS SELECT CASE WHEN range % 11 = 0 THEN NULL ELSE range % 37 END AS owner, range % 50 AS post, 'n' || range % 4 AS name FROM range(150)",
  )
  await db.run('CREATE TABLE f AS SELECT CAST(range % 5 AS DOUBLE) AS owner FROM range(50)')
})

describe('throughGroups', () => {
  it('counts what the join counts', async () => {
    const filters = fc.subarray([
      'p.score <= 3',
      'p."Date" BETWEEN 0 AND 1',
      "b.name IN ('n1', 'n3')",
      "b.name <> 'it''s'",
      'u.x > 2',
      'b.post IS NOT NULL',
      '4 > p.score',
    ])
    const joins = fc.constantFrom(
      { from: 'u, p, b', where: ['u.id = p.owner', 'u.id = b.owner'] },
      { from: 'p AS p, b b', where: ['p.owner = b.owner'] },
      { from: 'p, b', where: ['p.owner = b.owner', 'p.score = b.post'] },
      { from: 'u JOIN p ON u.id = p.owner INNER JOIN b ON b.owner = p.owner', where: [] },
      { from: 'u, p, b, p AS q', where: ['u.id = p.owner', 'u.id = b.owner', 'b.post = q.score'] },
    )
    const name = fc.constantFrom('', ' AS n', ' AS "How many"')
    await fc.assert(
      fc.asyncProperty(joins, filters, name, async ({ from, where }, chosen, as) => {
        const own = chosen.filter((f) => from.includes('u') || !f.startsWith('u.'))
        const all = [...where, ...own]
        const condition = all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`
        const sql = `SELECT COUNT(*)${as} FROM ${from}${condition};`
        const other = await byKey(sql)
        expect(other, sql).toBeDefined()
        expect(await db.answer(other!)).toEqual(await db.answer(sql))
      }),
      { numRuns: 150 },
    )
  })

  it('leaves alone what is not the same or does not pay', async () => {
    const others = [
      'SELECT count(*) FROM u, p WHERE u.id = p.owner',
      'SELECT count(*) FROM p LEFT JOIN b ON p.owner = b.owner WHERE b.post > 3',
      'SELECT count(*) FROM p LEFT JOIN b ON p.owner = b.owner AND p.score = 2',
      'SELECT count(*) FROM p FULL OUTER JOIN b ON p.owner = b.owner',
      'SELECT count(*) FROM p JOIN b USING (owner)',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner OR p.score = 1',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner AND p.score = (SELECT max(x) FROM u)',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner AND random() < 0.5',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner GROUP BY score',
      'SELECT count(*), 1 FROM p, b WHERE p.owner = b.owner',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner AND score = 1',
      'SELECT count(*) FROM p, f WHERE p.owner = f.owner',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner UNION ALL SELECT 1',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner LIMIT 0',
    ]
    for (const sql of others) expect(await byKey(sql), sql).toBeUndefined()
  })

  it('sums and counts exactly beyond 2^53, and gives no answer beyond its types', async () => {
    await db.run('CREATE TABLE many AS SELECT 1 AS k, 9007199254740993 AS x FROM range(1000)')
    const chain = (tables: number, item: string) => {
      const names = Array.from({ length: tables }, (_, i) => `m${i}`)
      const edges = names.slice(1).map((name) => `m0.k = ${name}.k`)
      const from = names.map((name) => `many AS ${name}`).join(', ')
      return `SELECT ${item} AS n FROM ${from} WHERE ${edges.join(' AND ')}`
    }
    const ask = async (sql: string) => db.answer((await byKey(sql))!)
    const count = await ask(chain(6, 'count(*)'))
    expect(count).toMatchObject({ types: ['BIGINT'], columns: [[10n ** 18n]] })
    // 10^21 pairs are no BIGINT, whose sum still is a HUGEINT; 10^39 are neither.
    await expect(ask(chain(7, 'count(*)'))).rejects.toThrow(/INT128|out of range/i)
    await expect(ask(chain(7, 'count(m1.x)'))).rejects.toThrow(/INT128|out of range/i)
    const sum = await ask(chain(7, 'sum(m1.x)'))
    expect(sum).toMatchObject({ types: ['HUGEINT'], columns: [[9007199254740993n * 10n ** 21n]] })
    await expect(ask(chain(13, 'count(*)'))).rejects.toThrow(/Overflow/)
    await expect(ask(chain(13, 'sum(m1.x)'))).rejects.toThrow(/Overflow/)
  })

  it('does not sum what rounds: the order of rows would show in the last digit', async () => {
    await db.run(
      'CREATE TABLE d AS SELECT range % 5 AS owner, 0.1::DOUBLE AS x, 0.1::FLOAT AS y, 1::HUGEINT AS h FROM range(50)',
    )
    const from = 'FROM p, d WHERE p.owner = d.owner'
    for (const item of [
      'sum(d.x)',
      'sum(d.y)',
      'min(d.x)',
      'count(DISTINCT d.x)',
      'sum(d.h)',
      'avg(d.x)',
    ]) {
      expect(await byKey(`SELECT ${item} ${from}`), item).toBeUndefined()
    }
    expect(await byKey(`SELECT d.x, count(*) ${from} GROUP BY d.x`)).toBeUndefined()
    const counted = `SELECT count(d.x) ${from}`
    expect(await db.answer((await byKey(counted))!)).toEqual(await db.answer(counted))
  })

  it('gives averages the bits of DuckDB, in their order, and none where it cannot', async () => {
    await db.run(
      'CREATE TABLE a AS SELECT range % 7 AS k, range % 13 AS g, CAST(hash(range) % 1000003 AS INTEGER) AS x, CAST(hash(range, 1) % 30000 AS SMALLINT) AS y, range % 13 AS s0 FROM range(400)',
    )
    const from = 'FROM a, a AS b WHERE a.k = b.k GROUP BY a.g'
    for (const sql of [
      `SELECT avg(b.x), a.g, count(*) ${from} ORDER BY a.g DESC LIMIT 5`,
      `SELECT a.g AS h, AVG(a.y) AS y, avg(b.x) AS x, sum(a.x) ${from} ORDER BY x, a.g NULLS FIRST`,
      `SELECT avg(a.x) AS x FROM a, a AS b WHERE a.k = b.k AND a.g > 99`,
    ]) {
      const other = await byKey(sql)
      expect(other, sql).toBeDefined()
      expect(await db.answer(other!)).toEqual(await db.answer(sql))
    }
    // Its name is one on the way to an average.
    expect(
      await byKey(`SELECT a.s0, avg(b.x) FROM a, a AS b WHERE a.k = b.k GROUP BY a.s0`),
    ).toBeUndefined()
    await db.run('UPDATE a SET y = 32767')
    const chain = 'FROM a, a AS b, a AS c, a AS d, a AS e, a AS f, a AS h WHERE'
    const edges = ['b', 'c', 'd', 'e', 'f', 'h'].map((name) => `a.k = ${name}.k`).join(' AND ')
    await expect(db.answer((await byKey(`SELECT avg(b.y) ${chain} ${edges}`))!)).rejects.toThrow(
      /to divide as DuckDB does/,
    )
  })

  it('does not take the types of one table for those of another of its name', async () => {
    await db.run('CREATE SCHEMA s')
    await db.run('CREATE TABLE s.p AS SELECT owner, CAST(score AS DOUBLE) / 3 AS score FROM p')
    const from = 'FROM s.p AS p, b WHERE p.owner = b.owner'
    expect(await byKey(`SELECT sum(p.score) ${from}`)).toBeUndefined()
    const counted = `SELECT count(*) ${from}`
    expect(await db.answer((await byKey(counted))!)).toEqual(await db.answer(counted))
    await db.run('CREATE TABLE hidden AS SELECT owner, 1 AS score FROM p')
    const hidden = 'SELECT sum(h.score) FROM hidden AS h, b WHERE h.owner = b.owner'
    expect(await byKey(hidden)).toBeDefined()
    await db.run('CREATE TEMP TABLE hidden AS SELECT owner, 0.1::DOUBLE AS score FROM p')
    expect(await byKey(hidden)).toBeUndefined()
    await db.run("CREATE TABLE texts AS SELECT 1 AS k, 'a' AS t FROM range(9)")
    const least = 'SELECT min(x.t) FROM texts AS x, texts AS y WHERE x.k = y.k'
    expect(await byKey(least)).toBeDefined()
    await db.run('CREATE OR REPLACE TABLE texts (k INTEGER, t VARCHAR COLLATE NOCASE)')
    await db.run("INSERT INTO texts SELECT 1, 'a' FROM range(9)")
    expect(await byKey(least)).toBeUndefined()
  })
})
