export {
  type AlignedBucket,
  type AlignOptions,
  alignedBucket,
  alignedDay,
} from './align.ts'
export { BREAK_PENALTY, type Break, type BreakOptions, findBreaks } from './breaks.ts'
export { nthWeekday, publicHolidays, retailOccasions } from './calendar.ts'
export {
  type DiscoverOptions,
  eventsFromFlags,
  eventsFromPeaks,
  type PeakOptions,
  repeatEvents,
} from './discover.ts'
export { easterBuckets, easterDay } from './easter.ts'
export {
  applyEffects,
  type EffectRow,
  type EffectTarget,
  type EventEffects,
  type EventProfile,
  effectMultipliers,
  effectRows,
  peakMask,
  type SegmentEffect,
  withoutEffects,
} from './effects.ts'
export { type LearnEffectsOptions, learnEffects } from './learn-effects.ts'
export { type Occurrence, occurrencesOf } from './occurrence.ts'
export { findOutliers, type Outlier, type OutlierOptions, runningMedian } from './outliers.ts'
export type { EventSeries } from './windows.ts'
