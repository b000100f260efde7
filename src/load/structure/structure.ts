import { requireArgument } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import type { FittedLoad, LoadForecaster, LoadHistory } from '../types.ts'
import { DAY_MS } from './clock.ts'
import { fitStructure, type StructureModel } from './fit.ts'
import { forecastStructure } from './forecast.ts'
import { notesOf } from './notes.ts'

/**
 * The forecaster `structure`: log load = level + weekday + shape of the day + events + noise, for steps of a
 * day or less. Each component is visible, paths carry the distribution.
 */
export function structureForecaster(settings: KnobSettings = {}): LoadForecaster {
  return {
    name: 'structure',
    suits: ({ axis }) => axis.count > 0 && axis.stepMs <= DAY_MS && DAY_MS % axis.stepMs === 0,
    fit: (history, context) => fitted(fitStructure(history, context, settings)),
  }
}

function fitted(model: StructureModel): FittedLoad {
  return {
    notes: notesOf(model),
    leftOut: model.leftOut,
    forecast: (range) => forecastStructure(model, range),
    extend: (further) =>
      fitted(fitStructure(joined(model.history, further), model.context, model.settings, model)),
  }
}

/** A history and what follows it, steps between them unknown. Throws ERR_ARGUMENT where they overlap. */
export function joined(history: LoadHistory, further: LoadHistory): LoadHistory {
  const { startMs, stepMs, count } = history.axis
  const gap = (further.axis.startMs - startMs) / stepMs - count
  requireArgument(
    further.axis.stepMs === stepMs && Number.isInteger(gap) && gap >= 0,
    `further steps have to follow the history in steps of ${stepMs / 1000} s; start at ${new Date(startMs + count * stepMs).toISOString()} or later`,
  )
  const values = new Float64Array(count + gap + further.axis.count).fill(Number.NaN)
  values.set(history.values)
  values.set(further.values, count + gap)
  return { ...history, axis: { startMs, stepMs, count: values.length }, values }
}
