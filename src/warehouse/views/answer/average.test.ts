import { expect, test } from 'vitest'
import { openDatabase } from '../../../core/sql/database.ts'
import { averageColumn, averageLevels, averageOnce, averageScale } from './average.ts'

test('averages of sums and counts have the bits of avg', async () => {
  const db = await openDatabase(':memory:', { threads: 1 })
  await db.run(
    'CREATE TABLE t AS SELECT (hash(range) % 400)::BIGINT AS g, range AS i FROM range(600000)',
  )
  const draw = (below: number) => `((hash(i * 7) % ${2 * below})::BIGINT - ${below / 2})`
  const columns: Readonly<Record<string, string>> = {
    SMALLINT: `${draw(10_000)}`,
    INTEGER: draw(100_000_000),
    USMALLINT: 'hash(i * 7) % 60000',
    UINTEGER: 'hash(i * 7) % 4000000000',
    BIGINT: draw(1_000_000_000),
    'DECIMAL(4,2)': `${draw(6000)} / 100`,
    'DECIMAL(10,2)': `${draw(100_000_000)} / 100`,
    'DECIMAL(18,4)': `${draw(100_000_000)} / 10000`,
    'DECIMAL(20,0)': draw(100_000_000),
  }
  let twice = 0
  for (const [type, sql] of Object.entries(columns)) {
    expect(averageScale(type)).toBeDefined()
    const average = { sum: 'sum(x)', count: 'count(x)', type }
    const [first, ...levels] = averageLevels([average])
    const from = `(SELECT g, i % k AS h, CAST(${sql} AS ${type}) AS x FROM t, (VALUES (1), (2), (5)) AS m(k))`
    let select = `SELECT avg(x) AS a, ${averageOnce(average) ?? 'NULL'} AS once, CAST(sum(x) AS DOUBLE) / count(x) AS c, ${first} FROM ${from} GROUP BY g, h`
    for (const level of levels) select = `SELECT *, ${level} FROM (${select})`
    const { columns: found } = await db.answer(
      `SELECT count(*) FILTER (a IS DISTINCT FROM coalesce(once, ${averageColumn(0)})), count(*) FILTER (a <> c) FROM (${select})`,
    )
    expect(Number(found[0]![0]), type).toBe(0)
    twice += Number(found[1]![0])
  }
  // Dividing as doubles gives others.
  expect(twice).toBeGreaterThan(0)
  db.close()
})
