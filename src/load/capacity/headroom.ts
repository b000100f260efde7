import { requireArgument } from '../../core/errors.ts'
import { sortedQuantile } from '../../core/quantiles.ts'
import type { LoadForecast } from '../types.ts'

export const WEEK_MS = 604_800_000

/** The largest load of each week, as a distribution over courses. */
export interface WeekPeaks {
  /** Start of week 0, epoch ms. */
  readonly startMs: number
  /** [weeks] of sorted requests/s, one a course; empty where the forecast does not reach. */
  readonly sorted: readonly Float64Array[]
}

/**
 * Peaks of the weeks from `startMs` on, in requests a second: each course has its largest step at its
 * own time. `peakFactor` is how far the largest minute of a step lies above the step's mean, 1 for steps
 * of a minute.
 */
export function weekPeaks(
  forecast: Pick<LoadForecast, 'axis' | 'pathCount' | 'path'>,
  startMs: number,
  weeks: number,
  peakFactor = 1,
): WeekPeaks {
  const { axis, pathCount } = forecast
  requireArgument(peakFactor >= 1, `peak factor: ${peakFactor} is below 1`)
  const peaks = Array.from({ length: weeks }, () => new Float64Array(pathCount))
  const week = Int32Array.from({ length: axis.count }, (_, t) =>
    Math.floor((axis.startMs + t * axis.stepMs - startMs) / WEEK_MS),
  )
  const perSecond = (1000 * peakFactor) / axis.stepMs
  const path = new Float64Array(axis.count)
  for (let i = 0; i < pathCount; i++) {
    forecast.path(i, path)
    for (let t = 0; t < axis.count; t++) {
      const own = peaks[week[t]!]
      if (own !== undefined) own[i] = Math.max(own[i]!, path[t]! * perSecond)
    }
  }
  const reached = new Set(week)
  return {
    startMs,
    sorted: peaks.map((own, w) => (reached.has(w) ? own.sort() : new Float64Array(0))),
  }
}

/** [weeks] requests/s that are not passed in a week but with chance `risk`. */
export function needAt({ sorted }: WeekPeaks, risk: number): Float64Array {
  requireArgument(risk > 0 && risk < 1, `risk: ${risk} is not between 0 and 1`)
  return Float64Array.from(sorted, (peaks) =>
    peaks.length === 0 ? 0 : sortedQuantile(peaks, 1 - risk),
  )
}

/** Chance that the peak of a week passes `held` requests/s. */
export function chanceAbove(sorted: Float64Array, held: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! > held + 1e-9) high = middle
    else low = middle + 1
  }
  return sorted.length === 0 ? 0 : (sorted.length - low) / sorted.length
}
