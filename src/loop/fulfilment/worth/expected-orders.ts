import { setImmediate as breathe } from 'node:timers/promises'
import { StorewrightError } from '../../../core/errors.ts'
import type { Database } from '../../../core/sql/database.ts'
import { type PlacedOrders, readOrders } from '../../network/read-orders.ts'
import { currentVersion } from '../../versions.ts'
import type { ExpectedOrders } from './worth-job.ts'

const DAY_MS = 86_400_000
/** Days of orders that stand for those to come. */
const PAST_DAYS = 56
/** A product's forecast moves its past orders by no more than this factor, up or down. */
const MOST_FACTOR = 10
/** Products without past orders that are expected all the same, and areas that each is spread over. */
const MOST_NEW = 2000
const AREAS_OF_NEW = 12

export interface ExpectedOptions {
  /** Days until stock is replenished. */
  readonly horizonDays: number
  /** Past orders that are kept, the newest. */
  readonly most: number
  /** Epoch ms. */
  readonly now: number
}

/**
 * Orders expected until the horizon ends: those of the last weeks, each as often as its products are
 * forecast to sell beside what they sold (table demand_forecast; without one, as often as it was).
 * Products that are forecast and were not ordered yet go one by one to the areas that order most.
 * Undefined where no order names an area.
 */
export async function readExpectedOrders(
  db: Database,
  areaIds: readonly string[],
  productIds: readonly string[],
  options: ExpectedOptions,
): Promise<ExpectedOrders | undefined> {
  const placed = await readOrders(db, areaIds, productIds, { days: PAST_DAYS }).catch((error) => {
    if (error instanceof StorewrightError && error.code === 'ERR_STORE_EMPTY') return undefined
    throw error
  })
  if (placed === undefined) return undefined
  const forecast = await readForecast(db, productIds, options)
  // Requests have their turn between the two.
  await breathe()
  return weighed(placed, forecast, areaIds.length, options)
}

/** Units forecast by product over the horizon; undefined where there is no forecast. */
async function readForecast(
  db: Database,
  productIds: readonly string[],
  { horizonDays, now }: ExpectedOptions,
): Promise<Float64Array | undefined> {
  const current = await currentVersion(db, 'forecast')
  if (current === undefined) return undefined
  // A forecast of other days tells of these no worse than the past does.
  const rows = await db.rows<{ product_id: string; units: number }>(
    `WITH f AS (SELECT * FROM demand_forecast WHERE version = $1),
       span AS (SELECT CASE WHEN max(ds) >= DATE '1970-01-01' + CAST($2 + $3 - 1 AS INTEGER)
         THEN greatest(min(ds), DATE '1970-01-01' + CAST($2 AS INTEGER)) ELSE min(ds) END AS first FROM f)
     SELECT product_id, sum(mean) AS units FROM f, span
     WHERE ds >= span.first AND ds < span.first + CAST($3 AS INTEGER) GROUP BY product_id`,
    [current.version, Math.floor(now / DAY_MS), horizonDays],
  )
  const units = new Map(rows.map((row) => [String(row.product_id), Number(row.units)]))
  return Float64Array.from(productIds, (id) => units.get(id) ?? Number.NaN)
}

/** Past orders weighed by the forecast, with single orders of what was never ordered. */
export function weighed(
  placed: PlacedOrders,
  forecast: Float64Array | undefined,
  areas: number,
  { horizonDays, most }: ExpectedOptions,
): ExpectedOrders {
  const first = Math.max(0, placed.area.length - most)
  const last = placed.orderedAt.at(-1)!
  const days = Math.max(1, Math.min(placed.days, (last - placed.orderedAt[first]!) / DAY_MS))
  const usual = horizonDays / days
  const sold = new Map<number, number>()
  for (let line = placed.starts[first]!; line < placed.product.length; line++) {
    const product = placed.product[line]!
    sold.set(product, (sold.get(product) ?? 0) + placed.quantity[line]!)
  }
  const factorOf = (product: number) => {
    const expected = forecast?.[product] ?? Number.NaN
    if (Number.isNaN(expected)) return 1
    const factor = expected / (sold.get(product)! * usual)
    return Math.min(MOST_FACTOR, Math.max(1 / MOST_FACTOR, factor))
  }
  const news = forecast === undefined ? [] : newOrders(placed, forecast, sold, areas)
  const from = placed.starts[first]!
  return {
    area: Int32Array.from([...placed.area.subarray(first), ...news.map(({ area }) => area)]),
    starts: startsOf(placed, first, news.length),
    product: Int32Array.from([
      ...placed.product.subarray(from),
      ...news.map(({ product }) => product),
    ]),
    units: Int32Array.from([...placed.quantity.subarray(from), ...news.map(() => 1)]),
    weight: Float64Array.from([
      ...weightsOf(placed, first, usual, factorOf),
      ...news.map(({ weight }) => weight),
    ]),
  }
}

function startsOf(placed: PlacedOrders, first: number, news: number): Int32Array {
  const from = placed.starts[first]!
  const starts = Array.from(placed.starts.subarray(first), (start) => start - from)
  for (let i = 0; i < news; i++) starts.push(starts.at(-1)! + 1)
  return Int32Array.from(starts)
}

/** An order is expected as its lines are in the mean, by units. */
function weightsOf(
  { starts, product, quantity }: PlacedOrders,
  first: number,
  usual: number,
  factorOf: (product: number) => number,
): number[] {
  const weights: number[] = []
  for (let order = first; order + 1 < starts.length; order++) {
    let [units, sum] = [0, 0]
    for (let line = starts[order]!; line < starts[order + 1]!; line++) {
      units += quantity[line]!
      sum += quantity[line]! * factorOf(product[line]!)
    }
    weights.push((usual * sum) / units)
  }
  return weights
}

/** Single orders of products that are forecast and were not ordered, the most wanted first. */
function newOrders(
  { area }: PlacedOrders,
  forecast: Float64Array,
  sold: ReadonlyMap<number, number>,
  areas: number,
): readonly { readonly area: number; readonly product: number; readonly weight: number }[] {
  const orders = new Float64Array(areas)
  for (const one of area) orders[one]! += 1
  const busiest = [...orders.keys()]
    .sort((a, b) => orders[b]! - orders[a]! || a - b)
    .slice(0, AREAS_OF_NEW)
    .filter((one) => orders[one]! > 0)
  const total = busiest.reduce((sum, one) => sum + orders[one]!, 0)
  return [...forecast.keys()]
    .filter((product) => forecast[product]! > 0 && !sold.has(product))
    .sort((a, b) => forecast[b]! - forecast[a]! || a - b)
    .slice(0, MOST_NEW)
    .flatMap((product) =>
      busiest.map((one) => ({
        ...{ area: one, product, weight: (forecast[product]! * orders[one]!) / total },
      })),
    )
}
