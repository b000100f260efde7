import type { World } from './input.ts'

/** Sums over the days of one run, by product. */
export interface ProductTally {
  readonly soldUnits: Float64Array
  readonly lostUnits: Float64Array
  readonly revenueCents: Float64Array
  /** What the lost units would have sold for. */
  readonly lostRevenueCents: Float64Array
  /** Units on hand at night, summed over nights. */
  readonly unitNights: Float64Array
  /** Open days on sale that began with a unit on hand. */
  readonly inStockDays: Float64Array
  /** Days on which someone wanted the product and it began with a unit on hand. */
  readonly inStockDemandDays: Float64Array
  /** Days on which a unit was lost. */
  readonly lostDays: Float64Array
  readonly orders: Float64Array
  readonly boughtUnits: Float64Array
  readonly endOnHand: Float64Array
  readonly endOnOrder: Float64Array
}

/** Sums over the products of one run, by day. */
export interface DayTally {
  readonly soldUnits: Float64Array
  readonly lostUnits: Float64Array
  readonly revenueCents: Float64Array
  /** Purchase cost of what was sold. */
  readonly soldCostCents: Float64Array
  /** Purchase cost of what was on hand at night. */
  readonly stockCents: Float64Array
  readonly stockM3: Float64Array
  /** Products on sale that began the day with a unit on hand. */
  readonly inStockProducts: Float64Array
  readonly orders: Float64Array
  /** Purchase cost of what was ordered. */
  readonly orderedCents: Float64Array
}

export interface Tally {
  readonly products: ProductTally
  readonly days: DayTally
}

/** Zeros for a world. */
export function createTally({ products, days }: Pick<World, 'products' | 'days'>): Tally {
  const byProduct = () => new Float64Array(products)
  const byDay = () => new Float64Array(days)
  return {
    products: {
      soldUnits: byProduct(),
      lostUnits: byProduct(),
      revenueCents: byProduct(),
      lostRevenueCents: byProduct(),
      unitNights: byProduct(),
      inStockDays: byProduct(),
      inStockDemandDays: byProduct(),
      lostDays: byProduct(),
      orders: byProduct(),
      boughtUnits: byProduct(),
      endOnHand: byProduct(),
      endOnOrder: byProduct(),
    },
    days: {
      soldUnits: byDay(),
      lostUnits: byDay(),
      revenueCents: byDay(),
      soldCostCents: byDay(),
      stockCents: byDay(),
      stockM3: byDay(),
      inStockProducts: byDay(),
      orders: byDay(),
      orderedCents: byDay(),
    },
  }
}

/** Adds `more`, times `weight`, onto `sum`. */
export function addTally(sum: Tally, more: Tally, weight = 1): void {
  addFields(sum.products, more.products, weight)
  addFields(sum.days, more.days, weight)
}

function addFields<K extends string>(
  sum: Readonly<Record<K, Float64Array>>,
  more: Readonly<Record<K, Float64Array>>,
  weight: number,
): void {
  for (const name of Object.keys(sum) as K[]) {
    const to = sum[name]
    const from = more[name]
    for (let i = 0; i < to.length; i++) to[i]! += weight * from[i]!
  }
}
