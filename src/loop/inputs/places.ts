import { type Panel, panelOf } from '../../core/panel.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import type { SalesHistory } from './sales.ts'

/** Places above which sales say too little of each to be forecast. */
const MOST_PLACES = 300

/** Units of all products by place and day. */
export interface PlaceSales {
  readonly panel: Panel
  /** Products that ever sold at each place. */
  readonly products: Float64Array
}

/**
 * Daily sales of each place, all products together; undefined where the sales have no places (or one
 * alone), have them for a part of the rows only, or have more than 300.
 */
export async function readPlaces(
  db: Database,
  { lastDay, openDays }: SalesHistory,
): Promise<PlaceSales | undefined> {
  const places = await db.table(
    `SELECT place_id, count(DISTINCT product_id) FILTER (WHERE units > 0) AS products, min(ds) AS first
     FROM sales GROUP BY place_id ORDER BY place_id`,
  )
  const names = textsOf(places, 'place_id')
  const ids = Array.from({ length: places.rowCount }, (_, row) => textAt(names, row)!)
  if (ids.length < 2 || ids.length > MOST_PLACES || ids.includes(EVERYWHERE)) return undefined
  const first = numbersOf(places, 'first')
  const series = ids.map((id, p) => {
    return { id, firstBucket: first[p]!, values: new Float64Array(lastDay + 1 - first[p]!) }
  })
  const rows = await db.table('SELECT place_id, ds, sum(units) AS units FROM sales GROUP BY ALL')
  const placeOf = new Map(ids.map((id, p) => [id, p] as const))
  const column = textsOf(rows, 'place_id')
  const ds = numbersOf(rows, 'ds')
  numbersOf(rows, 'units').forEach((units, row) => {
    const { values, firstBucket } = series[placeOf.get(textAt(column, row)!)!]!
    values[ds[row]! - firstBucket] = units
  })
  const panel = panelOf(series, { frequency: 'D' }, openDays)
  return { panel, products: numbersOf(places, 'products') }
}

/** What stands in sales that are not told by place. */
const EVERYWHERE = 'all'
