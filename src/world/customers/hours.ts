import type { Random } from '../../core/random/random.ts'
import { type Alias, createAlias } from './alias.ts'

/** Visits by hour of the customer's own clock: a dip at night, a hill at noon, the peak at nine. */
const HOURLY = [
  16, 9, 6, 4, 4, 6, 12, 22, 33, 42, 48, 51, 53, 51, 49, 48, 48, 50, 54, 61, 68, 70, 55, 32,
]
const HOUR_MS = 3_600_000

let hours: Alias | undefined

/**
 * A moment of the store's day (ms since its midnight, below 24 hours) at which a customer comes whose
 * clock is `hoursBehind` the store's. What would fall on the next day is booked early on the same.
 */
export function sampleTimeOfDay(hoursBehind: number, random: Random): number {
  hours ??= createAlias(HOURLY)
  const local = hours.sample(random) * HOUR_MS + random.int(HOUR_MS)
  return (local + (hoursBehind + 24) * HOUR_MS) % (24 * HOUR_MS)
}

/** Visits at a moment of the customer's own day (ms since its midnight), straight between the middles of hours; any scale. */
export function visitsAt(localMs: number): number {
  const hours = localMs / HOUR_MS - 0.5
  const before = Math.floor(hours)
  const [a, b] = [HOURLY[(before + 24) % 24]!, HOURLY[(before + 25) % 24]!]
  return a + (b - a) * (hours - before)
}
