import { formatDay } from '../../core/calendar.ts'
import { readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, type Table, textAt, textsOf } from '../../core/table.ts'
import type { StockBook } from '../../fulfilment/index.ts'
import { DEFAULT_LEAD_TIME_DAYS, DEFAULT_MARGIN } from '../../inventory/index.ts'
import { currentVersion } from '../../loop/index.ts'
import type { StockSummary } from '../schemas/stock-pages.ts'
import type { DailyDemand } from './stock-cover.ts'
import { totalQuantile } from './total-band.ts'

/** Days from today of which each one is known; after them the mean of all days stands in. */
export const KNOWN_DAYS = 28

/** What a store knows of its products beside their counts, in the order of the stock book. */
export interface StockFacts {
  /** Day number that day 0 of `rates` is. */
  readonly today: number
  readonly titles: readonly string[]
  /** Title and id in small letters. */
  readonly texts: readonly string[]
  /** KNOWN_DAYS expected units a product; NaN where nobody forecast it. */
  readonly rates: Float32Array
  /** Units a day after these. */
  readonly beyond: Float32Array
  /** Sales at their 5 % and 95 % quantile over those expected. */
  readonly weak: Float32Array
  readonly strong: Float32Array
  /** Days from order to arrival. */
  readonly leadDays: Float32Array
  /** Margin of a unit; NaN where no price is known. */
  readonly marginCents: Float64Array
  /** The days that were forecast; null before the first forecast. */
  readonly forecast: StockSummary['forecast']
}

/** The demand of a product of the book. */
export function demandOf({ rates, beyond }: StockFacts, product: number): DailyDemand {
  return { rates, at: KNOWN_DAYS * product, days: KNOWN_DAYS, beyond: beyond[product]! }
}

/** Reads forecast, terms and titles of the products of a book. `today` is a day number. */
export async function readStockFacts(
  db: Database,
  { productIds, productOf }: Pick<StockBook, 'productIds'> & { productOf(id: string): number },
  today: number,
): Promise<StockFacts> {
  const facts = unknownFacts(productIds, today)
  takeTerms(facts, await db.table(TERMS_SQL), productOf)
  const version = await currentVersion(db, 'forecast')
  if (version === undefined) return facts
  const [span] = await db.rows(
    'SELECT min(ds) AS first, max(ds) AS last FROM demand_forecast WHERE version = $1',
    [version.version],
  )
  if (typeof span?.['first'] !== 'number') return facts
  takeForecast(facts, await db.table(forecastSql(today), [version.version]), productOf)
  const to = formatDay(Number(span['last']))
  return { ...facts, forecast: { from: formatDay(span['first']), to } }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly string[] ? string[] : T[K] }

function unknownFacts(productIds: readonly string[], today: number): Mutable<StockFacts> {
  const { length } = productIds
  return {
    ...{ today, titles: [...productIds], texts: productIds.map((id) => id.toLowerCase()) },
    rates: new Float32Array(KNOWN_DAYS * length).fill(Number.NaN),
    beyond: new Float32Array(length).fill(Number.NaN),
    weak: new Float32Array(length).fill(1),
    strong: new Float32Array(length).fill(1),
    leadDays: new Float32Array(length).fill(readKnob(DEFAULT_LEAD_TIME_DAYS)),
    marginCents: new Float64Array(length).fill(Number.NaN),
    forecast: null,
  }
}

const TERMS_SQL = `
  SELECT p.product_id, any_value(p.title) AS title, any_value(p.price_cents) AS price,
    min(o.unit_cost_cents) AS cost, min(o.lead_time_days) AS lead_days
  FROM products p LEFT JOIN offers o USING (product_id) GROUP BY p.product_id`

function takeTerms(facts: Mutable<StockFacts>, table: Table, productOf: (id: string) => number) {
  const [ids, titles] = [textsOf(table, 'product_id'), textsOf(table, 'title')]
  const [price, cost] = [numbersOf(table, 'price'), numbersOf(table, 'cost')]
  const lead = numbersOf(table, 'lead_days')
  const margin = readKnob(DEFAULT_MARGIN)
  for (let row = 0; row < table.rowCount; row++) {
    const id = textAt(ids, row)!
    const product = productOf(id)
    if (product < 0) continue
    const title = textAt(titles, row) ?? id
    facts.titles[product] = title
    facts.texts[product] = `${title} ${id}`.toLowerCase()
    const gain = Number.isNaN(cost[row]!) ? margin * price[row]! : price[row]! - cost[row]!
    facts.marginCents[product] = Math.max(0, gain)
    if (!Number.isNaN(lead[row]!)) facts.leadDays[product] = lead[row]!
  }
}

/** Means of the next days side by side, that of all days, and the spread of their sum. */
function forecastSql(today: number): string {
  const first = `DATE '${formatDay(today)}'`
  const days = Array.from(
    { length: KNOWN_DAYS },
    (_, d) => `sum(mean) FILTER (ds = ${first} + ${d}) AS d${d}`,
  )
  return `
    SELECT product_id, avg(mean) AS usual, max(ds) AS last, sum(mean) AS total,
      sum("q0.05" - mean) AS low_sum, sum(("q0.05" - mean) ** 2) AS low_squares,
      sum("q0.95" - mean) AS high_sum, sum(("q0.95" - mean) ** 2) AS high_squares,
      ${days.join(', ')}
    FROM demand_forecast WHERE version = $1 GROUP BY product_id`
}

function takeForecast(facts: StockFacts, table: Table, productOf: (id: string) => number): void {
  const ids = textsOf(table, 'product_id')
  const at = (name: string) => numbersOf(table, name)
  const [usual, total, last] = [at('usual'), at('total'), at('last')]
  const low = { sum: at('low_sum'), squares: at('low_squares') }
  const high = { sum: at('high_sum'), squares: at('high_squares') }
  const days = Array.from({ length: KNOWN_DAYS }, (_, d) => at(`d${d}`))
  for (let row = 0; row < table.rowCount; row++) {
    const product = productOf(textAt(ids, row)!)
    if (product < 0) continue
    facts.beyond[product] = usual[row]!
    for (let d = 0; d < KNOWN_DAYS; d++) {
      const mean = days[d]![row]!
      // A day without a row is closed, or lies beyond the forecast.
      const missing = facts.today + d > last[row]! ? usual[row]! : 0
      facts.rates[KNOWN_DAYS * product + d] = Number.isNaN(mean) ? missing : mean
    }
    const mean = total[row]!
    if (!(mean > 0)) continue
    const quantile = (side: typeof low, level: number) =>
      totalQuantile(mean, { sum: side.sum[row]!, squares: side.squares[row]! }, level) / mean
    facts.weak[product] = quantile(low, 0.05)
    facts.strong[product] = quantile(high, 0.95)
  }
}
