// Gradient-boosted trees: prepare, train, predict, explain, save.
export { type PreparedFeatures, type PrepareOptions, prepareTreeData } from './prepare.ts'
export type {
  ParallelOptions,
  PredictOptions,
  TrainOptions,
  TreeData,
  TreeFeature,
  TreeInput,
  TreeMetric,
  TreeModel,
  TreeObjective,
  TreeParameters,
} from './types.ts'
