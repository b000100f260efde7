/**
 * The room `load`: how many requests a minute will each service see; how many servers is that? Each
 * part stands under its own name.
 */

export {
  type AnomalyFilesRequest,
  type AnomalyFilesResult,
  findAnomalyFiles,
} from './anomalies/anomaly-files.ts'
export {
  type Anomaly,
  type AnomalyOptions,
  alarmRuns,
  findAnomalies,
  scoreAnomalies,
} from './anomalies/find-anomalies.ts'
export * as capacity from './capacity/door.ts'
export * as cascade from './cascade/door.ts'
export {
  type ChooseOptions,
  type ChosenFit,
  type ChosenForecast,
  chooseFit,
  chooseForecast,
} from './choose.ts'
export * as explain from './explain/door.ts'
export { STEP_WORDS } from './files/equal-steps.ts'
export { readEventFile } from './files/event-file.ts'
export {
  forecastLoadFiles,
  type LoadFilesRequest,
  type LoadFilesResult,
  type SeriesOutcome,
  touches,
} from './files/forecast-files.ts'
export { readForecast as readForecastFile } from './files/read-forecast.ts'
export { type Like, likesForecaster } from './likes.ts'
export { LONG_KNOBS, longForecaster } from './long/index.ts'
export { type PeakDistribution, peakDistribution, peakQuantile } from './peaks.ts'
export { lastWeek } from './plain/last-week.ts'
export { recentForecaster } from './recent/recent.ts'
export { historyFromLikes, type LikenedHistory } from './structure/likes.ts'
export { structureForecaster } from './structure/structure.ts'
export * as track from './track/door.ts'
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
