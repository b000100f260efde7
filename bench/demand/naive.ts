import type { Panel, QuantileForecast } from '../../src/core/panel.ts'
import { sortedQuantile } from '../../src/core/quantiles.ts'
import { valueAt } from './score.ts'

/** Own one-season errors below which those of all series speak for a series. */
const FEWEST_ERRORS = 8

/**
 * The seasonal naive as a baseline: the value one season before (the mean of the history where there
 * is none), plus the empirical quantiles of the one-season errors of the same series; where a series
 * has fewer than eight, those of all series, relative to their means; where the history has none at
 * all (it is one season long), week-to-week errors in their place. Not below zero where the value is not.
 */
export function seasonalNaiveBaseline(
  panel: Panel,
  origin: number,
  horizon: number,
  levels: readonly number[],
  season: number,
): QuantileForecast {
  const means = panel.ids.map((_, i) => meanBefore(panel, i, origin))
  const own = panel.ids.map((_, i) => errorsOf(panel, i, origin, season))
  const anySeason = own.some((errors) => errors.length > 0)
  const common = panel.ids.flatMap((_, i) => {
    const errors = anySeason ? own[i]! : errorsOf(panel, i, origin, 1)
    return means[i]! > 0 ? errors.map((e) => e / means[i]!) : []
  })
  const pooled = Float64Array.from(common).sort()
  const mean = new Float64Array(panel.ids.length * horizon)
  const quantiles = new Float64Array(mean.length * levels.length)
  for (let i = 0; i < panel.ids.length; i++) {
    const enough = own[i]!.length >= FEWEST_ERRORS
    const sorted = enough ? Float64Array.from(own[i]!).sort() : pooled
    const unit = enough ? 1 : means[i]!
    for (let h = 0; h < horizon; h++) {
      const last = valueAt(panel, i, origin + h - season * Math.ceil((h + 1) / season))
      const value = Number.isNaN(last) ? means[i]! : last
      const at = i * horizon + h
      mean[at] = value
      levels.forEach((level, l) => {
        const q = value + (sorted.length > 0 ? unit * sortedQuantile(sorted, level) : 0)
        quantiles[at * levels.length + l] = value >= 0 ? Math.max(0, q) : q
      })
    }
  }
  const { ids, buckets } = panel
  return { ids, buckets, origin, horizon, levels: Float64Array.from(levels), mean, quantiles }
}

function meanBefore(panel: Panel, i: number, origin: number): number {
  let [sum, count] = [0, 0]
  for (let bucket = panel.firstBucket[i]!; bucket < origin; bucket++) {
    const y = valueAt(panel, i, bucket)
    if (Number.isNaN(y)) continue
    sum += y
    count++
  }
  return count > 0 ? sum / count : 0
}

function errorsOf(panel: Panel, i: number, origin: number, lag: number): number[] {
  const errors: number[] = []
  for (let bucket = panel.firstBucket[i]! + lag; bucket < origin; bucket++) {
    const error = valueAt(panel, i, bucket) - valueAt(panel, i, bucket - lag)
    if (!Number.isNaN(error)) errors.push(error)
  }
  return errors
}
