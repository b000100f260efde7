// Contextual bandits with propensities, and what a logged policy says of another.
export { type BetaOptions, betaThompson, chanceOfBest } from './beta.ts'
export { packBytes, unpackBytes } from './bytes.ts'
export {
  chooseBy,
  countBest,
  narrowFactor,
  pick,
  shareOfBest,
  sharesOfCounts,
  withFloor,
} from './draw.ts'
export { fitLogistic, logisticChance } from './fit-logistic.ts'
export { type FixedOptions, fixedAction } from './fixed.ts'
export {
  epsilonGreedy,
  type GreedyOptions,
  type LinearOptions,
  linearThompson,
  linUcb,
  logisticThompson,
  type ThompsonOptions,
  type UcbOptions,
} from './linear.ts'
export { loadBandit } from './load.ts'
export type { Sharing } from './models.ts'
export { type EstimatorOptions, ratioOf, termsOf } from './ope/estimators.ts'
export {
  estimatorsFor,
  evaluateOffPolicy,
  type OffPolicyEstimate,
  type OffPolicyOptions,
} from './ope/evaluate.ts'
export { clusterTerms, type IntervalOptions, intervalOf } from './ope/intervals.ts'
export { type Overlap, type OverlapLimits, overlapOf } from './ope/overlap.ts'
export type { EstimatorName, IntervalName, OffPolicyLog, Terms } from './ope/types.ts'
export {
  clustersOf,
  effectiveSamples,
  importanceWeights,
  type SlateDependence,
  slateWeights,
} from './ope/weights.ts'
export {
  type LinearPosterior,
  linearPosterior,
  type PosteriorOptions,
  type PosteriorState,
} from './posterior.ts'
export { feasibleSlates, type SlateOptions, shareCredit, slateSituation } from './slates.ts'
export type { Bandit, Choice, Estimate, Outcome, Situation } from './types.ts'
