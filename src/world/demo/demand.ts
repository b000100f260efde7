import { requireArgument } from '../../core/errors.ts'
import type { Random } from '../../core/random/random.ts'
import { createAlias } from '../customers/alias.ts'
import type { Catalog } from './catalog.ts'
import { NEVER } from './catalog.ts'

/** Persistence and weekly spread of the slow drift of a product's popularity (in logs). */
const DRIFT_KEEPS = 0.95
const DRIFT_STEP = 0.08

/**
 * Mean units of one product on each day from `firstDay`: its popularity × trend × stage of life ×
 * drift × what the calendar and its price do. Zero before the launch; trends are 1 on day `middle`.
 */
export function meanDemand(
  catalog: Catalog,
  p: number,
  firstDay: number,
  middle: number,
  calendar: Float64Array,
  priceEffect: Float64Array,
  random: Random,
): Float32Array {
  const days = calendar.length
  const mean = new Float32Array(days)
  const base = catalog.unitsPerDay[p]!
  const spread = DRIFT_STEP / Math.sqrt(1 - DRIFT_KEEPS ** 2)
  let drift = spread * random.normal()
  for (let t = 0; t < days; t++) {
    if (t % 7 === 0) drift = DRIFT_KEEPS * drift + DRIFT_STEP * random.normal()
    const trend = (catalog.trend[p]! * (t - middle)) / 365
    const level = base * Math.exp(trend + drift - 0.5 * spread * spread)
    mean[t] = level * stageOfLife(catalog, p, firstDay + t) * calendar[t]! * priceEffect[t]!
  }
  return mean
}

/** Share of its usual demand: 0 before launch, a curve of novelty after, a decline at the end. */
function stageOfLife(catalog: Catalog, p: number, day: number): number {
  const age = day - catalog.launchDay[p]!
  if (age < 0) return 0
  const young = age < 300 ? (1 - Math.exp(-(age + 1) / 10)) * (1 + 0.6 * Math.exp(-age / 40)) : 1
  const past = catalog.endDay[p] === NEVER ? 0 : day - catalog.endDay[p]!
  if (past <= 0) return young
  return past > 150 ? 0 : young * Math.exp(-past / 25)
}

/**
 * Draws a product's demand by day: `lines`, the number of customers who want it, is negative
 * binomial around mean / units a line; `units` is the sum of what each wants.
 */
export function drawDemand(
  mean: Float32Array,
  dispersion: number,
  quantityShares: readonly number[],
  random: Random,
  lines: Uint16Array,
  units: Uint16Array,
): void {
  const quantity = createAlias(quantityShares)
  const unitsPerLine = meanOfShares(quantityShares)
  for (let t = 0; t < mean.length; t++) {
    if (mean[t]! <= 0) continue
    const count = Math.min(10_000, countAt(random.next(), mean[t]! / unitsPerLine, dispersion))
    let sum = count
    for (let line = 0; line < count; line++) sum += quantity.sample(random)
    lines[t] = count
    units[t] = sum
  }
}

/** Mean of a distribution over 1, 2, 3, …. */
export function meanOfShares(shares: readonly number[]): number {
  return shares.reduce((sum, share, index) => sum + share * (index + 1), 0)
}

/**
 * The negative binomial quantile of `u` by mean m ≥ 0 and size r (variance m + m²/r): adds up
 * P(0) = (r/(r+m))^r and P(k+1) = P(k) (k+r)/(k+1) m/(r+m) until they pass u. Most days of a store
 * sell nothing, so most draws end at the first term. Agrees with negativeBinomialQuantile of core.
 */
export function countAt(u: number, mean: number, size: number): number {
  requireArgument(u >= 0 && u < 1 && size > 0, `countAt(${u}, ${mean}, ${size})`)
  if (mean <= 0) return 0
  const share = mean / (size + mean)
  let term = Math.exp(size * Math.log1p(-share))
  let sum = term
  let k = 0
  // Past 60 standard deviations only rounding of the sum can keep it below u.
  const limit = mean + 60 * Math.sqrt(mean + (mean * mean) / size) + 60
  while (sum < u && k < limit) {
    term *= ((k + size) / (k + 1)) * share
    sum += term
    k++
  }
  return k
}
