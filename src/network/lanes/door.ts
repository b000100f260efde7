export { type LaneSettings, laneSettings } from './knobs.ts'
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
