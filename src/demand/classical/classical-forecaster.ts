import { axisOf, seasonOf } from '../axis.ts'
import type { Forecaster } from '../forecaster.ts'
import { type ChooseOptions, chooseModels } from './choose-models.ts'
import type { ChosenForecaster } from './fitted-choice.ts'

/** The classical choice as one forecaster of a panel. */
export interface ClassicalForecaster extends Forecaster {
  fit(...asked: Parameters<Forecaster['fit']>): Promise<ChosenForecaster>
}

/** Name of the classical choice among other forecasters; the floor that they have to beat. */
export const CLASSICAL = 'classical'

/**
 * The choice among classical models (chooseModels) behind the interface of all forecasters: models
 * are chosen and fitted on what lies before `trainEnd` alone.
 */
export function classicalForecaster(
  choice: Pick<ChooseOptions, 'models' | 'mixes'> = {},
): ClassicalForecaster {
  return {
    name: CLASSICAL,
    fit(panel, parameters = {}) {
      const season = seasonOf(panel, axisOf(panel), parameters.season)
      const horizon = parameters.horizon ?? Math.max(28, season)
      return chooseModels(panel, { ...parameters, ...choice, horizon })
    },
  }
}
