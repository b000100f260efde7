export { diagonal, type ErrorCovariance, shrunkCovariance } from './covariance.ts'
export {
  aggregate,
  type Grouping,
  type Hierarchy,
  hierarchyOf,
  incoherence,
  type NamedSum,
} from './hierarchy.ts'
export { bottomUp, minTrace, type Reconciler, type ReconcilerOptions } from './mint.ts'
export { type PathPlan, pathRanks, planPaths } from './paths.ts'
export { type RankTemplate, rankTemplate, samplesOf } from './samples.ts'
