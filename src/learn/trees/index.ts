// Gradient-boosted trees: prepare, train, predict, explain, save.

export { type QuantileParameters, trainBetterQuantiles } from './better-quantiles.ts'
export { treeModelFromBytes } from './model.ts'
export { trainTreesParallel } from './parallel.ts'
export { type PreparedFeatures, type PrepareOptions, prepareTreeData } from './prepare.ts'
export { trainTrees } from './train.ts'
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
  TreeReader,
} from './types.ts'
