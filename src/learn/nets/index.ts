export * from './graph/index.ts'
export {
  buildForecastNet,
  categoryInput,
  describeForecastNet,
  INPUTS,
  QUANTILES,
} from './models/forecast-net.ts'
export {
  type EmbeddingShape,
  type EncoderKind,
  type ForecastNetShape,
  type ForkPlan,
  type MemoryShape,
  receptiveField,
  spacedForks,
  type WordsShape,
} from './models/shape.ts'
export { exportForecastNet, exportOnnx } from './onnx/export.ts'
export { createNetForecast, type NetForecast, plainForecasts } from './predict.ts'
export { featureWidths, type Squeeze } from './series/features.ts'
export { MEMORY_WIDTH } from './series/memory.ts'
export { type PreparedSet, prepareSet, type ReadingOptions } from './series/prepare.ts'
export type {
  CategoryColumn,
  KnownColumns,
  Occasion,
  Seasons,
  SeriesSet,
  StepColumns,
  WordColumns,
} from './series/types.ts'
export { packBytes, unpackBytes } from './training/container.ts'
export type { SamplingOptions } from './training/sampler.ts'
export { type TrainedNet, type TrainingOptions, trainForecastNet } from './training/train.ts'
