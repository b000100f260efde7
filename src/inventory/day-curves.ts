import type { QuantileForecast } from '../core/panel.ts'

/**
 * Where each of `samples` equally likely ranks lies among the quantile levels: rank r stands for
 * u = (r + ½) / samples, in segment `segment[r]` (0 = below the first level, levels.length = above
 * the last), at `weight[r]` within it. The demand of a rank is base[segment] + slope[segment] ·
 * weight, linear in the quantiles, so that the search among levels is done once for all products.
 */
export interface RankTable {
  readonly samples: number
  readonly segments: number
  readonly segment: Uint8Array
  readonly weight: Float64Array
  /** Ranks in each segment, and the sum of their weights. */
  readonly count: Float64Array
  readonly weights: Float64Array
}

/** Tabulates the ranks for a set of levels. Tails are exponential, as in core interpolateQuantile. */
export function tabulateRanks(levels: ArrayLike<number>, samples: number): RankTable {
  const n = levels.length
  const segment = new Uint8Array(samples)
  const weight = new Float64Array(samples)
  const first = levels[0]!
  const room = 1 - levels[n - 1]!
  for (let r = 0; r < samples; r++) {
    const u = (r + 0.5) / samples
    let s = 0
    while (s < n && u >= levels[s]!) s++
    segment[r] = s
    if (s === 0) weight[r] = Math.log(u / first)
    else if (s === n) weight[r] = -Math.log((1 - u) / room)
    else weight[r] = (u - levels[s - 1]!) / (levels[s]! - levels[s - 1]!)
  }
  const count = new Float64Array(n + 1)
  const weights = new Float64Array(n + 1)
  segment.forEach((s, r) => {
    count[s]! += 1
    weights[s]! += weight[r]!
  })
  return { samples, segments: n + 1, segment, weight, count, weights }
}

/** Demand of one product by day and rank, room reused from product to product. */
export interface DayCurves {
  readonly days: number
  readonly samples: number
  /** The tail above the last quantile exceeds it by at most this many times it, on average. */
  readonly tailLimit: number
  /** units[day * samples + rank], rising with the rank but for the rounding to whole units. */
  readonly units: Float64Array
  /** Mean demand of each day as sampled. */
  readonly mean: Float64Array
  /** Variance of each day as sampled. */
  readonly variance: Float64Array
  /** Highest demand of each day as sampled. */
  readonly highest: Float64Array
}

/** Days of which less than this is expected are sampled in whole units. */
const WHOLE_UNITS_BELOW = 5

/** Room for the curves of one product. */
export function createDayCurves(days: number, samples: number, tailLimit = Infinity): DayCurves {
  return {
    days,
    samples,
    tailLimit,
    units: new Float64Array(days * samples),
    mean: new Float64Array(days),
    variance: new Float64Array(days),
    highest: new Float64Array(days),
  }
}

/**
 * Index within the horizon of forecast day `f`; past the horizon the last week repeats, so that a
 * short forecast still covers a long lead time.
 */
export function forecastDay(f: number, horizon: number): number {
  if (f < horizon) return f
  const week = Math.min(7, horizon)
  return horizon - week + ((f - horizon) % week)
}

/**
 * Fills the curves of product `i` for the days from forecast index `from` on. The tail above the
 * last level is stretched so that the mean of the ranks equals the forecast's mean: a product that
 * sells on 1 day in 40 has all its quantiles at zero and lives in that tail alone. Where the
 * quantiles already carry more than the mean, all are brought down to it (means and quantiles are
 * learned apart, and a slow product's excess of 0.1 a day is weeks of stock over a lead time); where one
 * giant order has lifted the mean far above them, the tail stops at `tailLimit`. Small days are
 * rounded to whole units, the sum over the ranks staying as it is: a unit in stock is sold or not.
 * `closed[day]` = 1 empties a day. Days from `days` on are left empty.
 */
export function fillDayCurves(
  curves: DayCurves,
  table: RankTable,
  forecast: QuantileForecast,
  i: number,
  from: number,
  closed: Uint8Array,
  days = curves.days,
): void {
  const { samples, units } = curves
  const base = new Float64Array(table.segments)
  const slope = new Float64Array(table.segments)
  let carried = 0
  for (let day = 0; day < curves.days; day++) {
    curves.mean[day] = 0
    curves.variance[day] = 0
    curves.highest[day] = 0
    const at = day * samples
    if (day >= days || closed[day] === 1) {
      units.fill(0, at, at + samples)
      continue
    }
    const cell = i * forecast.horizon + forecastDay(from + day, forecast.horizon)
    fillSegments(base, slope, forecast, cell)
    const mean = stretchTail(
      base,
      slope,
      table,
      Math.max(0, forecast.mean[cell]!),
      curves.tailLimit,
    )
    curves.mean[day] = mean
    writeUnits(units, at, base, slope, table)
    if (mean < WHOLE_UNITS_BELOW) carried = roundFromTop(units, at, samples, carried)
    summarize(curves, day)
  }
}

