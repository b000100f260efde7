import type { DepartureRoom } from './departure-book.ts'
import type { LookUpSettings } from './knobs.ts'
import { createQuickPricing } from './quick-pricing.ts'
import { FIXED_BITS, MOST_FIXED_STEPS, MOST_LEGS, type RouteSet } from './route-set.ts'

/**
 * The search within one block, in two steps so that a batch can fetch memory between them.
 *
 * `scan` finds the cheapest route of the window before the fill of its departures; `settle` adds
 * what the fill costs. Where that is nothing, as mostly, no other route can be cheaper, and the
 * departures of one route alone were looked at; else `settle` prices all routes of the window.
 * Both leave the mills in `mills[0]` and return −1 where no route is feasible. Times are minutes
 * after the set's base.
 */
export interface BlockSearch {
  readonly mills: Float64Array
  scan(
    words: Int32Array,
    start: number,
    count: number,
    from: number,
    until: number,
    kg: number,
  ): number
  settle(
    words: Int32Array,
    start: number,
    count: number,
    from: number,
    until: number,
    kg: number,
    units: number,
    best: number,
  ): number
  /** Where in a block of `count` routes the window from `from` on probably begins. */
  guess(count: number, from: number): number
}

/** A search in blocks of `set` that sees the room left in `room`. */
export function createBlockSearch(
  set: RouteSet,
  room: DepartureRoom,
  settings: LookUpSettings,
): BlockSearch {
  const price = createQuickPricing(room, settings)
  const { fixedMills, perKgMills } = set.costSteps
  const mills = new Float64Array(1)
  const perMinute = 1 / Math.max(1, set.spanMinutes)
  const guess = (count: number, from: number) =>
    Math.min(count, Math.max(0, from * perMinute * count)) | 0
  return {
    mills,
    guess,
    scan(words, start, count, from, until, kg) {
      const perKg = perKgMills * kg
      const end = start + 2 * count
      let best = -1
      let lowest = Infinity
      let at = start + 2 * firstNotBefore(words, start, count, from, guess(count, from))
      for (; at < end; at += 2) {
        const times = words[at]!
        if (times >>> 16 > until) {
          if ((times & 0xffff) >= until) break
          continue
        }
        const costs = words[at + 1]!
        const cost = (costs & MOST_FIXED_STEPS) * fixedMills + (costs >>> FIXED_BITS) * perKg
        if (cost < lowest) {
          lowest = cost
          best = at
        }
      }
      mills[0] = lowest
      return best < 0 ? -1 : (best - start) >> 1
    },
    settle(words, start, count, from, until, kg, units, best) {
      const legs = start + 2 * count
      if (price(words, legs + MOST_LEGS * best, units) === 0) return best
      const perKg = perKgMills * kg
      let [found, lowest] = [-1, Infinity]
      const first = firstNotBefore(words, start, count, from, guess(count, from))
      for (let at = first; at < count; at++) {
        const costs = words[start + 2 * at + 1]!
        const cost = (costs & MOST_FIXED_STEPS) * fixedMills + (costs >>> FIXED_BITS) * perKg
        if (words[start + 2 * at]! >>> 16 > until || cost >= lowest) continue
        const added = price(words, legs + MOST_LEGS * at, units)
        if (added < 0 || cost + added >= lowest) continue
        lowest = cost + added
        found = at
      }
      mills[0] = lowest
      return found
    },
  }
}

/** First of `count` ascending order-bys that is not before `from`, walked to from a guess. */
function firstNotBefore(
  words: Int32Array,
  start: number,
  count: number,
  from: number,
  guess: number,
): number {
  let at = guess
  while (at > 0 && (words[start + 2 * at - 2]! & 0xffff) >= from) at--
  while (at < count && (words[start + 2 * at]! & 0xffff) < from) at++
  return at
}
