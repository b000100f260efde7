/** What the other parts of the room, and those who use it, have of watching. */
export { splice, unquote } from './constants.ts'
export { type ConstantDrift, type Distance, type DriftReport, driftBetween } from './drift.ts'
export {
  type LogEntry,
  type LogFault,
  type ParsedLog,
  parseLog,
  readLog,
  watchLog,
} from './logs.ts'
export type { Privacy } from './privacy.ts'
export { createProfiler, type Profiler, profileStatement } from './profile.ts'
export {
  createRecorder,
  type Recorder,
  type RecorderOptions,
  type SavedRecorder,
} from './recorder.ts'
export type { RepetitionReport } from './repetition.ts'
export { queryTemplateRows } from './table-rows.ts'
export { createTemplates, type Met, type Templates } from './templates.ts'
export { findNode, skeletonOf, tablesOf } from './tree.ts'
export type { RunSeen, Watcher } from './watcher.ts'
