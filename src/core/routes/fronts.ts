import type { BlockSearch } from './block-search.ts'
import { type DepartureRoom, firstTightWord, TIGHT_SHARE, TIGHT_UNITS } from './departure-book.ts'
import type { LookUpSettings } from './knobs.ts'
import { FIXED_BITS, MOST_FIXED_STEPS, MOST_LEGS, type RouteSet } from './route-set.ts'

// At one moment few routes of a pair matter: of those that can still be made, the ones that no other
// beats in arrival and cost. That front stays the same until the first of its routes can no longer
// be made, some hours on, while the clock of a store moves on by the minute. It is kept beside the
// set, 192 bytes a pair instead of 1,600, so that the pairs of a whole network fit the third cache:
//
//   word 0        minutes of the order from … until which the front holds (16 bits each)
//   word 1        pair + 1; − (pair + 1) while the front is not made and calls without it are counted
//   word 2        routes (low 16 bits); arrival before which the front is whole, 0xffff: any (high 16)
//                 while counting: calls (low 16), minute of the first of them (high 16)
//   18 words      up to nine routes by arrival: number in the pair (low 16) and arrive-by (high 16);
//                 costs as in the block
//   27 words      their legs, 24 bits each: slot + 1, 0 where there is none
//
// A front is one thread's own, made from the set, which never changes; it holds no capacities.

const SLOT_WORDS = 48
const HEAD = 3
const MOST_ROUTES = 9
const LEGS = HEAD + 2 * MOST_ROUTES
const LEG_WORDS = 3
const ANY = 0xffff
/** Most pairs whose fronts are kept, 50 MB; with more pairs, those that share a place take turns. */
const MOST_SLOTS = 1 << 18
/** Slots of departures that 24 bits can name. */
const MOST_DEPARTURES = 2 ** 24 - 2
/** A front is made at the twelfth call for a pair within an hour: where calls are few, it does not pay. */
const CALLS = 12
const CALL_MINUTES = 60
const WASM_PAGE = 65_536

/** What `Fronts.find` answers beside a place. */
export const NO_ROUTE = -1
export const NOT_KNOWN = -2

/** Fronts of the pairs that are asked for again and again; see above. */
export interface Fronts {
  /**
   * Place of the cheapest route by the front, for `priceAt` and `routeAt`, its mills before the fill
   * in `mills[0]` of the search; NO_ROUTE where none is feasible; NOT_KNOWN where the block has to be
   * searched. Times are minutes after the set's base.
   */
  find(pair: number, from: number, until: number, kg: number): number
  /** Mills that the fill of its departures adds; −1 where one of them has no room. */
  priceAt(place: number, units: number): number
  /** Its number in the pair. */
  routeAt(place: number): number
  /** Writes the slots of the departures of route `at` of a pair; returns how many, NOT_KNOWN where its front does not hold it. */
  legsOf(pair: number, at: number, slots: Int32Array): number
  /** Reads what `find` will need; the result is of no use. */
  touch(pair: number): number
  /** Counts a call that was not known, and makes the front where they are many. */
  missed(pair: number, from: number): void
}

/**
 * Fronts for a set, or undefined where it has more departures than they can name. `mostSlots` (a power
 * of two) is how many pairs may have one at a time.
 */
