import { type BlockSearch, createBlockSearch } from './block-search.ts'
import type { DepartureRoom } from './departure-book.ts'
import { createFronts, type Fronts, NO_ROUTE, NOT_KNOWN } from './fronts.ts'
import type { LookUpSettings } from './knobs.ts'
import { blockOf, LINE_WORDS, MOST_LEGS, type RouteSet, routeCount } from './route-set.ts'

/** Requests for many pairs, a column each: a click asks for one area from every site with stock. */
export interface LookUpBatch {
  readonly length: number
  readonly pair: Int32Array
  /** Epoch minutes. */
  readonly now: Int32Array
  readonly promisedBy: Int32Array
  readonly units: Int32Array
  readonly kg: Float64Array
  /** Written: number of the route, −1 where there is none, and its mills. */
  readonly route: Int32Array
  readonly mills: Float64Array
}

/** Columns for at most `length` requests. */
export function createBatch(length: number): LookUpBatch {
  const numbers = () => new Int32Array(length)
  return {
    length,
    pair: numbers(),
    now: numbers(),
    promisedBy: numbers(),
    units: numbers(),
    kg: new Float64Array(length),
    route: numbers(),
    mills: new Float64Array(length),
  }
}

/** Finds the cheapest route of a pair; made once for a set and reused by one thread. */
export interface LookUp {
  /**
   * Number of the cheapest feasible route of `pair`, −1 where there is none: ordered at or after
   * `now`, arriving at or before `promisedBy` (both epoch minutes), with room for `units` on every
   * departure. Cost = fixed + per kg × chargeable kg + Σ over departures of
   * full price × units × ((free − left) / free)² below the free share: the price of room left
   * rises as a departure fills. Equal costs go to the earlier order-by. `mills[0]` is its cost.
   */
  find(pair: number, now: number, promisedBy: number, units: number, kg: number): number
  /** Mills of the last route found, with what the fill of its departures adds. */
  readonly mills: Float64Array
  /**
   * The same for the first `length` requests of a batch, with the same answers: memory for the next
   * ones is fetched while one is computed, so that they wait for it together.
   */
  findMany(batch: LookUpBatch, length: number): void
  /** Writes the slots of a route's departures to `slots` (length 4); returns how many. */
  legsOf(pair: number, at: number, slots: Int32Array): number
}

/** Requests whose memory is fetched together; 32 records' lines fit the first cache with room to spare. */
const GROUP = 32
/** Calls after which fronts are kept: what looks up less often does without their memory. */
const FRONTS_AFTER = 4096

/**
 * A look-up on `set` that sees the room left in `room`. After `frontsAfter` calls it keeps the fronts
 * of pairs (see `fronts.ts`); answers are the same with and without.
 */
export function createLookUp(
  set: RouteSet,
  room: DepartureRoom,
  settings: LookUpSettings,
  frontsAfter = FRONTS_AFTER,
): LookUp {
  const { index, baseMinute, words, overlay } = set
  const search = createBlockSearch(set, room, settings)
  const { mills } = search
  const findGroup = createGroupSearch(set, search)
  let fronts: Fronts | undefined
  let callsLeft = frontsAfter
  const count = (calls: number) => {
    callsLeft -= calls
    if (callsLeft > 0) return
    callsLeft = Infinity
    fronts = createFronts(set, room, settings, search)
  }
  count(0)

  function findInBlock(pair: number, from: number, until: number, units: number, kg: number) {
    const count = index[2 * pair + 1]!
    const at = index[2 * pair]!
    const block = at >= 0 ? words : overlay
    const start = at >= 0 ? at : -1 - at
    const best = search.scan(block, start, count, from, until, kg)
    if (best < 0) return -1
    return search.settle(block, start, count, from, until, kg, units, best)
  }

  /** The route at a place of a front, or where its departures fill, the cheapest of the block. */
  function settleFront(
    place: number,
    pair: number,
    from: number,
    until: number,
    units: number,
    kg: number,
  ) {
    if (fronts!.priceAt(place, units) === 0) return fronts!.routeAt(place)
    return findInBlock(pair, from, until, units, kg)
  }

  const rows = new Int32Array(GROUP)
  const places = new Int32Array(GROUP)
  const sink = new Int32Array(1)
  /** Three passes over a group: asks for all fronts, finds the cheapest of each, prices its departures. */
  function findGroupByFronts(batch: LookUpBatch, first: number, last: number): void {
    let touched = 0
    for (let i = first; i < last; i++) touched ^= fronts!.touch(batch.pair[i]!)
    sink[0] = touched
    let unknown = 0
    for (let i = first; i < last; i++) {
      const from = Math.max(0, batch.now[i]! - baseMinute)
      const until = batch.promisedBy[i]! - baseMinute
      const place = fronts!.find(batch.pair[i]!, from, until, batch.kg[i]!)
      places[i - first] = place
      batch.mills[i] = mills[0]!
      if (place === NOT_KNOWN) rows[unknown++] = i
    }
    for (let i = first; i < last; i++) {
      const place = places[i - first]!
      if (place < 0) {
        batch.route[i] = -1
        continue
      }
      const from = Math.max(0, batch.now[i]! - baseMinute)
      const until = batch.promisedBy[i]! - baseMinute
      mills[0] = batch.mills[i]!
      batch.route[i] = settleFront(
        place,
        batch.pair[i]!,
        from,
        until,
        batch.units[i]!,
        batch.kg[i]!,
      )
      batch.mills[i] = mills[0]!
    }
    if (unknown === 0) return
    findGroup(batch, rows, unknown)
    for (let i = 0; i < unknown; i++) {
      fronts!.missed(batch.pair[rows[i]!]!, Math.max(0, batch.now[rows[i]!]! - baseMinute))
    }
  }

  return {
    mills,
    find(pair, now, promisedBy, units, kg) {
      const [from, until] = [Math.max(0, now - baseMinute), promisedBy - baseMinute]
      if (fronts === undefined) {
        count(1)
        return findInBlock(pair, from, until, units, kg)
      }
      // The lines of its legs are on their way while the routes are compared.
      sink[0] = fronts.touch(pair)
      const place = fronts.find(pair, from, until, kg)
      if (place >= 0) return settleFront(place, pair, from, until, units, kg)
      if (place === NO_ROUTE) return -1
      fronts.missed(pair, from)
      return findInBlock(pair, from, until, units, kg)
    },
    findMany(batch, length) {
      if (fronts === undefined) count(length)
      for (let first = 0; first < length; first += GROUP) {
        const last = Math.min(first + GROUP, length)
        if (fronts !== undefined) {
          findGroupByFronts(batch, first, last)
          continue
        }
        for (let i = first; i < last; i++) rows[i - first] = i
        findGroup(batch, rows, last - first)
      }
    },
    legsOf(pair, at, slots) {
      const known = fronts?.legsOf(pair, at, slots) ?? NOT_KNOWN
      if (known !== NOT_KNOWN) return known
      const [block, start] = blockOf(set, pair)
      const first = start + 2 * routeCount(set, pair) + MOST_LEGS * at
      let legs = 0
      while (legs < MOST_LEGS && block[first + legs]! > 0) {
        slots[legs] = block[first + legs]! - 1
        legs++
      }
      return legs
    },
  }
}

