export {
  createWorkPredictor,
  type PredictorOptions,
  type WorkDone,
  type WorkHints,
  type WorkKnown,
  type WorkPredictor,
} from './expect.ts'
export {
  scheduleAgeing,
  scheduleAwaitedShare,
  scheduleFirstShare,
  scheduleShortMs,
  scheduleShortSlots,
} from './knobs.ts'
export {
  type ExpectedWork,
  firstComeFirstServed,
  type Machine,
  type ScheduledWork,
  type SchedulePolicy,
  type ShortestExpectedOptions,
  shortestExpectedFirst,
} from './policy.ts'
export { createScheduledPool, type ScheduledPool } from './pool.ts'
export { type ScheduledOptions, scheduledDatabase } from './scheduled.ts'
export {
  createScheduler,
  type ScheduleRequest,
  type Scheduler,
  type SchedulerOptions,
} from './scheduler.ts'
export {
  MEMORY_QUERY,
  recallWorkload,
  SCHEDULE_ORDERS,
  type ScheduleOrder,
  type StandardScheduler,
  type StandardSchedulerOptions,
  standardScheduler,
} from './standard.ts'
export type { ScheduleReport, TemplateWaits } from './waits.ts'
