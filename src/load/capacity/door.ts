export { type QuantilePaths, quantilePaths } from '../quantile-paths.ts'
export {
  type BuiltProblem,
  buildProblem,
  type CapacityFacts,
  offersEverywhere,
} from './build-problem.ts'
export { heldBy, serversFor } from './cover.ts'
export {
  type DecidedOrder,
  decideOrders,
  type OrderDecision,
  type OrderStatus,
  type StandingOrder,
  standingOrders,
} from './decisions.ts'
export type { PlanOptions } from './first-plans.ts'
export { coursePersistence, hourPeakFactor, shortageRisk } from './knobs.ts'
export { openMarket } from './market.ts'
export { type OrderFilesRequest, type OrderFilesResult, orderFiles } from './order-files.ts'
export { type CapacityOrder, ordersOf, type PlannedNeed } from './orders.ts'
export { type CapacityPlan, planCapacity } from './plan.ts'
export type { NeedPlan, PlannedItem } from './plan-need.ts'
export type {
  CapacityLimit,
  CapacityLocation,
  CapacityNeed,
  CapacityOffer,
  CapacityProblem,
  StandingServers,
} from './problem.ts'
export type {
  HistoryFacts,
  LocationFacts,
  OfferFacts,
  ServiceFacts,
  TestStep,
  TypeFacts,
} from './read-tables.ts'
export {
  fitTransfer,
  type TransferCurve,
  type TransferGoal,
  type TransferPoints,
} from './transfer.ts'
