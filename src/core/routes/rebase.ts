import type { DepartureBook } from './departure-book.ts'
import { blockOf, MOST_LEGS, type RouteSet, routeCount } from './route-set.ts'
import { RUN_SCORES, type RunTimes } from './run-times.ts'

/**
 * The same set with its departures in the slots of `book`, where those of several sets built apart
 * come together: a truck of tonight is one truck, whichever set sends a parcel to it. Departures that
 * the book does not know are added to it. What an overlay shares with its base it shares no more.
 * Throws ERR_ROUTES_FULL when the book has no slot left.
 */
export function rebaseRouteSet(set: RouteSet, book: DepartureBook): RouteSet {
  const slots = book.slotsOf({ laneIds: set.laneIds, ...set.departures })
  const departures = book.table()
  const runs = set.runs && rebaseRuns(set.runs, slots, departures.lane.length)
  const moved = { laneIds: [...book.laneIds], departures, ...(runs === undefined ? {} : { runs }) }
  if (slots.every((slot, before) => slot === before)) return { ...set, ...moved }
  const [words, overlay] = [copyOf(set.words), copyOf(set.overlay)]
  const copy: RouteSet = { ...set, ...moved, words, overlay, overlayOf: undefined }
  // Pairs may share a block: it is moved once.
  const done = new Set<number>()
  for (let pair = 0; pair < set.index.length / 2; pair++) {
    const at = set.index[2 * pair]!
    const count = routeCount(set, pair)
    if (count === 0 || done.has(at)) continue
    done.add(at)
    const [block, start] = blockOf(copy, pair)
    const legs = start + 2 * count
    for (let leg = legs; leg < legs + MOST_LEGS * count; leg++) {
      if (block[leg]! > 0) block[leg] = slots[block[leg]! - 1]! + 1
    }
  }
  return copy
}

/** Of departures that this set does not know nothing is known. */
function rebaseRuns(runs: RunTimes, slots: ArrayLike<number>, slotCount: number): RunTimes {
  const levels = RUN_SCORES.length
  const deadline = new Int32Array(new SharedArrayBuffer(4 * slotCount))
  const arrive = new Int32Array(new SharedArrayBuffer(4 * slotCount * levels))
  for (let before = 0; before < slots.length; before++) {
    const slot = slots[before]!
    deadline[slot] = runs.deadline[before]!
    arrive.set(runs.arrive.subarray(levels * before, levels * (before + 1)), levels * slot)
  }
  return { deadline, arrive }
}

function copyOf(words: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(words.byteLength))
  copy.set(words)
  return copy
}
