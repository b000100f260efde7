import { type KnobSettings, readKnob } from '../core/knobs.ts'
import {
  createDayCurves,
  type DayCurves,
  fillDayCurves,
  type RankTable,
  tabulateRanks,
} from './day-curves.ts'
import { DAY_CORRELATION, LEVEL_CORRELATION, SAMPLES, TAIL_LIMIT } from './knobs.ts'
import { LEAD_TIME_POINTS } from './lead-times.ts'
import { criticalLevel, type OrderGain, orderGain, readRates } from './order-gain.ts'
import { bestQuantity } from './order-quantity.ts'
import { drawPathRanks, type PathRanks } from './path-ranks.ts'
import {
  closedDays,
  daysToNextReview,
  type PlanInput,
  type Products,
  prepareProducts,
} from './plan-input.ts'
import {
  createWindowPaths,
  followPaths,
  totalDays,
  type WindowPaths,
  windowDays,
} from './window.ts'

/** Slowest sale that a waiting time is computed with, units a day: one in ten years. */
const SLOWEST = 1 / 3650
/** Correlations are rounded to this step, so that products share their paths. */
const CORRELATION_STEP = 0.1

/** What was found out about one product; the arrays are reused for the next one. */
export interface Decision {
  readonly product: number
  readonly gain: OrderGain
  readonly paths: WindowPaths
  readonly curves: DayCurves
  /** Best quantity were there no limit of money or space; 0 for none. */
  readonly quantity: number
  /** On hand and incoming units. */
  readonly position: number
  /** Days from today to the next decision. */
  readonly reviewDays: number
}

/** Paths drawn once and used by many plans: by knobs, seed and length. */
export interface PathCache {
  readonly byKey: Map<string, PathRanks>
}

/** An empty cache; hand the same one to every plan of a replay. */
export function createPathCache(): PathCache {
  return { byKey: new Map() }
}

/**
 * Decides every product on its own and hands each decision to `visit`, which must take what it
 * needs at once. Products that stock on hand covers whatever happens, or that have no price, are
 * passed over. Returns the columns with defaults filled in.
 */
export function decideProducts(
  input: PlanInput,
  cache: PathCache,
  visit: (decision: Decision, products: Products) => void,
): Products {
  const products = prepareProducts(input)
  const settings = input.settings ?? {}
  const samples = Math.round(readKnob(SAMPLES, settings))
  const reviewDays = daysToNextReview(input)
  const longest = input.leadTimes.points.reduce((most, days) => Math.max(most, days), 0)
  const days = daysNeeded(reviewDays, longest)
  const shared = {
    samples,
    reviewDays,
    settings,
    table: tabulateRanks(input.forecast.levels, samples),
    curves: createDayCurves(days, samples, readKnob(TAIL_LIMIT, settings)),
    closed: closedDays(input, days),
    paths: createWindowPaths(samples),
    cumulative: new Float64Array(days + 1),
    sorted: new Float64Array(samples),
    prefix: new Float64Array(samples + 1),
    rates: readRates(settings),
    ranksOf: rankSource(input, cache, samples, days, settings),
    from: input.today - input.forecast.origin,
  }
  for (let i = 0; i < products.count; i++) {
    const decision = decideProduct(input, products, shared, i)
    if (decision !== undefined) visit(decision, products)
  }
  return products
}

/** Days of demand to look at: the window, and four weeks of it for the rate of sale. */
function daysNeeded(reviewDays: number, longestLeadTime: number): number {
  return Math.max(windowDays(reviewDays, longestLeadTime), reviewDays + 28)
}

interface Shared {
  readonly reviewDays: number
  readonly table: RankTable
  readonly curves: DayCurves
  readonly closed: Uint8Array
  readonly paths: WindowPaths
  readonly cumulative: Float64Array
  readonly sorted: Float64Array
  readonly prefix: Float64Array
  readonly rates: ReturnType<typeof readRates>
  readonly ranksOf: (i: number) => PathRanks
  readonly from: number
}

function decideProduct(
  input: PlanInput,
  products: Products,
  shared: Shared,
  i: number,
): Decision | undefined {
  const { curves, table, paths, reviewDays, rates } = shared
  const unitCost = products.unitCost[i]!
  const price = products.price[i]!
  if (!Number.isFinite(unitCost) || !Number.isFinite(price)) return undefined
  if (input.orderable?.[i] === 0) return undefined
  const leadTimes = input.leadTimes.points.subarray(
    i * LEAD_TIME_POINTS,
    (i + 1) * LEAD_TIME_POINTS,
  )
  const days = daysNeeded(reviewDays, leadTimes[LEAD_TIME_POINTS - 1]!)
  fillDayCurves(curves, table, input.forecast, i, shared.from, shared.closed, days)
  const onHand = products.onHand[i]!
  if (sumOf(curves.highest) <= onHand) return undefined
  followPaths(
    {
      onHand,
      reviewDays,
      curves,
      paths: shared.ranksOf(i),
      leadTimes,
      shift: i * 37,
      incomingFrom: products.incomingFrom[i]!,
      incomingTo: products.incomingFrom[i + 1]!,
      incomingDay: products.incomingDay,
      incomingUnits: products.incomingUnits,
    },
    paths,
    shared.cumulative,
  )
  const position = onHand + products.incomingTotal[i]!
  const reviewDemand = sumOf(curves.mean.subarray(0, reviewDays))
  const later = curves.mean.subarray(reviewDays, days)
  const dailyRate = Math.max(SLOWEST, sumOf(later) / Math.max(1, later.length))
  const daysVariance = sumOf(curves.variance.subarray(0, totalDays(reviewDays, leadTimes)))
  const meanLeadTimeDays = sumOf(leadTimes) / LEAD_TIME_POINTS
  const money = {
    ...{ unitCost, price, position, reviewDemand, dailyRate, reviewDays, daysVariance },
    meanLeadTimeDays,
  }
  const gain = orderGain(money, rates, paths, shared.sorted, shared.prefix)
  const quantity = bestQuantity(gain, products.smallest[i]!, products.casePack[i]!)
  return { product: i, gain, paths, curves, quantity, position, reviewDays }
}

function sumOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/** The ranks of each product's paths, drawn once for each correlation. */
function rankSource(
  input: PlanInput,
  cache: PathCache,
  samples: number,
  days: number,
  settings: KnobSettings,
): (i: number) => PathRanks {
  const usual = readKnob(LEVEL_CORRELATION, settings)
  const day = readKnob(DAY_CORRELATION, settings)
  return (i) => {
    const own = input.levelCorrelation?.[i] ?? Number.NaN
    const rounded = Math.round(Math.min(1, own) / CORRELATION_STEP) * CORRELATION_STEP
    const level = own >= 0 ? rounded : usual
    const key = `${samples} ${days} ${level} ${day} ${input.seed}`
    const known = cache.byKey.get(key)
    if (known !== undefined) return known
    const drawn = drawPathRanks(samples, days, { level, day }, input.seed)
    cache.byKey.set(key, drawn)
    return drawn
  }
}

/**
 * The level to which a product's position (on hand and incoming) should be raised: the critical
 * quantile of its demand until the arrival after next, and its lot (see orderGain).
 */
export function orderUpToLevel(decision: Decision): number {
  const { gain, paths } = decision
  return criticalLevel(paths.need, gain.savedPerUnit, gain.heldPerUnit) + gain.lotUnits
}
