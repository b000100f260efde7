import {
  FIXED_BITS,
  MOST_FIXED_STEPS,
  MOST_LEGS,
  MOST_MINUTES,
  MOST_PER_KG_STEPS,
  type RouteSet,
} from '../../core/routes/door.ts'
import type { ArrivalTimes } from './arrival-times.ts'

// A route set of 160 MB answers for any moment of a week; promises are made for this one. The front
// keeps, beside the set, the few routes of each pair that matter now, in one cache line:
//
//   word 0       from | until << 16: minutes (after the base) for which the entry holds
//   word 1       costs as in the set that no candidate for the cheapest is below, at any weight
//   words 2, 3   kg for which it holds, two floats
//   words 4 …    six candidates: route | arrive-by << 16, then its costs as in the set; four for the
//                cheapest and two for the earliest, the first of each repeated where there are fewer,
//                so that the best is found without a branch; arrive-by 65,535 where there is none
//
// The cheapest route depends on weight and two sites' vans arrive together, so that of each kind the
// few are kept that no other beats at every weight. Room is not looked at: candidates are bounds, and
// whoever takes one checks its departures, whose slots lie apart (four words a candidate). An entry
// that does not hold for a moment or weight is made anew from the set when it is asked for.

/** Words of an entry and of its candidates' legs. */
export const ENTRY_WORDS = 16
export const ENTRY_LEGS = 24
/** Word of the bound of costs. */
export const BOUND_WORD = 1
/** First word of the candidates for the cheapest and for the earliest. */
export const CHEAPEST_WORD = 4
export const EARLIEST_WORD = 12
export const MOST_CHEAPEST = 4
export const MOST_EARLIEST = 2
/** Arrival of a candidate that is none. */
export const NO_ARRIVAL = 0xffff
/** An entry that holds for no minute: from 65,535 to 0. */
const NEVER = 0xffff
/** Spans of weight, as factors around the one asked for, in which candidates are compared in turn. */
const WEIGHT_FACTORS = [Infinity, 10, 3, 1.3, 1] as const
/** The first span: what parcels weigh. Others get an entry of their own. */
const LEAST_KG = 0.015625
const MOST_KG = 64

/** The routes of each pair that matter now; made for one set and one chance, used by one thread. */
export interface Front {
  readonly words: Int32Array
  readonly kg: Float32Array
  /** Slots + 1 of candidate c of a pair's entry: from word pair × ENTRY_LEGS + 4c on. */
  readonly legs: Int32Array
  /** Makes the entry of a pair anew for a minute after the base and a chargeable weight. */
  renew(pair: number, from: number, kg: number): void
}

/** An empty front of `set`; the cheapest arrive at most `windowMinutes` after the minute asked for. */
export function createFront(set: RouteSet, times: ArrivalTimes, windowMinutes: number): Front {
  const pairs = set.index.length / 2
  const words = new Int32Array(atPage(4 * ENTRY_WORDS * pairs))
  for (let pair = 0; pair < pairs; pair++) words[ENTRY_WORDS * pair] = NEVER
  const kg = new Float32Array(words.buffer)
  const legs = new Int32Array(atPage(4 * ENTRY_LEGS * pairs))
  const renewal = new Renewal(set, times, windowMinutes)
  return {
    words,
    kg,
    legs,
    renew: (pair, from, kilos) => renewal.run(pair, from, kilos, words, kg, legs),
  }
}

/**
 * Zeros from the beginning of a page on, so that an entry is one cache line and not two: other buffers
 * begin some bytes after one.
 */
function atPage(bytes: number): ArrayBuffer {
  return new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / 65_536)) }).buffer
}

function weightsAround(kilos: number, factor: number): readonly [low: number, high: number] {
  if (factor === Infinity) return [LEAST_KG, MOST_KG]
  if (factor === 1) return [kilos, kilos]
  return [Math.fround(kilos / factor), Math.fround(kilos * factor)]
}

/** Makes entries; keeps its lists from one to the next. */
class Renewal {
  private readonly set: RouteSet
  private readonly times: ArrivalTimes
  private readonly window: number
  private readonly cheapest = new Candidates(MOST_CHEAPEST)
  private readonly earliest = new Candidates(MOST_EARLIEST)
  /** Bounds of the minutes for which the lists hold. */
  private lo = 0
  private hi = 0

