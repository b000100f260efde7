/**
 * The room `load`: how many requests a minute will each service see; how many servers is that? Each
 * part stands under its own name.
 */

export type {
  FittedLoad,
  ForecastRange,
  LeftOut,
  LoadAxis,
  LoadContext,
  LoadDriver,
  LoadEvent,
  LoadForecast,
  LoadForecaster,
  LoadHistory,
  LoadPart,
} from './types.ts'
