import {
  createPricing,
  type DepartureRoom,
  FIXED_BITS,
  type LookUpSettings,
  MOST_FIXED_STEPS,
  MOST_LEGS,
  type RouteSet,
} from '../../core/routes/door.ts'
import type { ArrivalTimes } from './arrival-times.ts'

/** What a scan found; times in minutes after the base. */
export interface Found {
  route: number
  orderBy: number
  arriveBy: number
  /** With what the fill of its departures adds. */
  mills: number
}

/**
 * Looks at every route of a pair: exact, and the slower way of the two. Made once for a set and a
 * chance, reused by one thread; `found` is overwritten by each scan.
 */
export interface PairScan {
  readonly found: Found
  /**
   * The route ordered at or after `from` that arrives first, with room for `units` on all its
   * departures; among those the cheapest, then the first. Number of the route; −1 where there is none.
   */
  earliest(pair: number, from: number, units: number, kg: number): number
  /** The cheapest of those that arrive by `until`; among equal ones the one that arrives first. */
  cheapest(pair: number, from: number, until: number, units: number, kg: number): number
}

/** A scan of `set` with arrivals by `times` and the room left in `room`. */
export function createPairScan(
  set: RouteSet,
  times: ArrivalTimes,
  room: DepartureRoom,
  settings: LookUpSettings,
): PairScan {
  const { index, costSteps } = set
  const price = createPricing(room, settings)
  const found: Found = { route: -1, orderBy: 0, arriveBy: 0, mills: 0 }
  return {
    found,
    earliest: (pair, from, units, kg) => scan(pair, from, Infinity, units, kg, true),
    cheapest: (pair, from, until, units, kg) => scan(pair, from, until, units, kg, false),
  }

  function scan(
    pair: number,
    from: number,
    until: number,
    units: number,
    kg: number,
    byArrival: boolean,
  ): number {
    const at = index[2 * pair]!
    const count = index[2 * pair + 1]!
    const words = at >= 0 ? set.words : set.overlay
    const start = at >= 0 ? at : -1 - at
    const legs = start + 2 * count
    const perKg = costSteps.perKgMills * kg
    found.route = -1
    let [arrival, lowest] = [Infinity, Infinity]
    for (let i = count - 1; i >= 0; i--) {
      const orderBy = words[start + 2 * i]! & 0xffff
      if (orderBy < from) break
      const arriveBy = times.arriveBy(words, start, count, i)
      if (arriveBy > until || (byArrival && arriveBy > arrival)) continue
      const costs = words[start + 2 * i + 1]!
      const base =
        (costs & MOST_FIXED_STEPS) * costSteps.fixedMills + (costs >>> FIXED_BITS) * perKg
      if (base > lowest && !(byArrival && arriveBy < arrival)) continue
      const added = price(words, legs + MOST_LEGS * i, units)
      if (added < 0) continue
      const mills = base + added
      // Routes come last first, so that of equal ones the later look is the earlier route.
      const isBetter = byArrival
        ? arriveBy < arrival || mills <= lowest
        : mills < lowest || (mills === lowest && arriveBy <= arrival)
      if (!isBetter) continue
      arrival = arriveBy
      lowest = mills
      found.route = i
      found.orderBy = orderBy
    }
    found.arriveBy = arrival
    found.mills = lowest
    return found.route
  }
}
