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
  return { samples, segments: n + 1, segment, weight }
}

/** Base and slope of each segment of each day of one product; `days × segments`, reused. */
export interface DayCurves {
  readonly days: number
  readonly base: Float64Array
  readonly slope: Float64Array
  /** Mean demand of each day as sampled. */
  readonly mean: Float64Array
  /** Highest demand of each day as sampled. */
  readonly highest: Float64Array
}

/** Room for the curves of one product. */
export function createDayCurves(days: number, segments: number): DayCurves {
  return {
    days,
    base: new Float64Array(days * segments),
    slope: new Float64Array(days * segments),
    mean: new Float64Array(days),
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
 * quantiles already carry more than the mean, they stand and the tail is empty.
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
  const { horizon, levels, quantiles } = forecast
  const n = levels.length
  for (let day = 0; day < curves.days; day++) {
    const at = day * table.segments
    curves.base.fill(0, at, at + table.segments)
    curves.slope.fill(0, at, at + table.segments)
    curves.mean[day] = 0
    curves.highest[day] = 0
    if (day >= days || closed[day] === 1) continue
    const cell = i * horizon + forecastDay(from + day, horizon)
    const q = cell * n
    const lowSlope =
      n > 1 ? ((quantiles[q + 1]! - quantiles[q]!) / (levels[1]! - levels[0]!)) * levels[0]! : 0
    curves.base[at] = Math.max(0, quantiles[q]!)
    curves.slope[at] = Math.max(0, lowSlope)
    for (let s = 1; s < n; s++) {
      const low = Math.max(0, quantiles[q + s - 1]!)
      curves.base[at + s] = low
      curves.slope[at + s] = Math.max(0, quantiles[q + s]! - low)
    }
    curves.base[at + n] = Math.max(0, quantiles[q + n - 1]!)
    stretchTail(curves, table, day, Math.max(0, forecast.mean[cell]!))
  }
}

function stretchTail(curves: DayCurves, table: RankTable, day: number, mean: number): void {
  const { samples, segments, segment, weight } = table
  const at = day * segments
  const top = at + segments - 1
  let sum = 0
  let tail = 0
  for (let r = 0; r < samples; r++) {
    const s = at + segment[r]!
    if (s === top) {
      sum += curves.base[top]!
      tail += weight[r]!
    } else {
      sum += Math.max(0, curves.base[s]! + curves.slope[s]! * weight[r]!)
    }
  }
  const missing = mean * samples - sum
  curves.slope[top] = missing > 0 && tail > 0 ? missing / tail : 0
  curves.mean[day] = Math.max(sum, tail > 0 ? mean * samples : sum) / samples
  curves.highest[day] = curves.base[top]! + curves.slope[top]! * weight[samples - 1]!
}
