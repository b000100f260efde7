export {
  type Buckets,
  bucketOf,
  bucketStart,
  type Frequency,
  formatBucket,
  formatDay,
  isOpen,
  learnOpenDays,
  type OpenDays,
  parseDay,
  parseInstant,
  type Weekday,
  weekdayOf,
} from './calendar.ts'
export {
  gammaCdf,
  negativeBinomialCdf,
  negativeBinomialPmf,
  negativeBinomialQuantile,
  poissonCdf,
  poissonPmf,
  poissonQuantile,
  sampleGamma,
  sampleNegativeBinomial,
  samplePoisson,
} from './distributions/counts.ts'
export { normalCdf, normalLoss, normalPdf, normalQuantile } from './distributions/normal.ts'
export { ERROR_TABLE, type ErrorCode, type ErrorPlace, StorewrightError } from './errors.ts'
export { type Knob, type KnobSettings, listKnobs, readKnob } from './knobs.ts'
export type {
  Columns,
  LinearModel,
  RowFamily,
  Rows,
  SparseEntries,
  SparseMatrix,
} from './optimize/linear/linear-model.ts'
export { createModelBuilder, type ModelBuilder } from './optimize/linear/model-builder.ts'
export type { SolveOptions, SolveOutcome, SolveStatus } from './optimize/linear/outcome.ts'
export { type LinearSolver, loadSolver } from './optimize/linear/solver.ts'
export type { SimplexBasis, SolverModel } from './optimize/linear/solver-model.ts'
export {
  afterIterations,
  afterNoImprovement,
  afterSeconds,
  atGap,
  type Clock,
  gapOf,
  onSignal,
  type SearchState,
  type StopRule,
  whenAny,
} from './optimize/stop.ts'
export {
  type KnownCovariates,
  type Panel,
  type PanelEvent,
  panelOf,
  type QuantileForecast,
  type StaticColumn,
} from './panel.ts'
export type { OnProgress, Progress } from './progress.ts'
export {
  coverage,
  crpsFromQuantiles,
  crpsFromSamples,
  interpolateQuantile,
  meanPinballLoss,
  pinballLoss,
  repairCrossing,
} from './quantiles.ts'
export { createRandom, type Random } from './random/random.ts'
export * as routes from './routes/door.ts'
export { type Answer, type AnswerValue, sameAnswer } from './sql/answer.ts'
export { type Database, type OpenOptions, openDatabase } from './sql/database.ts'
export type { BeforeStatement, OnStatement, StatementRun } from './sql/observe.ts'
export {
  type Column,
  type NumberColumn,
  numberColumn,
  type Table,
  type TextColumn,
  textColumn,
} from './table.ts'
