import { type OpenDays, type Weekday, weekdayOf } from '../../core/calendar.ts'
import { StorewrightError } from '../../core/errors.ts'
import { type Panel, panelOf } from '../../core/panel.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textsOf } from '../../core/table.ts'

/** Daily sales of every product that ever sold, from its first sale to the last day of the data. */
export interface SalesHistory {
  /** Units a day and product; days out of stock at every place are NaN (censored, not zero). */
  readonly panel: Panel
  readonly firstDay: number
  readonly lastDay: number
  readonly openDays: OpenDays
  /** Single closed days that the import learned from the sales: unknown before they happened. */
  readonly learnedClosedDays: ReadonlySet<number>
}

/** Share of a weekday's days that must be closed for the weekday to count as closed always. */
const CLOSED_WEEKDAY_SHARE = 0.9

/**
 * Reads sales (all places together) of the products that ever sold, and closed days. Throws
 * ERR_STORE_EMPTY without sales.
 */
export async function readSales(db: Database): Promise<SalesHistory> {
  const sales = await db.table(
    `SELECT product_id, ds, sum(units) AS units, bool_or(coalesce(in_stock, true)) AS in_stock
     FROM sales
     WHERE product_id IN (SELECT product_id FROM sales WHERE units > 0)
     GROUP BY ALL ORDER BY product_id, ds`,
  )
  if (sales.rowCount === 0) {
    throw new StorewrightError('ERR_STORE_EMPTY', 'the store has no sales', {
      next: 'Import a feed with sales: storewright import FEED --store DIR',
    })
  }
  const ds = numbersOf(sales, 'ds')
  const firstDay = ds.reduce((a, b) => Math.min(a, b))
  const lastDay = ds.reduce((a, b) => Math.max(a, b))
  const openDays = await readOpenDays(db, firstDay, lastDay)
  const ids = textsOf(sales, 'product_id')
  const series = seriesOf(ids, ds, numbersOf(sales, 'units'), numbersOf(sales, 'in_stock'), lastDay)
  const learned = await db.table("SELECT ds FROM closed_days WHERE reason = 'day'")
  const learnedClosedDays = new Set(numbersOf(learned, 'ds'))
  const panel = panelOf(series, { frequency: 'D' }, openDays)
  return { panel, firstDay, lastDay, openDays, learnedClosedDays }
}

/** First and last day of the sales; undefined without any. */
export async function readSpan(
  db: Database,
): Promise<Pick<SalesHistory, 'firstDay' | 'lastDay'> | undefined> {
  const [row] = await db.rows('SELECT min(ds) AS first, max(ds) AS last FROM sales')
  if (typeof row?.['first'] !== 'number' || typeof row['last'] !== 'number') return undefined
  return { firstDay: row['first'], lastDay: row['last'] }
}

function seriesOf(
  ids: { readonly codes: Int32Array; readonly dictionary: readonly string[] },
  ds: Float64Array,
  units: Float64Array,
  inStock: Float64Array,
  lastDay: number,
) {
  const series: { id: string; firstBucket: number; values: Float64Array }[] = []
  for (let row = 0; row < ds.length; ) {
    const code = ids.codes[row]!
    const firstBucket = ds[row]!
    const values = new Float64Array(lastDay - firstBucket + 1)
    for (; row < ds.length && ids.codes[row] === code; row++) {
      values[ds[row]! - firstBucket] = inStock[row] === 0 ? Number.NaN : units[row]!
    }
    series.push({ id: ids.dictionary[code]!, firstBucket, values })
  }
  return series
}

/** Closed days as the table has them; a weekday closed nearly always is closed from now on too. */
export async function readOpenDays(
  db: Database,
  firstDay: number,
  lastDay: number,
): Promise<OpenDays> {
  const table = await db.table('SELECT DISTINCT ds FROM closed_days')
  const closed = numbersOf(table, 'ds')
  const closedCount = new Float64Array(7)
  const dayCount = new Float64Array(7)
  for (let day = firstDay; day <= lastDay; day++) dayCount[weekdayOf(day)]! += 1
  for (const day of closed) {
    if (day >= firstDay && day <= lastDay) closedCount[weekdayOf(day)]! += 1
  }
  const weekdays = [0, 1, 2, 3, 4, 5, 6] as const
  const closedWeekdays: Weekday[] = weekdays.filter(
    (w) => dayCount[w]! > 0 && closedCount[w]! / dayCount[w]! >= CLOSED_WEEKDAY_SHARE,
  )
  const single = [...closed].filter((day) => !closedWeekdays.includes(weekdayOf(day)))
  return { closedWeekdays, closedDays: new Set(single) }
}

/** The open days as known on `day`: without the single closures that were learned from it on. */
export function openDaysKnown(sales: SalesHistory, day: number): OpenDays {
  const { openDays, learnedClosedDays } = sales
  const closedDays = [...openDays.closedDays].filter((d) => d < day || !learnedClosedDays.has(d))
  return { ...openDays, closedDays: new Set(closedDays) }
}
