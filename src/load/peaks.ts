import { sortedQuantile } from '../core/quantiles.ts'
import type { LoadForecast } from './types.ts'

/** The largest load within each of several stretches, as a distribution over sample paths. */
export interface PeakDistribution {
  /** Epoch ms at which each stretch starts. */
  readonly startsMs: Float64Array
  /** [stretches] sorted peaks of all paths. */
  readonly sorted: readonly Float64Array[]
  /** [stretches] step, counted from the start of the forecast, at which the mean is largest. */
  readonly meanAt: Int32Array
}

/**
 * Peaks of a forecast within stretches of `stretchMs` (aligned to epoch time; a day by default), each
 * path smoothed over `smoothSteps` steps first (5 for five-minute means of minutes). A peak's quantile
 * is not the quantile's peak: each path has its largest value at its own time.
 */
export function peakDistribution(
  forecast: LoadForecast,
  stretchMs = 86_400_000,
  smoothSteps = 1,
): PeakDistribution {
  const { axis, pathCount } = forecast
  const first = Math.floor(axis.startMs / stretchMs)
  const last = Math.floor((axis.startMs + (axis.count - 1) * axis.stepMs) / stretchMs)
  const stretches = last - first + 1
  const sorted = Array.from({ length: stretches }, () => new Float64Array(pathCount))
  const of = Int32Array.from(
    { length: axis.count },
    (_, t) => Math.floor((axis.startMs + t * axis.stepMs) / stretchMs) - first,
  )
  const ends = endsOf(of, stretches)
  const path = new Float64Array(axis.count)
  for (let i = 0; i < pathCount; i++) {
    forecast.path(i, path)
    keepLargest(path, ends, smoothSteps, sorted, i)
  }
  for (const peaks of sorted) peaks.sort()
  return {
    startsMs: starts(first, stretches, stretchMs),
    sorted,
    meanAt: meanPeaks(forecast, of, stretches),
  }
}

/** The step after the last of each stretch. */
function endsOf(of: Int32Array, stretches: number): Int32Array {
  const ends = new Int32Array(stretches)
  for (let t = 0; t < of.length; t++) ends[of[t]!] = t + 1
  return ends
}

/** Keeps the largest running mean of `width` steps (ending at each step) of each stretch of a path. */
function keepLargest(
  path: Float64Array,
  ends: Int32Array,
  width: number,
  sorted: readonly Float64Array[],
  index: number,
): void {
  let sum = 0
  let t = 0
  for (let stretch = 0; stretch < ends.length; stretch++) {
    const end = ends[stretch]!
    let most = 0
    for (; t < end && t < width; t++) {
      sum += path[t]!
      most = Math.max(most, (sum * width) / (t + 1))
    }
    for (; t < end; t++) {
      sum += path[t]! - path[t - width]!
      if (sum > most) most = sum
    }
    sorted[stretch]![index] = most / width
  }
}

function starts(first: number, stretches: number, stretchMs: number): Float64Array {
  return Float64Array.from({ length: stretches }, (_, s) => (first + s) * stretchMs)
}

function meanPeaks({ mean }: LoadForecast, of: Int32Array, stretches: number): Int32Array {
  const at = new Int32Array(stretches).fill(-1)
  for (let t = 0; t < mean.length; t++) {
    const s = of[t]!
    if (at[s] === -1 || mean[t]! > mean[at[s]!]!) at[s] = t
  }
  return at
}

/** Quantile of the peak of one stretch. */
export function peakQuantile(peaks: PeakDistribution, stretch: number, level: number): number {
  return sortedQuantile(peaks.sorted[stretch]!, level)
}
