import { readKnob } from '../../../core/knobs.ts'
import { movingWindow } from '../../knobs.ts'
import { growable } from '../../scratch.ts'
import type { SeriesModel } from '../series-model.ts'
import { weightedQuantiles } from '../shape.ts'

const window = growable()
const ones = growable()

/**
 * Moving average over the last seasons of the history (knob demand.moving-window): the mean of the
 * window for every slot ahead, and the window's own quantiles.
 */
export const movingAverage: SeriesModel = {
  name: 'moving-average',
  parameterCount: 0,
  fit() {},
  forecast(series, context, _parameters, into) {
    const seasons = context.season > 12 ? 1 : readKnob(movingWindow, context.settings)
    const wanted = Math.max(3, Math.round(seasons * context.season))
    const values = window(wanted)
    let count = 0
    let sum = 0
    for (let t = series.length - 1; t >= 0 && count < wanted; t--) {
      const v = series.y[t]!
      if (Number.isNaN(v)) continue
      values[count++] = v
      sum += v
    }
    values.subarray(0, count).sort()
    const { levels, horizon, quantiles } = into
    weightedQuantiles(
      values,
      ones(count).fill(1, 0, count),
      count,
      count,
      levels,
      levels.length,
      quantiles,
      0,
    )
    for (let h = 0; h < horizon; h++) {
      into.mean[h] = sum / count
      if (h > 0) quantiles.copyWithin(h * levels.length, 0, levels.length)
    }
  },
}
