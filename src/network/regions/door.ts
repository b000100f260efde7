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
export { denseLimits, type RegionLimits } from './limits.ts'
export { measurePlan } from './measure.ts'
export {
  learnOrderModel,
  type OrderModel,
  type OrderModelOptions,
  type OrderSample,
  type ProductColumns,
} from './order-model.ts'
export { type Candidate, type SearchOptions, searchPartitions } from './search.ts'
export type { PlanMeasures, RegionMeasures, RegionPlan, RegionProblem } from './types.ts'
