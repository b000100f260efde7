import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { adviseViews } from './adviser.ts'

let db: Database
beforeEach(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run(
    'CREATE TABLE sales AS SELECT range AS qty, range % 9 AS shop, range / 7 AS price FROM range(4000)',
  )
})
afterEach(() => db.close())

async function refusals(sql: (n: number) => string, totalCpuMs: number): Promise<string[]> {
  const demand = {
    fingerprint: 'f',
    statements: [sql(1), sql(2), sql(3)],
    ...{ count: 3, totalCpuMs },
  }
  const advice = await adviseViews(db, [demand], {
    ...{ seed: 1, storageBytes: 1e9, standing: [], present: [], days: 1, isAnticipating: false },
  })
  return advice.refusals.map(({ reason }) => reason)
}

test('what is not made is named by what it would hold', async () => {
  const asked = () =>
    'SELECT qty, count(*) AS n, max(price) AS most FROM sales WHERE shop > 1 GROUP BY qty'
  expect(await refusals(asked, 1e6)).toEqual([
    expect.stringMatching(
      /^count\(\*\), max\(price\) of sales by qty where \(shop > 1\): its rows share too/,
    ),
  ])
  const listed = (n: number) => `SELECT list(shop) FROM sales\n WHERE qty > ${n}`
  expect(await refusals(listed, 1e6)).toEqual([
    'SELECT list(shop) FROM sales WHERE qty > 3: it lists values in the order of the rows',
  ])
})
