import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { drawSample, type TableSample, tableSource } from '../choose/sample.ts'
import { keySql, keyValues, predicateSql } from '../orders/keys.ts'
import { equalStarts } from '../orders/order.ts'
import { filterArbitrary, makeRandomTable } from '../testing/random-tables.ts'
import { parseSelects } from './ast.ts'
import { bindConditions, createConstants } from './bind.ts'
import { encodingOf } from './columns.ts'
import { matches, mayMatch, type Predicate, pushable, touchedBlocks, zonesOf } from './predicate.ts'
import { scansOf } from './scans.ts'

const ROWS = 700
let db: Database
let sample: TableSample
let values: readonly Float64Array[]

beforeAll(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await makeRandomTable(db, ROWS, 7)
  const described = await db.rows<{ column_name: string; column_type: string }>(
    'SELECT column_name, column_type FROM (DESCRIBE t)',
  )
  const columns = described.map(({ column_name: name, column_type: type }) => ({
    ...{ name, type, encoding: encodingOf(type) },
  }))
  sample = await drawSample(db, await tableSource(db, 't'), columns, { rows: 10 * ROWS, seed: 1 })
  values = sample.columns.map((column) => column.values)
})
afterAll(() => db.close())

async function predicateOf(filter: string): Promise<Predicate> {
  const [select] = await parseSelects(db, [`SELECT * FROM t WHERE ${filter}`])
  const names = new Map(sample.columns.map(({ name }) => [name, name]))
  const [scan] = scansOf(select!, (table) => (table === 't' ? names : undefined))
  const [predicate] = await bindConditions(db, [scan!.condition], sample.columns, createConstants())
  return predicate!
}

async function matchingIn(db: Database, filter: string): Promise<ReadonlySet<number>> {
  const rows = await db.rows<{ r: number }>(`SELECT rowid AS r FROM t WHERE ${filter}`)
  return new Set(rows.map(({ r }) => r))
}

describe('predicates of statements', () => {
  it('hold for every row that DuckDB finds, and blocks that hold such a row are never passed over', async () => {
    expect(sample.rows).toBe(ROWS)
    await fc.assert(
      fc.asyncProperty(
        filterArbitrary,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 5 }),
        async (filter, size, by) => {
          const found = await matchingIn(db, filter)
          const predicate = await predicateOf(filter)
          for (const row of found)
            expect(matches(predicate, values, row), `${filter} row ${row}`).toBe(true)
          const order = Int32Array.from({ length: ROWS }, (_, i) => i).sort(
            (a, b) => values[by]![a]! - values[by]![b]!,
          )
          const starts = equalStarts(ROWS, size)
          const zones = zonesOf(values, order, starts)
          for (const test of [predicate, pushable(predicate)]) {
            const touched = touchedBlocks(test, zones)
            for (let b = 0; b < zones.blocks; b++) {
              expect(touched[b] === 1).toBe(mayMatch(test, zones, b))
              const rows = order.subarray(starts[b], starts[b + 1])
              if (rows.some((row) => found.has(row))) expect(touched[b], filter).toBe(1)
            }
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('are exact where all of a filter is understood', async () => {
    const exact = [
      'a BETWEEN 5 AND 9 AND x < 50',
      'a IN (3, 4) OR a > 45',
      "s LIKE 'bä%'",
      'NOT (a < 10 OR a >= 20)',
      'x IS NULL',
      "d >= DATE '2024-03-01' AND d < DATE '2024-03-01' + 31",
      "d < '2024-05-01'",
      'b',
      '30 < a',
    ]
    for (const filter of exact) {
      const predicate = await predicateOf(filter)
      const ours = Array.from({ length: ROWS }, (_, i) => i).filter((i) =>
        matches(predicate, values, i),
      )
      expect(new Set(ours), filter).toEqual(await matchingIn(db, filter))
    }
  })

  it('know by what DuckDB cannot skip row groups', async () => {
    for (const filter of [
      'a < 3.5',
      "d < TIMESTAMP '2024-03-01 00:00:00'",
      "d < DATE '2024-03-01' + INTERVAL 1 MONTH",
      'a + x < 3',
      'a < 3 OR x < 2',
      'year(d) = 2024',
    ]) {
      expect(pushable(await predicateOf(filter)), filter).toEqual({ kind: 'all' })
    }
    const common = pushable(await predicateOf('(a < 3 AND x < 2) OR (a < 5 AND b)'))
    expect(common).toMatchObject({ kind: 'or' })
  })

  it('written as SQL find the rows they find here', async () => {
    await fc.assert(
      fc.asyncProperty(filterArbitrary, async (filter) => {
        const predicate = await predicateOf(filter)
        const key = { kind: 'bits', predicates: [predicate] } as const
        const sql = `SELECT ${keySql(key, sample.columns)} AS k FROM t ORDER BY rowid`
        const theirs = (await db.rows<{ k: number }>(sql)).map(({ k }) => k)
        expect(theirs, predicateSql(predicate, sample.columns)).toEqual([
          ...keyValues(key, values, ROWS),
        ])
      }),
      { numRuns: 150 },
    )
  })
})
