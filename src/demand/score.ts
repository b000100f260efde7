import { pinballLoss } from '../core/quantiles.ts'
import type { SeriesForecast, SeriesView } from './classical/series-model.ts'

/** The levels at which models are judged; they hold the ends of the 50 % and 90 % intervals. */
export const BACKTEST_LEVELS = Float64Array.from([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])

/** Sums over points: loss, |y − mean|, mean − y, |y|, points, in 50 %, in 90 %, non-zero points. */
export const SCORE_SIZE = 8
export const LOSS = 0
export const ABSOLUTE = 1
export const BIAS = 2
export const ACTUAL = 3
export const POINTS = 4
export const INSIDE_50 = 5
export const INSIDE_90 = 6
export const NON_ZERO = 7

/** Adds the scores of the first `count` slots against y[from …]; missing actuals are left out. */
export function addScore(
  forecast: SeriesForecast,
  y: Float64Array,
  from: number,
  count: number,
  into: Float64Array,
): void {
  const { mean, quantiles, levels } = forecast
  const size = levels.length
  for (let h = 0; h < count; h++) {
    const actual = y[from + h]!
    if (Number.isNaN(actual)) continue
    let loss = 0
    const at = h * size
    for (let l = 0; l < size; l++) loss += pinballLoss(actual, quantiles[at + l]!, levels[l]!)
    into[LOSS]! += loss / size
    into[ABSOLUTE]! += Math.abs(actual - mean[h]!)
    into[BIAS]! += mean[h]! - actual
    into[ACTUAL]! += Math.abs(actual)
    into[POINTS]! += 1
    if (actual >= quantiles[at + 2]! && actual <= quantiles[at + 4]!) into[INSIDE_50]! += 1
    if (actual >= quantiles[at]! && actual <= quantiles[at + 6]!) into[INSIDE_90]! += 1
    if (actual !== 0) into[NON_ZERO]! += 1
  }
}

/**
 * The scale of a series: the mean absolute seasonal difference of its history, as in the MASE of
 * Hyndman & Koehler 2006; the mean size where there is none; NaN for a series that never moved.
 */
export function seriesScale(view: SeriesView, season: number): number {
  const { y, length } = view
  let sum = 0
  let count = 0
  let size = 0
  for (let t = 0; t < length; t++) {
    if (!Number.isNaN(y[t]!)) size += Math.abs(y[t]!) / view.observed
    if (t < season) continue
    const difference = Math.abs(y[t]! - y[t - season]!)
    if (Number.isNaN(difference)) continue
    sum += difference
    count++
  }
  const scale = count > 0 ? sum / count : size
  if (scale > 0) return scale
  return size > 0 ? size : Number.NaN
}
