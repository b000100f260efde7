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
  const path = new Float64Array(axis.count)
  for (let i = 0; i < pathCount; i++) {
    forecast.path(i, path)
    keepLargest(path, of, smoothSteps, (stretch, value) => {
      const peaks = sorted[stretch]!
      if (value > peaks[i]!) peaks[i] = value
    })
  }
  for (const peaks of sorted) peaks.sort()
  return {
    startsMs: starts(first, stretches, stretchMs),
    sorted,
    meanAt: meanPeaks(forecast, of, stretches),
  }
}

/** Calls `keep` with the running mean of `width` steps that ends at each step. */
function keepLargest(
  path: Float64Array,
  of: Int32Array,
  width: number,
  keep: (stretch: number, value: number) => void,
): void {
  let sum = 0
  for (let t = 0; t < path.length; t++) {
    sum += path[t]! - (t >= width ? path[t - width]! : 0)
    keep(of[t]!, sum / Math.min(width, t + 1))
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