type GroupSearch = (batch: LookUpBatch, rows: Int32Array, count: number) => void

/**
 * Four passes over the rows of a group, each asking for what the next will read: the index; the records about
 * where the window must begin; the scan, then the legs of the best; what its departures cost. The
 * reads of a pass do not depend on each other, so that the processor has all of them open at once.
 */
function createGroupSearch(set: RouteSet, search: BlockSearch): GroupSearch {
  const { index, baseMinute, words, overlay } = set
  const { mills } = search
  const [starts, counts] = [new Int32Array(GROUP), new Int32Array(GROUP)]
  const legs = new Int32Array(GROUP)
  /** Keeps the reads from being taken for dead code. */
  const sink = new Int32Array(1)
  return (batch, rows, size) => {
    let touched = 0
    for (let g = 0; g < size; g++) {
      const pair = batch.pair[rows[g]!]!
      starts[g] = index[2 * pair]!
      counts[g] = index[2 * pair + 1]!
    }
    for (let g = 0; g < size; g++) {
      const at = starts[g]!
      const block = at >= 0 ? words : overlay
      const guess = search.guess(counts[g]!, batch.now[rows[g]!]! - baseMinute)
      const start = at >= 0 ? at : -1 - at
      const record = start + 2 * guess
      touched ^= block[Math.max(start, record - LINE_WORDS)]! ^ block[record]!
      touched ^= block[record + LINE_WORDS]! ^ block[record + 2 * LINE_WORDS]!
    }
    for (let g = 0; g < size; g++) {
      const i = rows[g]!
      const at = starts[g]!
      const block = at >= 0 ? words : overlay
      const start = at >= 0 ? at : -1 - at
      const count = counts[g]!
      const [now, until] = [batch.now[i]! - baseMinute, batch.promisedBy[i]! - baseMinute]
      const best = search.scan(block, start, count, now, until, batch.kg[i]!)
      batch.route[i] = best
      batch.mills[i] = mills[0]!
      legs[g] = start + 2 * count + MOST_LEGS * Math.max(0, best)
    }
    for (let g = 0; g < size; g++) touched ^= (starts[g]! >= 0 ? words : overlay)[legs[g]!]!
    sink[0] = touched
    for (let g = 0; g < size; g++) {
      const i = rows[g]!
      const best = batch.route[i]!
      if (best < 0) continue
      const at = starts[g]!
      const block = at >= 0 ? words : overlay
      const start = at >= 0 ? at : -1 - at
      const [now, until] = [batch.now[i]! - baseMinute, batch.promisedBy[i]! - baseMinute]
      const [count, kg, units] = [counts[g]!, batch.kg[i]!, batch.units[i]!]
      mills[0] = batch.mills[i]!
      batch.route[i] = search.settle(block, start, count, now, until, kg, units, best)
      batch.mills[i] = mills[0]!
    }
  }
}