/** Demand of every rank of a day, segment by segment. */
function writeUnits(
  units: Float64Array,
  at: number,
  base: Float64Array,
  slope: Float64Array,
  table: RankTable,
): void {
  const { segments, count, weight } = table
  let r = 0
  for (let s = 0; s < segments; s++) {
    const end = r + count[s]!
    const low = base[s]!
    const rise = slope[s]!
    if (low === 0 && rise === 0) units.fill(0, at + r, at + end)
    else for (let k = r; k < end; k++) units[at + k] = Math.max(0, low + rise * weight[k]!)
    r = end
  }
}

/** Variance and highest demand of a day, from its ranks. */
function summarize(curves: DayCurves, day: number): void {
  const { samples, units } = curves
  let highest = 0
  let squares = 0
  for (let r = day * samples; r < (day + 1) * samples; r++) {
    const value = units[r]!
    if (value > highest) highest = value
    squares += value * value
  }
  curves.highest[day] = highest
  curves.variance[day] = Math.max(0, squares / samples - curves.mean[day]! ** 2)
}

/** Base and slope of each segment of one day, from its quantiles. */
function fillSegments(
  base: Float64Array,
  slope: Float64Array,
  forecast: QuantileForecast,
  cell: number,
): void {
  const { levels, quantiles } = forecast
  const n = levels.length
  const q = cell * n
  base[0] = Math.max(0, quantiles[q]!)
  slope[0] = 0
  if (n > 1) {
    const rise = (quantiles[q + 1]! - quantiles[q]!) / (levels[1]! - levels[0]!)
    slope[0] = Math.max(0, rise * levels[0]!)
  }
  for (let s = 1; s < n; s++) {
    base[s] = Math.max(0, quantiles[q + s - 1]!)
    slope[s] = Math.max(0, quantiles[q + s]! - base[s]!)
  }
  base[n] = Math.max(0, quantiles[q + n - 1]!)
}

/** Sets the slope of the upper tail so that the ranks have the mean; returns the mean they have. */
function stretchTail(
  base: Float64Array,
  slope: Float64Array,
  table: RankTable,
  mean: number,
  tailLimit: number,
): number {
  const { samples, segments, weight, count, weights } = table
  const top = segments - 1
  const tail = weights[top]!
  let sum = base[top]! * count[top]!
  // The lower tail is cut at zero rank by rank; all other segments are linear and not negative.
  for (let r = 0; r < count[0]!; r++) sum += Math.max(0, base[0]! + slope[0]! * weight[r]!)
  for (let s = 1; s < top; s++) sum += base[s]! * count[s]! + slope[s]! * weights[s]!
  const missing = mean * samples - sum
  if (missing < 0) return shrink(base, slope, mean / (sum / samples), mean)
  slope[top] = missing > 0 && tail > 0 ? missing / tail : 0
  if (base[top]! > 0) slope[top] = Math.min(slope[top]!, tailLimit * base[top]!)
  return (sum + slope[top]! * tail) / samples
}

/** Brings a day whose quantiles carry more than its mean down to it, empty above the last one. */
function shrink(base: Float64Array, slope: Float64Array, factor: number, mean: number): number {
  slope[slope.length - 1] = 0
  for (let s = 0; s < base.length; s++) {
    base[s]! *= factor
    slope[s]! *= factor
  }
  return mean
}

/**
 * Rounds to whole units from the highest rank down, carrying what is left over to the next rank and,
 * as the result, to the next day: what sells twice a year still sells.
 */
function roundFromTop(units: Float64Array, at: number, samples: number, from: number): number {
  let carried = from
  for (let r = at + samples - 1; r >= at; r--) {
    const value = units[r]!
    // Below the last rank that sells there is nothing to round.
    if (value === 0 && carried < 0.5) continue
    const wanted = value + carried
    const whole = wanted > 0 ? Math.round(wanted) : 0
    units[r] = whole
    carried = wanted - whole
  }
  return carried
}
