import { lastWeek } from './plain/last-week.ts'
import type { ForecastRange, LoadContext, LoadForecast, LoadHistory } from './types.ts'

/** A forecast with the name of the forecaster that serves it and what is to be said of it. */
export interface ChosenForecast {
  readonly name: string
  readonly forecast: LoadForecast
  readonly notes: readonly string[]
}

/** Forecasts a range of one series by the forecaster that serves it best. Throws ERR_ARGUMENT. */
export function chooseForecast(
  history: LoadHistory,
  context: LoadContext,
  range: ForecastRange,
): ChosenForecast {
  const fitted = lastWeek.fit(history, context)
  return { name: lastWeek.name, forecast: fitted.forecast(range), notes: fitted.notes }
}
