export { type LaneDemandOptions, laneDemandOf, type SentOrders, stationsOf } from './demand.ts'
export { type LaneSettings, laneSettings } from './knobs.ts'
export {
  departuresByLane,
  departuresOfPlan,
  type PlannableLanes,
  type PlannableOptions,
  plannableLanes,
} from './network-lanes.ts'
export { type LanePlanOptions, planLanes } from './plan-lanes.ts'
export type {
  CandidateLanes,
  LaneDemand,
  LaneLimits,
  LanePlan,
  LaneProblem,
  LanePurpose,
  PlannedLane,
} from './types.ts'
