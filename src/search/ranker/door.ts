// In which order are the products shown, and why?

export { diversify } from './diversity.ts'
export { explainRanking, type FeatureShare, type RankExplanation } from './explain.ts'
export type { FeatureContext, RankFeature } from './feature.ts'
export { screenColumns } from './fit-trees.ts'
export { foldsByCluster } from './folds.ts'
export { createRankModel, type RankModel, type RankPart } from './model.ts'
export { queryNdcg } from './query-ndcg.ts'
export { type PreparedRules, prepareRules, type RuledRanking } from './rules/apply-rules.ts'
export { readRules } from './rules/check-rules.ts'
export type { QueryPattern, RuleTarget, SearchRule } from './rules/rule.ts'
export { rankModelFromBytes, rankModelToBytes } from './save.ts'
export { arranger, rankingModel } from './serve.ts'
export { standardFeatures } from './standard-features.ts'
export {
  describeUnion,
  directionsOf,
  joinTables,
  queriesWhere,
  type RankRows,
  type RankTable,
} from './table.ts'
export {
  type RankerVerdict,
  type TrainedRanker,
  type TrainRankerOptions,
  trainRanker,
} from './train.ts'
