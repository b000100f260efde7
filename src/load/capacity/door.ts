export {
  type DecidedOrder,
  decideOrders,
  type OrderDecision,
  type OrderStatus,
  type StandingOrder,
  standingOrders,
} from './decisions.ts'
export { openMarket } from './market.ts'
export { type OrderFilesRequest, type OrderFilesResult, orderFiles } from './order-files.ts'
export { type CapacityOrder, ordersOf, type PlannedNeed } from './orders.ts'
export { type CapacityPlan, type PlanOptions, planCapacity } from './plan.ts'
export type { NeedPlan, PlannedItem } from './plan-need.ts'
export type {
  CapacityLimit,
  CapacityLocation,
  CapacityNeed,
  CapacityOffer,
  CapacityProblem,
  StandingServers,
} from './problem.ts'
export {
  fitTransfer,
  type TransferCurve,
  type TransferGoal,
  type TransferPoints,
} from './transfer.ts'