export function createFronts(
  set: RouteSet,
  room: DepartureRoom,
  settings: LookUpSettings,
  search: BlockSearch,
  mostSlots = MOST_SLOTS,
): Fronts | undefined {
  if (set.departures.lane.length > MOST_DEPARTURES) return undefined
  const pairs = set.index.length / 2
  const slots = Math.min(mostSlots, 2 ** Math.ceil(Math.log2(Math.max(1, pairs))))
  const words = alignedWords(Math.min(pairs, slots) * SLOT_WORDS)
  const mask = slots - 1
  const make = createMaker(set, words)
  const price = createPlacePricing(words, room, settings)
  const { fixedMills, perKgMills } = set.costSteps
  const { mills } = search
  return {
    find(pair, from, until, kg) {
      const slot = (pair & mask) * SLOT_WORDS
      const span = words[slot]!
      if (words[slot + 1] !== pair + 1 || from < (span & 0xffff) || from > span >>> 16)
        return NOT_KNOWN
      const reach = words[slot + 2]! >>> 16
      if (until >= reach && reach !== ANY) return NOT_KNOWN
      const end = slot + HEAD + 2 * (words[slot + 2]! & 0xffff)
      const perKg = perKgMills * kg
      let best = NO_ROUTE
      let lowest = Infinity
      for (let at = slot + HEAD; at < end; at += 2) {
        const times = words[at]!
        if (times >>> 16 > until) break
        const costs = words[at + 1]!
        const cost = (costs & MOST_FIXED_STEPS) * fixedMills + (costs >>> FIXED_BITS) * perKg
        if (cost > lowest) continue
        // Equal costs go to the earlier order-by, which has the lower number.
        if (cost === lowest && (times & 0xffff) > (words[best]! & 0xffff)) continue
        lowest = cost
        best = at
      }
      mills[0] = lowest
      return best
    },
    priceAt: price,
    routeAt: (place) => words[place]! & 0xffff,
    legsOf(pair, at, slots) {
      const slot = (pair & mask) * SLOT_WORDS
      if (words[slot + 1] !== pair + 1) return NOT_KNOWN
      const count = words[slot + 2]! & 0xffff
      for (let i = 0; i < count; i++) {
        if ((words[slot + HEAD + 2 * i]! & 0xffff) !== at) continue
        return readLegs(words, slot + LEGS + LEG_WORDS * i, slots)
      }
      return NOT_KNOWN
    },
    touch(pair) {
      const slot = (pair & mask) * SLOT_WORDS
      return words[slot]! ^ words[slot + 16]! ^ words[slot + 32]!
    },
    missed(pair, from) {
      const slot = (pair & mask) * SLOT_WORDS
      const span = words[slot]!
      const isHeld = words[slot + 1] === pair + 1
      // Only the promise lies beyond what the front knows.
      if (isHeld && from >= (span & 0xffff) && from <= span >>> 16) return
      const since = words[slot + 2]! >>> 16
      const isCounted = words[slot + 1] === -1 - pair && Math.abs(from - since) <= CALL_MINUTES
      const calls = isCounted ? 1 + (words[slot + 2]! & 0xffff) : 1
      if (calls >= CALLS) {
        make(pair, from, slot)
        return
      }
      words[slot + 1] = -1 - pair
      words[slot + 2] = calls | ((isCounted ? since : from) << 16)
    },
  }
}

/** Words that begin at a cache line: typed arrays of their own begin 16 bytes after one. */
function alignedWords(length: number): Int32Array {
  const pages = Math.max(1, Math.ceil((4 * length) / WASM_PAGE))
  return new Int32Array(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer)
}

/**
 * Pricing from legs of a front without reading departures whose bit says that they have room, as
 * `createQuickPricing` does it: 17 KB of bits stay in the first cache, the slots do not.
 */
function createPlacePricing(words: Int32Array, room: DepartureRoom, settings: LookUpSettings) {
  const price = createSlotPricing(words, room, settings)
  if (settings.freeShare > TIGHT_SHARE) return price
  const { state } = room
  const bits = firstTightWord(room)
  return (place: number, units: number): number => {
    if (units > TIGHT_UNITS) return price(place, units)
    const slot = place - (place % SLOT_WORDS)
    const at = slot + LEGS + (LEG_WORDS * (place - slot - HEAD)) / 2
    const [a, b, c] = [words[at]!, words[at + 1]!, words[at + 2]!]
    const first = (a & 0xffffff) - 1
    let tight = state[bits + (first >> 5)]! >>> (first & 31)
    const second = ((a >>> 24) | ((b & 0xffff) << 8)) - 1
    if (second >= 0) {
      tight |= state[bits + (second >> 5)]! >>> (second & 31)
      const third = ((b >>> 16) | ((c & 0xff) << 16)) - 1
      if (third >= 0) {
        tight |= state[bits + (third >> 5)]! >>> (third & 31)
        const fourth = (c >>> 8) - 1
        if (fourth >= 0) tight |= state[bits + (fourth >> 5)]! >>> (fourth & 31)
      }
    }
    return (tight & 1) === 0 ? 0 : price(place, units)
  }
}

/** Pricing as `createPricing` does it, with the same sums in the same order, from legs of a front. */
function createSlotPricing(words: Int32Array, { state }: DepartureRoom, settings: LookUpSettings) {
  const inverse = new Float32Array(state.buffer, state.byteOffset, state.length)
  const { freeShare, fullMillsPerUnit } = settings
  const scale = fullMillsPerUnit / (freeShare * freeShare)
  const isFull = (leg: number, units: number) => state[2 * leg - 2]! < units
  const squared = (leg: number, units: number) => {
    const short = freeShare - (state[2 * leg - 2]! - units) * inverse[2 * leg - 1]!
    return short > 0 ? short * short : 0
  }
  return (place: number, units: number): number => {
    const slot = place - (place % SLOT_WORDS)
    const at = slot + LEGS + (LEG_WORDS * (place - slot - HEAD)) / 2
    const [a, b, c] = [words[at]!, words[at + 1]!, words[at + 2]!]
    const first = a & 0xffffff
    if (isFull(first, units)) return -1
    let squares = squared(first, units)
    const second = (a >>> 24) | ((b & 0xffff) << 8)
    if (second > 0) {
      if (isFull(second, units)) return -1
      squares += squared(second, units)
      const third = (b >>> 16) | ((c & 0xff) << 16)
      if (third > 0) {
        if (isFull(third, units)) return -1
        squares += squared(third, units)
        const fourth = c >>> 8
        if (fourth > 0) {
          if (isFull(fourth, units)) return -1
          squares += squared(fourth, units)
        }
      }
    }
    return squares * scale * units
  }
}