  constructor(set: RouteSet, times: ArrivalTimes, window: number) {
    this.set = set
    this.times = times
    this.window = window
  }

  run(
    pair: number,
    from: number,
    kilos: number,
    words: Int32Array,
    kg: Float32Array,
    legs: Int32Array,
  ): void {
    const { index } = this.set
    const at = index[2 * pair]!
    const block = at >= 0 ? this.set.words : this.set.overlay
    const start = at >= 0 ? at : -1 - at
    const count = index[2 * pair + 1]!
    for (const factor of WEIGHT_FACTORS) {
      if (factor === Infinity && !(kilos >= LEAST_KG && kilos <= MOST_KG)) continue
      const [low, high] = weightsAround(kilos, factor)
      if (!this.collect(block, start, count, from, low, high)) continue
      // One weight that a float does not hold is asked for anew each time.
      const isHeld = Math.fround(low) === low
      kg[ENTRY_WORDS * pair + 2] = isHeld ? low : 1
      kg[ENTRY_WORDS * pair + 3] = isHeld ? high : 0
      break
    }
    this.write(pair, block, start, count, words, legs)
  }

  /** Fills both lists; false when more routes matter between two weights than there is room for. */
  private collect(
    block: Int32Array,
    start: number,
    count: number,
    from: number,
    low: number,
    high: number,
  ): boolean {
    const { cheapest, earliest, times, window } = this
    const { fixedMills, perKgMills } = this.set.costSteps
    cheapest.clear(low, high)
    earliest.clear(low, high)
    let soonest = Infinity
    let i = count - 1
    this.hi = MOST_MINUTES
    for (; i >= 0; i--) {
      if ((block[start + 2 * i]! & 0xffff) < from) break
      const arrive = times.arriveBy(block, start, count, i)
      if (arrive > MOST_MINUTES) continue
      const costs = block[start + 2 * i + 1]!
      const fixed = (costs & MOST_FIXED_STEPS) * fixedMills
      const perKg = (costs >>> FIXED_BITS) * perKgMills
      if (arrive < soonest) {
        soonest = arrive
        earliest.clear(low, high)
      }
      if (arrive === soonest) earliest.offer(i, arrive, fixed, perKg)
      if (arrive <= from + window) cheapest.offer(i, arrive, fixed, perKg)
      else this.hi = Math.min(this.hi, arrive - window - 1)
    }
    this.lo = i < 0 ? 0 : (block[start + 2 * i]! & 0xffff) + 1
    cheapest.finish()
    earliest.finish()
    return !cheapest.isOver && !earliest.isOver
  }

  private write(
    pair: number,
    block: Int32Array,
    start: number,
    count: number,
    words: Int32Array,
    legs: Int32Array,
  ): void {
    const first = ENTRY_WORDS * pair
    let at = first + CHEAPEST_WORD
    let leg = ENTRY_LEGS * pair
    let { lo, hi } = this
    let fixed = MOST_FIXED_STEPS
    let perKg = MOST_PER_KG_STEPS
    for (const list of [this.cheapest, this.earliest]) {
      const room = list === this.cheapest ? MOST_CHEAPEST : MOST_EARLIEST
      for (let c = 0; c < room; c++, at += 2, leg += MOST_LEGS) {
        if (list.count === 0) {
          words[at] = NO_ARRIVAL << 16
          words[at + 1] = -1
          legs.fill(0, leg, leg + MOST_LEGS)
          continue
        }
        const one = c < list.count ? c : 0
        const route = list.route[one]!
        words[at] = route | (list.arrive[one]! << 16)
        const costs = block[start + 2 * route + 1]!
        words[at + 1] = costs
        const from = start + 2 * count + MOST_LEGS * route
        for (let l = 0; l < MOST_LEGS; l++) legs[leg + l] = block[from + l]!
        hi = Math.min(hi, block[start + 2 * route]! & 0xffff)
        if (list !== this.cheapest) continue
        lo = Math.max(lo, list.arrive[one]! - this.window)
        fixed = Math.min(fixed, costs & MOST_FIXED_STEPS)
        perKg = Math.min(perKg, costs >>> FIXED_BITS)
      }
    }
    words[first + BOUND_WORD] = fixed | (perKg << FIXED_BITS)
    words[first] = lo | (hi << 16)
  }
}

