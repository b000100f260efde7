import { SERIES_MODELS, seriesModel } from './classical/models/registry.ts'
import type { DirectForecaster } from './forecaster.ts'
import { panelForecaster } from './panel-forecaster.ts'

/** Every forecaster of the room; all run the contract test. */
export const FORECASTERS: readonly DirectForecaster[] = SERIES_MODELS.map(panelForecaster)

/** The forecaster of that name. Throws ERR_ARGUMENT naming the nearest known one. */
export function forecasterOf(name: string): DirectForecaster {
  return panelForecaster(seriesModel(name))
}
