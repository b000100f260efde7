import { readKnob } from '../../../core/knobs.ts'
import { normalPrior } from '../../knobs.ts'
import { growable } from '../../scratch.ts'
import type { SeriesModel, SeriesView } from '../series-model.ts'
import { residualShape, spread } from '../shape.ts'

const errors = growable()
const deviation = growable()
const shape = growable()

/**
 * Seasonal naive: each slot as its phase was last observed, ŷ(t + h) = y(t + h − m⌈h/m⌉). Quantiles
 * from the seasonal differences of the history, their spread growing as √⌈h/m⌉.
 * Source: Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 5.2 and 5.5.
 */
export const seasonalNaive: SeriesModel = {
  name: 'seasonal-naive',
  parameterCount: 0,
  fit() {},
  forecast(series, context, _parameters, into) {
    const season = series.length > context.season ? context.season : 1
    const e = errors(series.length)
    const { count, sd } = seasonalDifferences(series, season, e)
    const sds = deviation(into.horizon)
    for (let h = 0; h < into.horizon; h++) {
      into.mean[h] = lastOfPhase(series, season, h)
      sds[h] = sd * Math.sqrt(Math.floor(h / season) + 1)
    }
    const z = shape(into.levels.length)
    residualShape(e, count, sd, readKnob(normalPrior, context.settings), into.levels, z)
    spread(into, sds, z)
  },
}

/** y(t) − y(t − m) where both are observed; sd around zero. */
export function seasonalDifferences(
  series: SeriesView,
  season: number,
  into: Float64Array,
): { count: number; sd: number } {
  const { y, length } = series
  let count = 0
  let squares = 0
  for (let t = season; t < length; t++) {
    const e = y[t]! - y[t - season]!
    if (Number.isNaN(e)) continue
    into[count++] = e
    squares += e * e
  }
  return { count, sd: count > 0 ? Math.sqrt(squares / count) : 0 }
}

/** The last observed value of the phase that slot length + h has; the last value at all failing that. */
function lastOfPhase(series: SeriesView, season: number, h: number): number {
  const { y, length } = series
  for (let t = length + (h % season) - season; t >= 0; t -= season) {
    if (!Number.isNaN(y[t]!)) return y[t]!
  }
  for (let t = length - 1; t >= 0; t--) if (!Number.isNaN(y[t]!)) return y[t]!
  return 0
}
