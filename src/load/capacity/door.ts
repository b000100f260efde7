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
