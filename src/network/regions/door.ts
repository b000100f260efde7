export type { Blocker } from './blocking.ts'
export { partsOf } from './choose.ts'
export {
  adjacencyFromPoints,
  type JoinedAdjacency,
  joinIslands,
  type MadeBridge,
  milesBetween,
  milesMatrix,
  type Points,
} from './geography.ts'
export {
  adjacencyFromBorders,
  type Border,
  bordersOf,
  type Components,
  componentsOf,
} from './graph.ts'
export { type RegionPrices, readPrices } from './knobs.ts'
export { type DenseLimits, denseLimits, type RegionLimits } from './limits.ts'
export { measurePlan } from './measure.ts'
export {
  learnOrderModel,
  type OrderModel,
  type OrderModelOptions,
  type OrderSample,
  type ProductColumns,
} from './order-model.ts'
export { planRegions, type RegionsRequest } from './plan-regions.ts'
export { checkProblem, regionProblemOf } from './problem.ts'
export { repairPartition } from './repair.ts'
export type {
  CurvePoint,
  RegionScore,
  RegionsResult,
  ScoredCandidate,
  ScorePlan,
} from './result.ts'
export { type Candidate, isContiguous, type SearchOptions, searchPartitions } from './search.ts'
export {
  learnStockCurves,
  type QuantityOrders,
  type StockCurves,
  type StoreStock,
} from './stock-curves.ts'
export { type RegionTableNames, type RegionTables, regionTables } from './tables.ts'
export type { PlanMeasures, RegionMeasures, RegionPlan, RegionProblem } from './types.ts'
