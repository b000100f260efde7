/** Tables and a log in, untuned against tuned out. */

export { compareAnswers } from './compare.ts'
export {
  type CpuFigures,
  cpuFigures,
  type Difference,
  type InterleaveOptions,
  type Judgement,
  runInTurn,
} from './interleave.ts'
export { type LoadedTable, type LoadOptions, loadTables } from './load-tables.ts'
export { readStatements } from './read-log.ts'
export {
  leaveAsItIs,
  type ReplayOptions,
  type ReplayResult,
  replayLog,
  type Tuner,
  type Tuning,
} from './replay.ts'
export { listTableFiles, type TableFile } from './table-files.ts'
export { tuneWith } from './tune.ts'