/** Candidates looked at before the few are chosen; more in one pair are told to be too many. */
const MOST_COMPARED = 64
/** Mills by which a cost may differ and still be the same. */
const SAME_MILLS = 1e-6

/** Routes that are the cheapest at some weight of a span. */
class Candidates {
  count = 0
  /** True when more were left than there is room for. */
  isOver = false
  readonly route = new Int32Array(MOST_COMPARED)
  readonly arrive = new Int32Array(MOST_COMPARED)
  private readonly fixed = new Float64Array(MOST_COMPARED)
  private readonly perKg = new Float64Array(MOST_COMPARED)
  private readonly isOnEdge = new Uint8Array(MOST_COMPARED)
  private readonly room: number
  private lowKg = 0
  private highKg = 0

  constructor(room: number) {
    this.room = room
  }

  clear(lowKg: number, highKg: number): void {
    this.count = 0
    this.isOver = false
    this.lowKg = lowKg
    this.highKg = highKg
  }

  /** Takes a route unless another is cheaper at both ends; drops those that it is cheaper than. */
  offer(route: number, arrive: number, fixed: number, perKg: number): void {
    const low = fixed + perKg * this.lowKg
    const high = fixed + perKg * this.highKg
    let kept = 0
    for (let c = 0; c < this.count; c++) {
      const ownLow = this.fixed[c]! + this.perKg[c]! * this.lowKg
      const ownHigh = this.fixed[c]! + this.perKg[c]! * this.highKg
      const isEqual = ownLow === low && ownHigh === high
      // Of equal ones the earlier; routes come last first, so that among equal times the later goes.
      if (isEqual ? this.arrive[c]! < arrive : ownLow < low && ownHigh < high) return
      if (isEqual || (low < ownLow && high < ownHigh)) continue
      if (kept < c) this.move(c, kept)
      kept++
    }
    this.count = kept
    if (kept === MOST_COMPARED) {
      this.isOver = true
      return
    }
    this.route[kept] = route
    this.arrive[kept] = arrive
    this.fixed[kept] = fixed
    this.perKg[kept] = perKg
    this.count++
  }

  /**
   * Keeps what touches the lower edge of all costs over the span. The edge bends where its routes
   * cross; a line that lies above it at all bends and both ends lies above it everywhere.
   */
  finish(): void {
    if (this.count > 1 && this.lowKg < this.highKg) this.walkEdge()
    if (this.count > this.room) this.isOver = true
  }

  private walkEdge(): void {
    this.isOnEdge.fill(0, 0, this.count)
    let kg = this.lowKg
    for (;;) {
      const current = this.touch(kg)
      if (kg === this.highKg) break
      kg = this.nextBend(current, kg)
    }
    let kept = 0
    for (let c = 0; c < this.count; c++) if (this.isOnEdge[c] === 1) this.move(c, kept++)
    this.count = kept
  }

  /** Marks all that are cheapest at a weight; returns the one that stays cheapest after it. */
  private touch(kg: number): number {
    let lowest = Infinity
    for (let c = 0; c < this.count; c++) {
      lowest = Math.min(lowest, this.fixed[c]! + this.perKg[c]! * kg)
    }
    let current = -1
    for (let c = 0; c < this.count; c++) {
      if (this.fixed[c]! + this.perKg[c]! * kg > lowest + SAME_MILLS) continue
      this.isOnEdge[c] = 1
      if (current < 0 || this.perKg[c]! < this.perKg[current]!) current = c
    }
    return current
  }

  /** The weight after `kg` at which another route becomes as cheap; the end of the span without. */
  private nextBend(current: number, kg: number): number {
    let bend = this.highKg
    for (let c = 0; c < this.count; c++) {
      const flatter = this.perKg[current]! - this.perKg[c]!
      if (flatter <= 0) continue
      const crossing = (this.fixed[c]! - this.fixed[current]!) / flatter
      if (crossing > kg && crossing < bend) bend = crossing
    }
    return bend
  }

  private move(from: number, to: number): void {
    this.route[to] = this.route[from]!
    this.arrive[to] = this.arrive[from]!
    this.fixed[to] = this.fixed[from]!
    this.perKg[to] = this.perKg[from]!
  }
}
