export type { TunedDatabase, TunedOptions, TuningCounts, TuningFault } from './options.ts'
export { rewriteTogether, type Stage } from './together.ts'
export { tunedDatabase } from './tuned.ts'
