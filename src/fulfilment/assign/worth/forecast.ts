import { requireArgument } from '../../../core/errors.ts'
import type { StockCells } from './cells.ts'

/**
 * Orders that are expected until the horizon ends: kinds of basket (lines and area), each with how
 * many. A sample of past orders is a forecast: its orders, weighted to the length of the horizon.
 */
export interface BasketForecast {
  readonly area: Int32Array
  /** Lines of basket `b` are `starts[b]` … `starts[b + 1] − 1`; at most MOST_LINES. */
  readonly starts: Int32Array
  readonly product: Int32Array
  readonly units: Float64Array
  /** Expected orders of each basket. */
  readonly weight: Float64Array
}

/** Cents of a parcel from a site to an area: fixed + perKg × kg; rows of areas a site; Infinity: no way. */
export interface WayCosts {
  readonly sites: number
  readonly areas: number
  readonly fixed: Float64Array
  readonly perKg: Float64Array
  /** kg a unit by product: its weight, or that of its room where that is more. */
  readonly kg: Float64Array
}

/** Lines of a basket that are looked at together; larger orders are several baskets. */
export const MOST_LINES = 7

/** An order as it was: what a forecast is made from. */
export interface PastOrder {
  readonly area: number
  readonly lines: readonly { readonly product: number; readonly quantity: number }[]
  /** How many times it counts; 1 unless stated. */
  readonly weight?: number
}

/**
 * The forecast that past orders are, each counted `weight` times (and by its own): orders alike are one basket. Orders
 * of more than MOST_LINES lines count as several, in the order of their products: their stock is
 * counted in full, their consolidation in part.
 */
export function basketsOf(orders: readonly PastOrder[], weight: number): BasketForecast {
  const kinds = new Map<string, { readonly order: PastOrder; count: number }>()
  for (const order of orders) {
    for (const part of partsOf(order)) {
      const key = keyOfBasket(part)
      const kind = kinds.get(key)
      const count = order.weight ?? 1
      if (kind === undefined) kinds.set(key, { order: part, count })
      else kind.count += count
    }
  }
  const all = [...kinds.values()]
  const counts = Float64Array.from(all, ({ count }) => count * weight)
  return packed(
    all.map(({ order }) => order),
    counts,
  )
}

/** Names a basket by its area, products and quantities, whatever the order of its lines. */
export function keyOfBasket({ area, lines }: PastOrder): string {
  const sorted = [...lines].sort((a, b) => a.product - b.product)
  return `${area}|${sorted.map((line) => `${line.product}x${line.quantity}`).join(',')}`
}

/** The same demand with every line an order of its own: what a transport LP knows of it. */
export function singlesOf(forecast: BasketForecast): BasketForecast {
  const { area, starts, product, units, weight } = forecast
  const singles = new Map<string, { readonly order: PastOrder; count: number }>()
  for (let b = 0; b < area.length; b++) {
    for (let line = starts[b]!; line < starts[b + 1]!; line++) {
      const key = `${area[b]}|${product[line]}`
      const count = weight[b]! * units[line]!
      const known = singles.get(key)
      const lines = [{ product: product[line]!, quantity: 1 }]
      if (known === undefined) singles.set(key, { order: { area: area[b]!, lines }, count })
      else known.count += count
    }
  }
  const all = [...singles.values()]
  return packed(
    all.map(({ order }) => order),
    Float64Array.from(all, ({ count }) => count),
  )
}

/** Units of an expected order, in the mean. */
export function unitsPerOrder({ starts, units, weight }: BasketForecast): number {
  let [all, orders] = [0, 0]
  for (let b = 0; b < weight.length; b++) {
    orders += weight[b]!
    for (let line = starts[b]!; line < starts[b + 1]!; line++) all += weight[b]! * units[line]!
  }
  return orders === 0 ? 1 : all / orders
}

function packed(orders: readonly PastOrder[], weight: Float64Array): BasketForecast {
  const starts = new Int32Array(orders.length + 1)
  orders.forEach(({ lines }, b) => {
    starts[b + 1] = starts[b]! + lines.length
  })
  const lines = orders.flatMap((order) => order.lines)
  return {
    area: Int32Array.from(orders, ({ area }) => area),
    starts,
    product: Int32Array.from(lines, (line) => line.product),
    units: Float64Array.from(lines, (line) => line.quantity),
    weight,
  }
}

function partsOf({ area, lines }: PastOrder): PastOrder[] {
  const sorted = [...lines].sort((a, b) => a.product - b.product)
  const parts: PastOrder[] = []
  for (let from = 0; from < sorted.length; from += MOST_LINES) {
    parts.push({ area, lines: sorted.slice(from, from + MOST_LINES) })
  }
  return parts
}

/** Throws ERR_ARGUMENT where baskets have too many lines, or areas and products out of range. */
export function checkForecast(
  { area, starts, product, weight }: BasketForecast,
  ways: WayCosts,
  cells: StockCells,
): void {
  const products = cells.starts.length - 1
  requireArgument(
    ways.sites === cells.sites && ways.kg.length === products,
    `ways of ${ways.sites} sites and ${ways.kg.length} products, cells of ${cells.sites} and ${products}`,
  )
  for (let b = 0; b < area.length; b++) {
    const lines = starts[b + 1]! - starts[b]!
    requireArgument(lines > 0 && lines <= MOST_LINES, `basket ${b} has ${lines} lines`)
    requireArgument(area[b]! >= 0 && area[b]! < ways.areas, `basket ${b} goes to area ${area[b]}`)
    requireArgument(weight[b]! >= 0, `basket ${b} is expected ${weight[b]} times`)
  }
  product.forEach((number, line) => {
    requireArgument(number >= 0 && number < products, `line ${line} has product ${number}`)
  })
}
