import type { World } from './input.ts'
import type { DayTally, Tally } from './tally.ts'

/** What adds up over products: one number each for a product, or in all. */
export const SUM_NAMES = [
  'demandUnits',
  'soldUnits',
  'lostUnits',
  'saleDays',
  'inStockDays',
  'demandDays',
  'inStockDemandDays',
  'stockOutDays',
  'lostDays',
  'revenueCents',
  'soldCostCents',
  'marginCents',
  'lostMarginCents',
  'lostSalePenaltyCents',
  'holdingCents',
  'orderingCents',
  'writeDownCents',
  'profitCents',
  'orders',
  'boughtUnits',
  'averageStockUnits',
  'averageStockCents',
  'endStockUnits',
  'endStockCents',
] as const

/** What is a ratio of sums. */
export const RATE_NAMES = ['inStockRate', 'demandInStockRate', 'fillRate', 'turns'] as const

export type SumName = (typeof SUM_NAMES)[number]
export type MetricName = SumName | (typeof RATE_NAMES)[number]

/** By product. */
export type ProductSums = Readonly<Record<SumName, Float64Array>>

/**
 * The figures of a replay, of one product or in all (README.md has each definition): units, days,
 * cents, rates in 0 … 1, turns a year.
 */
export type Metrics = Readonly<Record<MetricName, number>>

/** Money and counts of one run, by product. */
export function productSums(world: World, tally: Tally): ProductSums {
  const { products: t } = tally
  const { params, days, input } = world
  const cost = input.products.unitCostCents
  const of = (value: (p: number) => number) =>
    Float64Array.from({ length: world.products }, (_, p) => value(p))
  const demandUnits = of((p) => rowSum(world, p, (units) => units))
  const saleDays = of((p) => world.open.subarray(world.onSaleFrom[p]!).reduce((a, b) => a + b, 0))
  const endStockUnits = of((p) => t.endOnHand[p]! + t.endOnOrder[p]!)
  const soldCostCents = of((p) => t.soldUnits[p]! * cost[p]!)
  const marginCents = of((p) => t.revenueCents[p]! - soldCostCents[p]!)
  const holdingCents = of((p) => t.unitNights[p]! * world.holdingCents[p]!)
  const orderingCents = of((p) => t.orders[p]! * params.orderLineCostCents)
  const writeDownCents = of((p) => writeDown(world, p, demandUnits[p]!, endStockUnits[p]!))
  return {
    demandUnits,
    soldUnits: t.soldUnits,
    lostUnits: t.lostUnits,
    saleDays,
    inStockDays: t.inStockDays,
    demandDays: of((p) => rowSum(world, p, (units) => (units > 0 ? 1 : 0))),
    inStockDemandDays: t.inStockDemandDays,
    stockOutDays: of((p) => saleDays[p]! - t.inStockDays[p]!),
    lostDays: t.lostDays,
    revenueCents: t.revenueCents,
    soldCostCents,
    marginCents,
    lostMarginCents: of((p) => t.lostRevenueCents[p]! - t.lostUnits[p]! * cost[p]!),
    lostSalePenaltyCents: of((p) => t.lostRevenueCents[p]! * params.lostSalePenalty),
    holdingCents,
    orderingCents,
    writeDownCents,
    profitCents: of(
      (p) => marginCents[p]! - holdingCents[p]! - orderingCents[p]! - writeDownCents[p]!,
    ),
    orders: t.orders,
    boughtUnits: t.boughtUnits,
    averageStockUnits: of((p) => t.unitNights[p]! / days),
    averageStockCents: of((p) => (t.unitNights[p]! / days) * cost[p]!),
    endStockUnits,
    endStockCents: of((p) => endStockUnits[p]! * cost[p]! - writeDownCents[p]!),
  }
}

/**
 * Cents that `units` left at the end (on hand and on order) have lost: those that cover lead
 * time + review period + end cover at the product's average demand of the replay are working stock,
 * which a shop that goes on needs, and keep their cost; each beyond loses the leftover share of it.
 */
export function writeDown(world: World, p: number, demandUnits: number, units: number): number {
  const { leftoverLoss, endCoverDays } = world.params
  const { products, reviewPeriodDays } = world.input
  const coverDays = products.quotedLeadTimeDays[p]! + reviewPeriodDays + endCoverDays
  const working = (demandUnits / world.days) * coverDays
  return leftoverLoss * products.unitCostCents[p]! * Math.max(0, units - working)
}

function rowSum({ demand, days }: World, p: number, value: (units: number) => number): number {
  let sum = 0
  for (let d = 0; d < days; d++) sum += value(demand[p * days + d]!)
  return sum
}

/** The metrics of product p of `sums`. */
export function productMetrics(sums: ProductSums, p: number, days: number): Metrics {
  return withRates(
    mapSums((name) => sums[name][p]!),
    days,
  )
}

/** The metrics over all products of `sums`. */
export function totalMetrics(sums: ProductSums, days: number): Metrics {
  return withRates(
    mapSums((name) => sums[name].reduce((a, b) => a + b, 0)),
    days,
  )
}

function mapSums(value: (name: SumName) => number): Record<SumName, number> {
  return Object.fromEntries(SUM_NAMES.map((name) => [name, value(name)])) as Record<SumName, number>
}

function withRates(sums: Record<SumName, number>, days: number): Metrics {
  return {
    ...sums,
    inStockRate: ratio(sums.inStockDays, sums.saleDays, 1),
    demandInStockRate: ratio(sums.inStockDemandDays, sums.demandDays, 1),
    fillRate: ratio(sums.soldUnits, sums.demandUnits, 1),
    turns: ratio((sums.soldCostCents * 365) / days, sums.averageStockCents, 0),
  }
}

/** a / b; `empty` where b is zero: nothing was wanted, or nothing was kept. */
function ratio(a: number, b: number, empty: number): number {
  return b > 0 ? a / b : empty
}

/** A run by day, over all products; index 0 is the first day of the replay. */
export interface DayMetrics extends DayTally {
  readonly marginCents: Float64Array
  readonly holdingCents: Float64Array
  /** Products on sale. */
  readonly onSale: Float64Array
  /** Share of them that began the day with a unit on hand; NaN (missing) on closed days. */
  readonly inStockRate: Float64Array
  /** Units sold of units wanted; NaN where nothing was wanted. */
  readonly fillRate: Float64Array
}

/** Adds what follows from a day's sums. */
export function dayMetrics(world: World, days: DayTally): DayMetrics {
  const nightShare = world.params.holdingRatePerYear / 365
  const onSale = new Float64Array(world.days)
  for (const from of world.onSaleFrom) {
    for (let d = from; d < world.days; d++) onSale[d]! += 1
  }
  return {
    ...days,
    onSale,
    marginCents: days.revenueCents.map((cents, d) => cents - days.soldCostCents[d]!),
    holdingCents: days.stockCents.map((cents) => cents * nightShare),
    inStockRate: days.inStockProducts.map((count, d) =>
      world.open[d]! > 0 ? count / onSale[d]! : Number.NaN,
    ),
    fillRate: days.soldUnits.map((sold, d) => sold / (sold + days.lostUnits[d]!)),
  }
}
