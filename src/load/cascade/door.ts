// What others use of the cascade: grains and groups that agree, versions and their errors.
export {
  type Cascade,
  type CascadeGrain,
  type CascadeOptions,
  type FittedCascade,
  fitCascade,
  forecastCascade,
  GRAIN_MS,
  GRAINS,
  type Grain,
} from './cascade.ts'
export { coarserHistory } from './coarser.ts'
export {
  agreeGroups,
  type GroupRequest,
  type Groups,
  scaledBy,
  sumOfForecasts,
} from './groups.ts'
export { refined } from './refine.ts'
export { agree, type GrainForecast } from './temporal.ts'
export {
  errorsByHorizon,
  HORIZONS_MS,
  type HorizonError,
  type KeptForecast,
  keepForecast,
  type Reduction,
  whatWouldReduceMost,
} from './versions.ts'
