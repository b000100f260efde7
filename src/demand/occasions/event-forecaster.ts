import { type Panel, panelEnd, type QuantileForecast } from '../../core/panel.ts'
import { axisOf, seasonOf, slotOf } from '../axis.ts'
import type { ClassicalForecaster } from '../classical/classical-forecaster.ts'
import type { ChosenForecaster } from '../classical/fitted-choice.ts'
import { type Contributions, closedWith } from '../explain/contributions.ts'
import { curveContributions } from '../explain/curve-parts.ts'
import type { Explaining } from '../explain/members.ts'
import type { FitParameters, Forecaster } from '../forecaster.ts'
import { slotsOf } from './group-index.ts'
import { eventReader } from './reader.ts'
import type { EventTable } from './table.ts'

/**
 * A forecaster that reads the panel's events: it is fitted to values over the multipliers of past
 * occasions, as they are known before `trainEnd`, and what it forecasts is multiplied by those of the days
 * ahead, by their expected strength. Without events, or where none is believed, it is the inner one.
 */
export function readingEvents(inner: Forecaster): Forecaster {
  return {
    ...inner,
    async fit(panel, parameters = {}) {
      const table = tableOf(panel, parameters)
      if (!table) return inner.fit(panel, parameters)
      const plain = withoutOccasions(panel, table)
      const fitted: Explaining = await inner.fit(plain, parameters)
      return { ...fitted, ...timesOccasions(plain, fitted, table) }
    },
  }
}

/**
 * The same of the classical choice, whose forecasts are made in shards too. Once a panel has seen a season,
 * its models look back over it, and what the season holds is not read again.
 */
export function classicalReadingEvents(inner: ClassicalForecaster): ClassicalForecaster {
  return {
    name: inner.name,
    async fit(panel, parameters = {}) {
      const table = tableOf(panel, parameters, seasonSeen(panel, parameters))
      if (!table) return inner.fit(panel, parameters)
      const plain = withoutOccasions(panel, table)
      const fitted = await inner.fit(plain, parameters)
      const told = timesOccasions(plain, fitted, table)
      const predictSharded: ChosenForecaster['predictSharded'] = async (...asked) =>
        multiply(await fitted.predictSharded(...asked), plain, table)
      return {
        ...fitted,
        ...told,
        predictSharded,
        async predictSeries(indices, ...asked) {
          const made = await fitted.predictSeries(indices, ...asked)
          return multiply(made, plain, table, indices)
        },
      }
    },
  }
}

function tableOf(
  panel: Panel,
  { trainEnd, settings }: FitParameters,
  season?: number,
): EventTable | undefined {
  if (panel.ids.length === 0) return undefined
  const end = trainEnd ?? panelEnd(panel)
  const reader = eventReader(panel, end, settings)
  const table = reader?.tableAt(slotOf(axisOf(panel), end), season)
  return table?.touches ? table : undefined
}

/** Slots of the season, where that many lie before the end of training. */
function seasonSeen(panel: Panel, { trainEnd, season }: FitParameters): number | undefined {
  if (panel.ids.length === 0) return undefined
  const axis = axisOf(panel)
  const slots = seasonOf(panel, axis, season)
  const end = trainEnd ?? panelEnd(panel)
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), end)
  return slotOf(axis, end) - slotOf(axis, first) >= slots ? slots : undefined
}

/** The panel with each value over its multiplier; missing where that is below a tenth. */
function withoutOccasions(panel: Panel, table: EventTable): Panel {
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), panelEnd(panel))
  const slots = slotsOf(panel, axisOf(panel), first)
  const over = (given: Float64Array) => {
    const values = given.slice()
    panel.ids.forEach((_, i) => {
      const shift = panel.firstBucket[i]! - first - panel.offsets[i]!
      for (let k = panel.offsets[i]!; k < panel.offsets[i + 1]!; k++) {
        const slot = slots[k + shift]!
        if (slot >= table.first && slot < table.end) values[k] = table.without(values[k]!, i, slot)
      }
    })
    return values
  }
  const { censored } = panel
  return {
    ...panel,
    values: over(panel.values),
    ...(censored === undefined ? {} : { censored: over(censored) }),
  }
}

/** predict and explain of a forecaster of plain values, with the occasions in them. */
function timesOccasions(plain: Panel, fitted: Explaining, table: EventTable): Explaining {
  return {
    predict: (...asked) => multiply(fitted.predict(...asked), plain, table),
    explain(origin, horizon): Contributions {
      const said = fitted.predict(origin, horizon, Float64Array.of(0.5))
      const told = fitted.explain?.(origin, horizon) ?? curveContributions(plain, said)
      return closedWith(told, multiply(said, plain, table).mean, 'event')
    },
  }
}

/** A forecast times the multipliers of its buckets; of the series at `indices` (all by default). */
function multiply(
  forecast: QuantileForecast,
  panel: Panel,
  table: EventTable,
  indices?: Int32Array,
): QuantileForecast {
  const { origin, horizon, levels } = forecast
  const axis = axisOf(panel)
  const made = { ...forecast, mean: forecast.mean.slice(), quantiles: forecast.quantiles.slice() }
  for (let h = 0; h < horizon; h++) {
    const slot = slotOf(axis, origin + h)
    if (slot < table.first || slot >= table.end) continue
    for (let k = 0; k < forecast.ids.length; k++) {
      const m = table.at(indices?.[k] ?? k, slot)
      if (m === 1) continue
      const at = k * horizon + h
      made.mean[at]! *= m
      for (let q = at * levels.length; q < (at + 1) * levels.length; q++) made.quantiles[q]! *= m
    }
  }
  return made
}
