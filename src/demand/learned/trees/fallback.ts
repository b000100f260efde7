import type { Panel } from '../../../core/panel.ts'
import { learnContext, type PanelContext } from '../../classical/context.ts'
import { seriesModel } from '../../classical/models/registry.ts'
import type { SeriesModel } from '../../classical/series-model.ts'
import type { FitParameters } from '../../forecaster.ts'
import { fitSeries, forecastSeries, SeriesReader } from '../../panel-forecaster.ts'
import type { SlotWriter } from './slot-writer.ts'

/** Models of one series for those of which the trees can say nothing. */
export interface Fallback {
  readonly context: PanelContext
  /** Forecasts the series at `indices`. */
  fill(writer: SlotWriter, indices: readonly number[]): void
}

/** Last season drifted where there is one, else the weighted history, fitted when asked. */
export function fallbackOf(panel: Panel, parameters: FitParameters): Fallback {
  const context = learnContext(panel, parameters)
  const drift = seriesModel('seasonal-drift')
  const history = seriesModel('weighted-history')
  const reader = new SeriesReader(panel)
  const isLong = panel.buckets.frequency === 'W' || panel.buckets.frequency === 'M'
  return {
    context,
    fill(writer, indices) {
      const { origin, levels } = writer.forecast
      const mean = new Float64Array(writer.slots)
      const quantiles = new Float64Array(writer.slots * levels.length)
      const into = { horizon: writer.slots, levels, mean, quantiles }
      for (const i of indices) {
        const known = reader.read(i, context.trainEnd)
        const suits = isLong && (drift.suits?.(known, context.season) ?? true)
        const model: SeriesModel = suits ? drift : history
        const fitted = new Float64Array(model.parameterCount)
        fitSeries(model, known, context, fitted)
        forecastSeries(model, reader.read(i, origin), context, fitted, into)
        writer.write(i, into, 0)
      }
    },
  }
}
