export {
  COLD_START,
  type ColdStartForecaster,
  type ColdStartLike,
  type FittedColdStart,
} from './cold-start.ts'
