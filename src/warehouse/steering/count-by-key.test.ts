import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { createTemplates } from '../watch/door.ts'
import { measurable, statisticsOf } from './train.ts'

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

describe('countByKey', () => {
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
      'SELECT count(*) FROM p LEFT JOIN b ON p.owner = b.owner',
      'SELECT count(*) FROM p FULL OUTER JOIN b ON p.owner = b.owner',
      'SELECT count(*) FROM p JOIN b USING (owner)',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner OR p.score = 1',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner AND p.score < b.post',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner AND p.score + b.post = 3',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner AND (p.score = 1 OR b.post = 1)',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner AND p.score = (SELECT max(x) FROM u)',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner AND random() < 0.5',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner GROUP BY p.score',
      'SELECT count(*), 1 FROM p, b WHERE p.owner = b.owner',
      'SELECT count(DISTINCT p.id) FROM p, b WHERE p.owner = b.owner',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner AND score = 1',
      'SELECT count(*) FROM p, f WHERE p.owner = f.owner',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner UNION ALL SELECT 1',
      'SELECT count(*) FROM p, b WHERE p.owner = b.owner LIMIT 0',
    ]
    for (const sql of others) expect(await byKey(sql), sql).toBeUndefined()
  })
})
