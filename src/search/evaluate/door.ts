// How good is a ranking, and is it better than another?

export { assignVariant, type Variant } from './assign.ts'
export {
  type Evaluation,
  evaluateRun,
  type Judgments,
  meanOfDefined,
  type Run,
} from './evaluate-run.ts'
export {
  creditOf,
  type Interleaved,
  interleave,
  type Preference,
  preferenceOf,
  type Team,
} from './interleave.ts'
export { type Metric, type MetricOptions, metricNamed } from './metric.ts'
export {
  averagePrecision,
  dcgAt,
  type GainKind,
  type GradedRanking,
  gainOf,
  ndcgAt,
  precisionAt,
  recallAt,
  reciprocalRank,
} from './metrics.ts'
export { orderByScore } from './order.ts'
export { type PairedDifference, type PairedOptions, pairedDifference } from './paired.ts'
export {
  type ReplayedPolicy,
  type ReplayOptions,
  type ReplayResult,
  replayedPolicy,
  replayLog,
} from './replay.ts'
