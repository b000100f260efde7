import type { KnobSettings } from '../../core/knobs.ts'
import { joinHistories } from '../axis.ts'
import type { FittedLoad, LoadForecaster } from '../types.ts'
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
      fitted(
        fitStructure(joinHistories(model.history, further), model.context, model.settings, model),
      ),
  }
}
