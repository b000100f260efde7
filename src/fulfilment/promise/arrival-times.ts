import type { RouteSet } from '../../core/routes/door.ts'

/** When routes of one set are there, at one chance: minutes after the set's base. */
export interface ArrivalTimes {
  /** Of route `at` of the block of `count` routes that starts at word `start` of `words`. */
  arriveBy(words: Int32Array, start: number, count: number, at: number): number
}

/** Arrivals as the set states them, at the quantile that it was built with. */
export function statedArrivals(_set: RouteSet, _chance: number): ArrivalTimes {
  return { arriveBy: (words, start, _, at) => words[start + 2 * at]! >>> 16 }
}
