import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../src/core/sql/database.ts'
import { numbersOf, type Table, textsOf } from '../../src/core/table.ts'
import type { TreeData, TreeFeature } from '../../src/learn/trees/index.ts'
import type { Task } from './tasks.ts'

/** Weeks held out: the last ones of the given history, or as many before them. */
const HELD_WEEKS = 26

/** Weekly sales with lags of 26 to 53 weeks, rolling means that end 26 weeks before, and the store. */
const LAGS_SQL = (sales: string, features: string) => `
  WITH s AS (
    SELECT Store, Dept, Date, Weekly_Sales AS y, IsHoliday::INT AS holiday
    FROM read_csv('${sales}', types = {'Date': 'DATE'}))
  SELECT s.Date - DATE '1970-01-01' AS ds, s.y, s.Store::VARCHAR AS store, s.Dept::VARCHAR AS dept,
    week(s.Date) AS week, s.holiday,
    TRY_CAST(f.Temperature AS DOUBLE) AS temperature, TRY_CAST(f.Fuel_Price AS DOUBLE) AS fuel,
    lag(s.y, 26) OVER w AS lag26, lag(s.y, 27) OVER w AS lag27, lag(s.y, 39) OVER w AS lag39,
    lag(s.y, 51) OVER w AS lag51, lag(s.y, 52) OVER w AS lag52, lag(s.y, 53) OVER w AS lag53,
    avg(s.y) OVER (w ROWS BETWEEN 29 PRECEDING AND 26 PRECEDING) AS mean4,
    avg(s.y) OVER (w ROWS BETWEEN 38 PRECEDING AND 26 PRECEDING) AS mean13,
    stddev(s.y) OVER (w ROWS BETWEEN 38 PRECEDING AND 26 PRECEDING) AS spread13
  FROM s LEFT JOIN read_csv('${features}', types = {'Date': 'DATE'}) f
    ON f.Store = s.Store AND f.Date = s.Date
  WINDOW w AS (PARTITION BY s.Store, s.Dept ORDER BY s.Date)
  ORDER BY s.Date, s.Store, s.Dept`

/** The lag table of Walmart's weekly sales; undefined when the data is not there. */
export async function walmartTable(folder: string): Promise<Table | undefined> {
  const [sales, features] = ['sales.csv.gz', 'features.csv'].map((name) =>
    join(folder, 'demand/walmart', name),
  )
  if (!existsSync(sales!)) return undefined
  const database = await openDatabase(':memory:')
  try {
    return await database.table(LAGS_SQL(sales!, features!))
  } finally {
    database.close()
  }
}

/** Trains on all weeks before the held ones; `back` shifts the end of the history by so many weeks. */
export function walmartTask(table: Table, back: number): Task {
  const ds = numbersOf(table, 'ds')
  const last = ds.reduce((a, b) => Math.max(a, b), 0) - 7 * back
  const cut = last - 7 * HELD_WEEKS
  const rows = Array.from(ds.keys())
  return {
    name: 'walmart lags',
    objective: { kind: 'squared' },
    train: part(
      table,
      rows.filter((row) => ds[row]! <= cut),
    ),
    test: part(
      table,
      rows.filter((row) => ds[row]! > cut && ds[row]! <= last),
    ),
    rounds: 200,
  }
}

function part(table: Table, rows: readonly number[]): TreeData {
  const features = Object.keys(table.columns)
    .filter((name) => name !== 'ds' && name !== 'y')
    .map((name): TreeFeature => {
      if (name === 'store' || name === 'dept') {
        const { codes } = textsOf(table, name)
        return { name, kind: 'category', values: Int32Array.from(rows, (row) => codes[row]!) }
      }
      const values = numbersOf(table, name)
      return { name, kind: 'number', values: Float32Array.from(rows, (row) => values[row]!) }
    })
  const y = numbersOf(table, 'y')
  return { rows: rows.length, features, target: Float64Array.from(rows, (row) => y[row]!) }
}
