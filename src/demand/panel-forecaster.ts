import { requireArgument } from '../core/errors.ts'
import type { Panel, QuantileForecast } from '../core/panel.ts'
import { repairCrossing, requireLevels } from '../core/quantiles.ts'
import { type Axis, axisOf, copyHistory, hasSlot, isOpenBucket, slotOf } from './axis.ts'
import { learnContext, type PanelContext } from './classical/context.ts'
import type { SeriesForecast, SeriesModel, SeriesView } from './classical/series-model.ts'
import { forecastShort, SHORT_HISTORY } from './classical/short-history.ts'
import type { DirectForecaster, FitParameters } from './forecaster.ts'
import { growable } from './scratch.ts'
import { NOTHING } from './wanted.ts'

/** A forecaster of panels from a model of one series: the same model for every series. */
export function panelForecaster(model: SeriesModel): DirectForecaster {
  return {
    name: model.name,
    fit(panel: Panel, parameters: FitParameters = {}) {
      const context = learnContext(panel, parameters)
      const reader = new SeriesReader(panel)
      const stored = new Float64Array(panel.ids.length * model.parameterCount)
      for (let i = 0; i < panel.ids.length; i++) {
        const view = reader.read(i, context.trainEnd)
        fitSeries(model, view, context, parametersOf(model, stored, i))
      }
      return {
        predict(origin, horizon, levels, wanted) {
          const writer = new ForecastWriter(panel, origin, horizon, levels)
          for (let i = 0; i < panel.ids.length; i++) {
            if (wanted?.[i] === NOTHING) continue
            const view = reader.read(i, origin)
            forecastSeries(model, view, context, parametersOf(model, stored, i), writer.slots)
            writer.write(i)
          }
          return writer.forecast
        },
      }
    },
  }
}

function parametersOf(model: SeriesModel, stored: Float64Array, i: number): Float64Array {
  return stored.subarray(i * model.parameterCount, (i + 1) * model.parameterCount)
}

/** Reads series onto the open axis into one buffer; a view lives until the next read. */
export class SeriesReader {
  readonly axis: Axis
  readonly #panel: Panel
  readonly #buffer = growable()

  constructor(panel: Panel) {
    this.#panel = panel
    this.axis = axisOf(panel)
  }

  /**
   * History of series `i` before bucket `origin`. Where the series ends earlier, missing slots
   * follow up to the origin, so that the slot after the view is always the origin's.
   */
  read(i: number, origin: number): SeriesView {
    const panel = this.#panel
    const firstSlot = slotOf(this.axis, Math.min(origin, panel.firstBucket[i]!))
    const length = slotOf(this.axis, origin) - firstSlot
    const held = panel.offsets[i + 1]! - panel.offsets[i]!
    const y = this.#buffer(Math.max(length, held))
    const copied = copyHistory(panel, this.axis, i, origin, y)
    y.fill(Number.NaN, copied, length)
    return describe(y, length, firstSlot)
  }
}

/** The view of y[0 … length). */
export function describe(y: Float64Array, length: number, firstSlot: number): SeriesView {
  let observed = 0
  let nonNegative = true
  for (let t = 0; t < length; t++) {
    if (!Number.isNaN(y[t]!)) observed++
    if (y[t]! < 0) nonNegative = false
  }
  return { y, length, firstSlot, observed, nonNegative }
}

/** Fits a model where there is enough history; leaves zeros where there is not. */
export function fitSeries(
  model: SeriesModel,
  view: SeriesView,
  context: PanelContext,
  into: Float64Array,
): void {
  if (view.observed >= SHORT_HISTORY) model.fit(view, context, into)
}

/** Forecasts slots: the model's, or that of a short history; finite, repaired, not negative. */
export function forecastSeries(
  model: SeriesModel,
  view: SeriesView,
  context: PanelContext,
  parameters: Float64Array,
  into: SeriesForecast,
): void {
  const suited = model.suits?.(view, context.season) ?? true
  if (view.observed < SHORT_HISTORY || !suited) forecastShort(view, context, into)
  else model.forecast(view, context, parameters, into)
  if (!allFinite(into)) forecastShort(view, context, into)
  finish(context, into)
}

function allFinite(forecast: SeriesForecast): boolean {
  const { horizon, levels, mean, quantiles } = forecast
  for (let h = 0; h < horizon; h++) if (!Number.isFinite(mean[h]!)) return false
  for (let k = 0; k < horizon * levels.length; k++)
    if (!Number.isFinite(quantiles[k]!)) return false
  return true
}

function finish(context: PanelContext, forecast: SeriesForecast): void {
  const { horizon, levels, mean, quantiles } = forecast
  if (context.nonNegative) {
    for (let h = 0; h < horizon; h++) mean[h] = Math.max(0, mean[h]!)
    for (let k = 0; k < horizon * levels.length; k++) quantiles[k] = Math.max(0, quantiles[k]!)
  }
  repairCrossing(quantiles.subarray(0, horizon * levels.length), levels.length)
}

/** Allocates a forecast of a panel and copies slots of one series after the other into its buckets. */
export class ForecastWriter {
  readonly forecast: QuantileForecast
  /** Where models write; one entry a slot. */
  readonly slots: SeriesForecast
  /** Slot of each bucket of the horizon, −1 when the store is closed in it. */
  readonly #slotOfBucket: Int32Array

  constructor(panel: Panel, origin: number, horizon: number, levels: Float64Array) {
    requireLevels(levels)
    requireArgument(
      Number.isInteger(horizon) && horizon > 0,
      `horizon: ${horizon} is not 1 or more`,
    )
    requireArgument(Number.isInteger(origin), `origin: ${origin} is not a bucket`)
    const axis = axisOf(panel)
    const first = slotOf(axis, origin)
    const length = slotOf(axis, origin + horizon) - first
    this.#slotOfBucket = Int32Array.from({ length: horizon }, (_, h) => {
      const open = hasSlot(axis, origin + h) && isOpenBucket(panel, origin + h)
      return open ? slotOf(axis, origin + h) - first : -1
    })
    const series = panel.ids.length
    this.forecast = {
      ids: panel.ids,
      buckets: panel.buckets,
      origin,
      horizon,
      levels,
      mean: new Float64Array(series * horizon),
      quantiles: new Float64Array(series * horizon * levels.length),
    }
    this.slots = {
      horizon: length,
      levels,
      mean: new Float64Array(length),
      quantiles: new Float64Array(length * levels.length),
    }
  }

  /** Copies `slots` into series `i`; closed buckets stay zero. */
  write(i: number, slots: SeriesForecast = this.slots): void {
    const { horizon, levels, mean, quantiles } = this.forecast
    const size = levels.length
    for (let h = 0; h < horizon; h++) {
      const slot = this.#slotOfBucket[h]!
      if (slot < 0) continue
      const at = i * horizon + h
      mean[at] = slots.mean[slot]!
      for (let l = 0; l < size; l++) quantiles[at * size + l] = slots.quantiles[slot * size + l]!
    }
  }
}
