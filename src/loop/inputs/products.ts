import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import { DEFAULT_MARGIN } from '../../inventory/index.ts'

export const FALLBACK_PRICE_CENTS = declareKnob({
  name: 'loop.fallback-price-cents',
  unit: 'cents',
  range: [1, 100_000],
  default: 200,
  trades: 'Stands in where a price is unknown: higher puts more weight on such products.',
})

/** What buying needs to know of each product, aligned with a list of ids. */
export interface ProductFacts {
  readonly ids: readonly string[]
  readonly titles: readonly string[]
  readonly categories: readonly (string | undefined)[]
  readonly vendorIds: readonly (string | undefined)[]
  readonly priceCents: Float64Array
  readonly unitCostCents: Float64Array
  /** True where the cost is the stand-in (share of the price). */
  readonly costAssumed: readonly boolean[]
  /** NaN where unknown. */
  readonly volumeM3: Float64Array
  readonly minimumQuantity: Float64Array
  readonly casePack: Float64Array
  /** NaN where unknown. */
  readonly offerLeadTimeDays: Float64Array
  readonly offerLeadTimeSdDays: Float64Array
}

/**
 * Reads products with their cheapest offer. The price is the regular one in force on `asOf` (a day
 * number): nothing later leaks into a replay. An unknown cost follows from
 * the price and the usual margin (knob inventory.default-margin).
 */
export async function readProducts(
  db: Database,
  ids: readonly string[],
  asOf: number,
  knobs: KnobSettings,
): Promise<ProductFacts> {
  const table = await db.table(PRODUCTS_SQL, [asOf])
  const rowOf = new Map<string, number>()
  const idColumn = textsOf(table, 'product_id')
  for (let row = 0; row < table.rowCount; row++) rowOf.set(textAt(idColumn, row)!, row)
  const rows = ids.map((id) => rowOf.get(id))
  const numbers = (name: string) => {
    const values = numbersOf(table, name)
    return Float64Array.from(rows, (row) => (row === undefined ? Number.NaN : values[row]!))
  }
  const texts = (name: string) => {
    const column = textsOf(table, name)
    return rows.map((row) => (row === undefined ? undefined : textAt(column, row)))
  }
  const fallback = readKnob(FALLBACK_PRICE_CENTS, knobs)
  const costShare = 1 - readKnob(DEFAULT_MARGIN, knobs)
  const priceCents = numbers('price_cents').map((price) => (price > 0 ? price : fallback))
  const known = numbers('unit_cost_cents')
  return {
    ids,
    titles: texts('title').map((title, i) => title ?? ids[i]!),
    categories: texts('category'),
    vendorIds: texts('vendor_id'),
    priceCents,
    unitCostCents: known.map((cost, i) => (cost > 0 ? cost : priceCents[i]! * costShare)),
    costAssumed: Array.from(known, (cost) => !(cost > 0)),
    volumeM3: numbers('volume_m3'),
    minimumQuantity: numbers('minimum_quantity'),
    casePack: numbers('case_pack'),
    offerLeadTimeDays: numbers('lead_time_days'),
    offerLeadTimeSdDays: numbers('lead_time_sd_days'),
  }
}

const PRODUCTS_SQL = `
  WITH offer AS (
    SELECT product_id, arg_min(vendor_id, (unit_cost_cents, vendor_id)) AS vendor_id
    FROM offers GROUP BY product_id
  ), price AS (
    SELECT product_id, arg_max(price_cents, starts_on) AS price_cents
    FROM prices WHERE kind = 'regular' AND starts_on <= DATE '1970-01-01' + CAST($1 AS INTEGER)
    GROUP BY product_id
  )
  SELECT p.product_id, p.title, p.category, o.vendor_id,
    coalesce(r.price_cents, p.price_cents) AS price_cents,
    coalesce(o.unit_cost_cents, p.unit_cost_cents) AS unit_cost_cents,
    p.volume_m3, o.minimum_quantity, o.case_pack, o.lead_time_days, o.lead_time_sd_days
  FROM products p
  LEFT JOIN price r USING (product_id)
  LEFT JOIN offer f USING (product_id)
  LEFT JOIN offers o ON o.product_id = p.product_id AND o.vendor_id = f.vendor_id`
