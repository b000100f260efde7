import { isOpen, type OpenDays } from '../../core/calendar.ts'
import { requireArgument } from '../../core/errors.ts'
import type { ReplayParams } from './knobs.ts'
import type { LeadTimes } from './lead-times.ts'
import type { BuyerProducts, DailyUnits } from './policy.ts'

/** What a replay is about: products, what was wanted each day, and the state it starts from. */
export interface ReplayInput {
  readonly products: BuyerProducts
  /** Cents; one a product, or product × day. */
  readonly priceCents: Float64Array
  readonly leadTimes: LeadTimes
  /** Day number of the first day replayed. */
  readonly firstDay: number
  readonly days: number
  /** Units wanted, product × day, ≥ 0; what is wanted on a closed day is not counted. */
  readonly demand: Float64Array
  /** What sold before `firstDay`; ends the day before. */
  readonly history: DailyUnits
  /** Units on hand in the morning of the first day; nothing is on order then. */
  readonly initialStock: Float64Array
  /** Orders are placed every so many days from the first on; on a closed day, the next open one. */
  readonly reviewPeriodDays: number
  /** Default: open every day. No sales and no arrivals on a closed day. */
  readonly openDays?: OpenDays
}

/** A checked input under the simulator's parameters, laid out for the replay's loops. */
export interface World {
  readonly input: ReplayInput
  readonly params: ReplayParams
  readonly products: number
  readonly days: number
  /** Product × day, zero on closed days. */
  readonly demand: Float64Array
  /** Price of product p on day index d is price[p × priceStride + d × priceStep]. */
  readonly priceStride: number
  readonly priceStep: number
  /** Cents for one unit kept one night. */
  readonly holdingCents: Float64Array
  /** 1 on open days, else 0. */
  readonly open: Float64Array
  /**
   * Day index from which a product counts as on sale: 0 if it sold in the last eight weeks before or
   * there is stock, else the first day someone wants it; `days` if nobody ever does.
   */
  readonly onSaleFrom: Int32Array
  /** nextOpen[d]: the first open day index ≥ d; `days` where there is none. Length days + 1. */
  readonly nextOpen: Int32Array
  /** Day indices of the reviews, rising. */
  readonly reviewDays: Int32Array
}

/** Checks an input and lays it out. Throws ERR_ARGUMENT naming what is wrong. */
export function createWorld(input: ReplayInput, params: ReplayParams): World {
  const n = input.products.ids.length
  const { days, firstDay } = input
  checkInput(input, n)
  const open = new Float64Array(days)
  for (let d = 0; d < days; d++) {
    open[d] = input.openDays && !isOpen(firstDay + d, input.openDays) ? 0 : 1
  }
  const nextOpen = new Int32Array(days + 1).fill(days)
  for (let d = days - 1; d >= 0; d--) nextOpen[d] = open[d]! > 0 ? d : nextOpen[d + 1]!
  const perDay = input.priceCents.length !== n || days === 1
  const nightShare = params.holdingRatePerYear / 365
  const demand = input.demand.map((units, i) => (open[i % days]! > 0 ? units : 0))
  return {
    input,
    params,
    products: n,
    days,
    demand,
    priceStride: perDay ? days : 1,
    priceStep: perDay ? 1 : 0,
    holdingCents: input.products.unitCostCents.map((cost) => cost * nightShare),
    open,
    onSaleFrom: Int32Array.from({ length: n }, (_, p) => onSaleFrom(input, demand, p)),
    nextOpen,
    reviewDays: reviewDaysOf(input.reviewPeriodDays, days, nextOpen),
  }
}

/** A product without a sale for so long is off sale until someone wants it. */
const ON_SALE_DAYS = 56

function onSaleFrom({ history, initialStock, days }: ReplayInput, demand: Float64Array, p: number) {
  const end = p * history.stride + history.days
  const recent = history.units.subarray(end - Math.min(history.days, ON_SALE_DAYS), end)
  if (initialStock[p]! > 0 || recent.some((units) => units > 0)) return 0
  const first = demand.subarray(p * days, (p + 1) * days).findIndex((units) => units > 0)
  return first < 0 ? days : first
}

function reviewDaysOf(period: number, days: number, nextOpen: Int32Array): Int32Array {
  const reviews = new Set<number>()
  for (let d = 0; d < days; d += period) {
    if (nextOpen[d]! < days) reviews.add(nextOpen[d]!)
  }
  return Int32Array.from(reviews)
}

function checkInput(input: ReplayInput, n: number): void {
  const { products, days, history } = input
  requireArgument(n > 0, 'replay: there are no products')
  requireArgument(Number.isInteger(days) && days > 0, `replay: ${days} days; give one at least`)
  requireArgument(
    Number.isInteger(input.reviewPeriodDays) && input.reviewPeriodDays >= 1,
    `replay: a review period of ${input.reviewPeriodDays} days; give a whole number ≥ 1`,
  )
  requireArgument(
    history.firstDay + history.days === input.firstDay,
    'replay: the history must end on the day before the first day',
  )
  requireArgument(
    input.priceCents.length === n || input.priceCents.length === n * days,
    'replay: priceCents must hold one value a product, or product × day',
  )
  requireArgument(
    input.leadTimes.distributionOf.length === n,
    'replay: leadTimes must name a distribution for each product',
  )
  requireNumbers(input.demand, n * days, 0, 'demand')
  requireNumbers(input.initialStock, n, 0, 'initialStock')
  requireNumbers(input.priceCents, input.priceCents.length, 0, 'priceCents')
  requireNumbers(products.unitCostCents, n, 0, 'unitCostCents')
  requireNumbers(products.minimumQuantity, n, 0, 'minimumQuantity')
  requireNumbers(products.casePack, n, Number.MIN_VALUE, 'casePack')
  requireNumbers(products.quotedLeadTimeDays, n, 0, 'quotedLeadTimeDays')
  if (products.volumeM3) requireNumbers(products.volumeM3, n, 0, 'volumeM3')
}

/** Throws unless `values` has `length` finite numbers of at least `least`. */
function requireNumbers(values: Float64Array, length: number, least: number, name: string): void {
  requireArgument(
    values.length === length,
    `replay: ${name} has ${values.length} values where ${length} are needed`,
  )
  const at = values.findIndex((value) => !(value >= least && value < Infinity))
  requireArgument(at < 0, `replay: ${name}[${at}] is ${values[at]}`)
}
