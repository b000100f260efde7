import { requireArgument } from '../errors.ts'
import type { RunTimes } from './run-times.ts'

// A route set holds, for every pair of a site and an area, the routes that no other route beats in
// order-by, arrive-by, cost and lanes used. Nothing in it changes once it is built.
//
//   index     two words a pair: where its block starts, how many routes it holds
//   words     the blocks, each at a multiple of 16 words (a cache line)
//
//   block of n routes, in the order of their order-by:
//     2n words   order-by (low 16 bits) and arrive-by (high 16 bits); fixed cost (low 18 bits) and
//                cost a kg (high 14 bits), each in steps of the set
//     4n words   legs: slot + 1 of each departure taken, 0 where there is none
//
// Memory decides how fast a look-up is. Routes of a week are spread about evenly, so that the first
// one that can still be made is near its share of the week: a look-up reads the index, the four or
// five cache lines of its window, and the legs of one route; where pairs are asked for again and
// again, their fronts beside the set instead (`fronts.ts`). Times are minutes after the set's base, an
// absolute instant: a timetable is local to each site, and clock changes and holidays are resolved
// once, while the set is built.

/** Most lanes of one route. */
export const MOST_LEGS = 4
/** Minutes a set can reach past its base: 16 bits, the last kept for "never". */
export const MOST_MINUTES = 65_534
/** Words in a cache line; blocks begin at its multiples. */
export const LINE_WORDS = 16

/** A mill is a tenth of a cent. Costs are whole mills inside, cents at the edges. */
export const MILLS_PER_CENT = 10
/** Bits of the fixed cost in a record's second word; the rest is the cost a kg. */
export const FIXED_BITS = 18
export const MOST_FIXED_STEPS = 2 ** FIXED_BITS - 1
export const MOST_PER_KG_STEPS = 2 ** (32 - FIXED_BITS) - 1

/** What one step of a stored cost stands for: 1 mill, or more where costs would not fit the bits. */
export interface CostSteps {
  readonly fixedMills: number
  readonly perKgMills: number
}
/** Volumes are counted in units of 0.0001 m³ inside. */
export const UNITS_PER_M3 = 10_000
/** Capacity of a departure that states none. */
export const UNLIMITED_UNITS = 2 ** 31 - 1

/** The departures that routes take, by slot: those of a departure book when the set was built. */
export interface DepartureTable {
  /** Lane, as numbered in the set's `laneIds`. */
  readonly lane: Int32Array
  /** Epoch minute at which it leaves. */
  readonly minute: Int32Array
  /** Room in units of 0.0001 m³; UNLIMITED_UNITS where none is stated. */
  readonly capacity: Int32Array
}

/** Routes from every site to every area under one version; all arrays are shared and immutable. */
export interface RouteSet {
  readonly version: string
  /** Epoch minute that all times count from. */
  readonly baseMinute: number
  /** Orders are routed from the base up to so many minutes after it. */
  readonly spanMinutes: number
  readonly siteIds: readonly string[]
  readonly areaIds: readonly string[]
  readonly laneIds: readonly string[]
  readonly departures: DepartureTable
  /** When the runs behind departures are there, with which chance; absent where that is not known. */
  readonly runs?: RunTimes
  readonly costSteps: CostSteps
  /** For pair p = area × sites + site: start (≥ 0 in `words`, else −1 − start in `overlay`), count. */
  readonly index: Int32Array
  readonly words: Int32Array
  /** Blocks that differ from those of `overlayOf`; empty in a set that stands alone. */
  readonly overlay: Int32Array
  /** Version of the set whose `words` this one shares; undefined where it stands alone. */
  readonly overlayOf: string | undefined
}

/** One route as people and plain code read it. */
export interface Route {
  /** Minutes after the set's base until which an order must be in. */
  readonly orderBy: number
  /** Minutes after the set's base by which it arrives. */
  readonly arriveBy: number
  /** Cost of a parcel in mills (tenths of a cent) before weight. */
  readonly fixedMills: number
  /** Cost in mills a chargeable kg. */
  readonly perKgMills: number
  /** Slots of the departures taken, in order. */
  readonly legs: readonly number[]
}

/** Number of a pair. Areas are outermost: a click asks many sites for one area. */
export function pairOf(set: RouteSet, site: number, area: number): number {
  requireArgument(site >= 0 && site < set.siteIds.length, `the set has no site ${site}`)
  requireArgument(area >= 0 && area < set.areaIds.length, `the set has no area ${area}`)
  return area * set.siteIds.length + site
}

/** Routes of a pair. */
export function routeCount(set: RouteSet, pair: number): number {
  return set.index[2 * pair + 1]!
}

/** Words that a block of so many routes takes, padded to whole cache lines. */
export function blockWords(count: number): number {
  return Math.ceil((6 * count) / LINE_WORDS) * LINE_WORDS
}

/** The array and the word at which a pair's block starts. */
export function blockOf(set: RouteSet, pair: number): readonly [words: Int32Array, start: number] {
  const start = set.index[2 * pair]!
  return start >= 0 ? [set.words, start] : [set.overlay, -1 - start]
}

/** Reads route `at` of a pair; routes stand in the order of their order-by. */
export function readRoute(set: RouteSet, pair: number, at: number): Route {
  const count = routeCount(set, pair)
  requireArgument(at >= 0 && at < count, `pair ${pair} has ${count} routes, not one at ${at}`)
  const [words, start] = blockOf(set, pair)
  const [times, costs] = [words[start + 2 * at]!, words[start + 2 * at + 1]!]
  const firstLeg = start + 2 * count + MOST_LEGS * at
  const legs: number[] = []
  for (let leg = firstLeg; leg < firstLeg + MOST_LEGS && words[leg]! > 0; leg++) {
    legs.push(words[leg]! - 1)
  }
  return {
    orderBy: times & 0xffff,
    arriveBy: times >>> 16,
    fixedMills: (costs & MOST_FIXED_STEPS) * set.costSteps.fixedMills,
    perKgMills: (costs >>> FIXED_BITS) * set.costSteps.perKgMills,
    legs,
  }
}

/** All routes of a pair. */
export function readRoutes(set: RouteSet, pair: number): readonly Route[] {
  return Array.from({ length: routeCount(set, pair) }, (_, at) => readRoute(set, pair, at))
}

/** Cost of a route in mills for a parcel of `chargeableKg`, before what its departures' fill adds. */
export function routeMills(route: Route, chargeableKg: number): number {
  return route.fixedMills + route.perKgMills * chargeableKg
}

/** Bytes a set holds by itself: an overlay does not count the words it shares. */
export function routeSetBytes(set: RouteSet): number {
  const own = set.overlayOf === undefined ? set.words.byteLength : 0
  const table = set.departures.lane.byteLength * 3
  return own + set.overlay.byteLength + set.index.byteLength + table
}