/** Writes the front of a pair for orders at `from` into a slot. */
function createMaker(set: RouteSet, words: Int32Array) {
  return (pair: number, from: number, slot: number): void => {
    const count = set.index[2 * pair + 1]!
    const at = set.index[2 * pair]!
    const block = at >= 0 ? set.words : set.overlay
    const start = at >= 0 ? at : -1 - at
    let first = 0
    while (first < count && (block[start + 2 * first]! & 0xffff) < from) first++
    const since = first === 0 ? 0 : (block[start + 2 * first - 2]! & 0xffff) + 1
    let [size, until, reach] = [0, ANY, ANY]
    for (;;) {
      const next = nextOfFront(block, start, first, count, words, slot, size)
      if (next < 0) break
      const times = block[start + 2 * next]!
      if (size === MOST_ROUTES) {
        reach = times >>> 16
        break
      }
      until = Math.min(until, times & 0xffff)
      words[slot + HEAD + 2 * size] = next | (times & ~0xffff)
      words[slot + HEAD + 2 * size + 1] = block[start + 2 * next + 1]!
      copyLegs(block, start + 2 * count + MOST_LEGS * next, words, slot + LEGS + LEG_WORDS * size)
      size++
    }
    words[slot] = since | (until << 16)
    words[slot + 1] = pair + 1
    words[slot + 2] = size | (reach << 16)
  }
}

/** The earliest arrival that no route of the front beats, the cheaper and the earlier in the block among equals; −1 where none is left. */
function nextOfFront(
  block: Int32Array,
  start: number,
  first: number,
  count: number,
  words: Int32Array,
  slot: number,
  size: number,
): number {
  let best = -1
  for (let at = first; at < count; at++) {
    const arrive = block[start + 2 * at]! >>> 16
    const costs = block[start + 2 * at + 1]!
    if (best >= 0) {
      const other = block[start + 2 * best]! >>> 16
      if (arrive > other) continue
      if (arrive === other && !isCheaper(costs, block[start + 2 * best + 1]!)) continue
    }
    if (!isBeaten(costs, at, words, slot, size)) best = at
  }
  return best
}

/** In the order by fixed cost, then cost a kg. */
function isCheaper(costs: number, other: number): boolean {
  const [fixed, otherFixed] = [costs & MOST_FIXED_STEPS, other & MOST_FIXED_STEPS]
  return fixed < otherFixed || (fixed === otherFixed && costs >>> FIXED_BITS < other >>> FIXED_BITS)
}

/**
 * True where a route of the front, none of which arrives later, is taken instead at every weight: no
 * dearer in either cost and, as equal sums go to the lower number, cheaper before weight or lower.
 */
function isBeaten(
  costs: number,
  at: number,
  words: Int32Array,
  slot: number,
  size: number,
): boolean {
  const [fixed, perKg] = [costs & MOST_FIXED_STEPS, costs >>> FIXED_BITS]
  for (let i = 0; i < size; i++) {
    const number = words[slot + HEAD + 2 * i]! & 0xffff
    const other = words[slot + HEAD + 2 * i + 1]!
    const otherFixed = other & MOST_FIXED_STEPS
    // The route itself is in the front already.
    if (number === at) return true
    if (otherFixed > fixed || other >>> FIXED_BITS > perKg) continue
    if (otherFixed < fixed || number < at) return true
  }
  return false
}

/** Writes the slots of the legs at a place of a front; returns how many. */
function readLegs(words: Int32Array, at: number, slots: Int32Array): number {
  const [a, b, c] = [words[at]!, words[at + 1]!, words[at + 2]!]
  slots[0] = (a & 0xffffff) - 1
  slots[1] = ((a >>> 24) | ((b & 0xffff) << 8)) - 1
  slots[2] = ((b >>> 16) | ((c & 0xff) << 16)) - 1
  slots[3] = (c >>> 8) - 1
  let legs = 0
  while (legs < MOST_LEGS && slots[legs]! >= 0) legs++
  return legs
}

function copyLegs(block: Int32Array, from: number, words: Int32Array, to: number): void {
  const [a, b, c, d] = [block[from]!, block[from + 1]!, block[from + 2]!, block[from + 3]!]
  words[to] = a | (b << 24)
  words[to + 1] = (b >>> 8) | (c << 16)
  words[to + 2] = (c >>> 16) | (d << 8)
}
