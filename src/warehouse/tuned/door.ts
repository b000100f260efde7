export type { TunedDatabase, TunedOptions, TuningCounts, TuningFault } from './options.ts'
export { tunedDatabase } from './tuned.ts'
