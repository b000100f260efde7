export {
  createWorkPredictor,
  type PredictorOptions,
  type WorkDone,
  type WorkPredictor,
} from './expect.ts'
export { scheduleAgeing, scheduleShortMs, scheduleShortSlots } from './knobs.ts'
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
export {
  createScheduler,
  type ScheduleRequest,
  type Scheduler,
  type SchedulerOptions,
} from './scheduler.ts'
