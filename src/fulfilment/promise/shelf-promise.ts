import { createQuickPricing, MOST_MINUTES, type Pricing } from '../../core/routes/door.ts'
import { CELL_ON_HAND, CELL_RESERVED, CELL_WORDS } from '../stock/types.ts'
import {
  BOUND_WORD,
  CHEAPEST_WORD,
  EARLIEST_WORD,
  ENTRY_LEGS,
  ENTRY_WORDS,
  MOST_CHEAPEST,
  MOST_EARLIEST,
  NO_ARRIVAL,
} from './front.ts'
import { type HandlingRoom, handledFrom } from './handling-book.ts'
import type { PromiseSettings } from './knobs.ts'
import { OFFERED, type PromiseBatch, UNDECIDED } from './promise-batch.ts'
import { GROUP, millsOf, PLACES, Settler, type ShelfView, Winners } from './shelf-settler.ts'
import type { PromiseSources } from './types.ts'

// The fast path: one product of which sites have all units on their shelves, one parcel. Requests go
// in groups, in stages that each ask for the memory of the next, so that reads wait together:
//
//   index and sizes ─► cells ─► entries of the front ─► legs of the best ─► room on their departures
//
// A site's best by its entry is a bound, because entries do not look at room. Where the best of all
// bounds has room at no extra price it is the answer; else its pair is scanned and the next bound is
// looked at, until the best is no bound any more.

const HOUR = 60

/** Promises of single lines from shelves, in columns, without allocating. */
export interface ShelfPromiser {
  /** Answers requests `from` to `to` − 1 of a batch, all of this view's set and kind. */
  run(batch: PromiseBatch, from: number, to: number): void
}

/** The fast path on one view. Codes other than OFFERED and UNDECIDED are not its matter. */
export function createShelfPromiser(
  view: ShelfView,
  sources: PromiseSources,
  settings: PromiseSettings,
): ShelfPromiser {
  const shelf = new Shelf(view, sources, settings)
  return {
    run(batch, from, to) {
      let at = from
      while (at < to) at = shelf.runGroup(batch, at, Math.min(to, at + GROUP))
    },
  }
}

/** Stages copy what they read into locals: engines keep those in registers. */
class Shelf {
  private readonly view: ShelfView
  private readonly sources: PromiseSources
  private readonly settings: PromiseSettings
  private readonly price: Pricing
  // By request of the group.
  private readonly cellAt = new Int32Array(GROUP)
  private readonly cellCount = new Int32Array(GROUP)
  private readonly units = new Int32Array(GROUP)
  private readonly kilos = new Float64Array(GROUP)
  private readonly placeFrom = new Int32Array(GROUP + 1)
  private readonly early = new Winners()
  private readonly cheap = new Winners()
  // By place: a site of a request that has the units.
  private readonly pairs = new Int32Array(PLACES)
  private readonly froms = new Int32Array(PLACES)
  private readonly settler: Settler
  /** Keeps the reads from being taken for dead code. */
  private touched = 0

  constructor(view: ShelfView, sources: PromiseSources, settings: PromiseSettings) {
    this.view = view
    this.sources = sources
    this.settings = settings
    this.price = createQuickPricing(sources.room, settings.lookUp)
    this.settler = new Settler(view, settings, this.price, this.pairs, this.froms)
  }

  runGroup(batch: PromiseBatch, from: number, to: number): number {
    this.readIndex(batch, from, to - from)
    this.touchCells(to - from)
    const count = this.gather(batch, from, to - from)
    if (this.rank(0, count)) {
      this.touchLegs(count)
      this.settle(batch, from, 0, count)
      return from + count
    }
    // One pair was asked for at two weights or minutes: each request is settled with its own entry.
    for (let g = 0; g < count; g++) {
      this.rank(g, g + 1)
      this.settle(batch, from, g, g + 1)
    }
    return from + count
  }

  private readIndex(batch: PromiseBatch, from: number, count: number): void {
    const { index } = this.sources.stock
    const { words, kg } = this.sources.sizes
    const { product, quantity } = batch
    const { cellAt, cellCount, units, kilos } = this
    const { kgPerUnit } = this.settings.lookUp
    for (let g = 0; g < count; g++) {
      const at = 2 * product[from + g]!
      const pieces = quantity[from + g]!
      const room = pieces * words[at + 1]!
      cellAt[g] = index[at]!
      cellCount[g] = index[at + 1]!
      units[g] = room
      kilos[g] = Math.max(pieces * kg[at]!, room * kgPerUnit)
    }
  }

  private touchCells(count: number): void {
    const { cells } = this.sources.stock
    const { cellAt, cellCount } = this
    let touched = 0
    for (let g = 0; g < count; g++) {
      const first = cellAt[g]!
      const last = first + CELL_WORDS * cellCount[g]!
      for (let at = first; at < last; at += 4 * CELL_WORDS) touched ^= cells[at]!
    }
    this.touched = touched
  }

  /** Finds the sites with the units and asks for their entries; returns how many requests had place. */
  private gather(batch: PromiseBatch, from: number, count: number): number {
    const { cells } = this.sources.stock
    const { handling } = this.sources
    const { setSites, front, set } = this.view
    const { cellAt, cellCount, placeFrom, pairs, froms } = this
    const { words } = front
    const { baseMinute } = set
    const sites = set.siteIds.length
    const handled = handling === undefined ? cells : handling.left
    const inUnits = handling?.countedIn === 'units'
    let place = 0
    for (let g = 0; g < count; g++) {
      placeFrom[g] = place
      if (place + cellCount[g]! > PLACES && g > 0) return g
      const quantity = batch.quantity[from + g]!
      const now = batch.now[from + g]!
      const first = batch.area[from + g]! * sites
      const row = handling === undefined ? -1 : rowOf(handling, now)
      const need = inUnits ? quantity : 1
      const last = cellAt[g]! + CELL_WORDS * cellCount[g]!
      for (let at = cellAt[g]!; at < last; at += CELL_WORDS) {
        if (cells[at + CELL_ON_HAND]! - cells[at + CELL_RESERVED]! < quantity) continue
        const stockSite = cells[at]!
        const site = setSites[stockSite]!
        if (site < 0) continue
        let ready = now
        if (handling !== undefined && (row < 0 || handled[row + stockSite]! < need)) {
          ready = handledFrom(handling, stockSite, now, need)
          if (!(ready - baseMinute <= MOST_MINUTES)) continue
        }
        pairs[place] = first + site
        froms[place] = ready - baseMinute
        place++
      }
    }
    placeFrom[count] = place
    let touched = 0
    for (let p = 0; p < place; p++) touched ^= words[ENTRY_WORDS * pairs[p]!]!
    this.touched ^= touched
    return count
  }

  /**
   * Finds the best of each request by the bounds that the entries are. False when an entry was made
   * anew that an earlier request of these had read: its legs are no longer that one's.
   */
  private rank(start: number, stop: number): boolean {
    const { placeFrom, pairs, froms, kilos } = this
    const { front, set } = this.view
    const { words, kg: spans } = front
    const { fixedMills, perKgMills } = set.costSteps
    let isWhole = true
    for (let g = start; g < stop; g++) {
      const kg = kilos[g]!
      const perKg = perKgMills * kg
      let ePlace = -1
      let eArrive = MOST_MINUTES
      let eMills = Infinity
      let cPlace = -1
      let cMills = Infinity
      const last = placeFrom[g + 1]!
      for (let p = placeFrom[g]!; p < last; p++) {
        const pair = pairs[p]!
        const at = ENTRY_WORDS * pair
        const holds = words[at]!
        const from = froms[p]!
        const isHeld = (holds & 0xffff) <= from && holds >>> 16 >= from
        if (!isHeld || kg < spans[at + 2]! || kg > spans[at + 3]!) {
          front.renew(pair, from, kg)
          isWhole = isWhole && !this.isAmong(pair, placeFrom[start]!, placeFrom[g]!)
        }
        const arrive = words[at + EARLIEST_WORD]! >>> 16
        if (arrive <= eArrive) {
          const one = millsOf(words[at + EARLIEST_WORD + 1]!, fixedMills, perKg)
          const other = millsOf(words[at + EARLIEST_WORD + 3]!, fixedMills, perKg)
          const mills = one < other ? one : other
          if (
            arrive < eArrive ||
            mills < eMills ||
            (mills === eMills && (ePlace < 0 || pair < pairs[ePlace]!))
          ) {
            ePlace = p
            eArrive = arrive
            eMills = mills
          }
        }
        // Most sites cannot be the cheapest by what none of their candidates is below.
        if (millsOf(words[at + BOUND_WORD]!, fixedMills, perKg) > cMills) continue
        const mills = least(words, at + CHEAPEST_WORD + 1, fixedMills, perKg)
        if (mills > cMills || words[at + CHEAPEST_WORD]! >>> 16 === NO_ARRIVAL) continue
        if (mills === cMills && !this.comesFirst(p, cPlace, mills, perKg)) continue
        cPlace = p
        cMills = mills
      }
      this.win(this.early, g, ePlace, eMills, perKg, EARLIEST_WORD, MOST_EARLIEST)
      this.win(this.cheap, g, cPlace, cMills, perKg, CHEAPEST_WORD, MOST_CHEAPEST)
    }
    return isWhole
  }

  private isAmong(pair: number, first: number, end: number): boolean {
    for (let p = first; p < end; p++) if (this.pairs[p] === pair) return true
    return false
  }

  /** Writes the winning place of a request with its candidate. */
  private win(
    winners: Winners,
    g: number,
    place: number,
    mills: number,
    perKg: number,
    first: number,
    room: number,
  ): void {
    winners.place[g] = place
    if (place < 0) return
    const { words } = this.view.front
    const pair = this.pairs[place]!
    const word = this.candidate(pair, mills, perKg, first, room)
    winners.leg[g] = ENTRY_LEGS * pair + 2 * (word - ENTRY_WORDS * pair - CHEAPEST_WORD)
    winners.route[g] = words[word]! & 0xffff
    winners.arrive[g] = words[word]! >>> 16
    winners.mills[g] = mills
  }

  /** Word of the candidate of an entry that costs `mills`: the first to arrive, then the first route. */
  private candidate(
    pair: number,
    mills: number,
    perKg: number,
    first: number,
    room: number,
  ): number {
    const { front, set } = this.view
    const { words } = front
    const start = ENTRY_WORDS * pair + first
    let best = -1
    for (let word = start; word < start + 2 * room; word += 2) {
      if (millsOf(words[word + 1]!, set.costSteps.fixedMills, perKg) !== mills) continue
      if (best < 0 || arrivesBefore(words[word]!, words[best]!)) best = word
    }
    return best
  }

  /** Of two places of equal cost: whether the first arrives before, or is the lower pair. */
  private comesFirst(p: number, than: number, mills: number, perKg: number): boolean {
    if (than < 0) return true
    const { words } = this.view.front
    const arrivalAt = (place: number) =>
      words[this.candidate(this.pairs[place]!, mills, perKg, CHEAPEST_WORD, MOST_CHEAPEST)]! >>> 16
    const [a, b] = [arrivalAt(p), arrivalAt(than)]
    return a < b || (a === b && this.pairs[p]! < this.pairs[than]!)
  }

  /** Asks for the legs of the best of each request. */
  private touchLegs(count: number): void {
    const { legs } = this.view.front
    const { early, cheap } = this
    let touched = 0
    for (let g = 0; g < count; g++) {
      touched ^= legs[Math.max(0, early.leg[g]!)]! ^ legs[Math.max(0, cheap.leg[g]!)]!
    }
    this.touched ^= touched
  }

  /** Takes the best whose departures have room at no extra price, and looks further for others. */
  private settle(batch: PromiseBatch, from: number, start: number, stop: number): void {
    const { early, cheap, units, kilos, placeFrom, pairs, settler, price } = this
    const { front, set } = this.view
    const { legs } = front
    const { baseMinute } = set
    const sites = set.siteIds.length
    for (let g = start; g < stop; g++) {
      const i = from + g
      if (early.place[g]! >= 0 && price(legs, early.leg[g]!, units[g]!) !== 0) {
        settler.earliest(early, g, placeFrom[g]!, placeFrom[g + 1]!, units[g]!, kilos[g]!)
      }
      if (early.place[g]! < 0) {
        batch.code[i] = UNDECIDED
        continue
      }
      if (cheap.place[g]! >= 0 && price(legs, cheap.leg[g]!, units[g]!) !== 0) {
        settler.cheapest(cheap, g, placeFrom[g]!, placeFrom[g + 1]!, units[g]!, kilos[g]!)
      }
      // What cannot come within the window comes at all: the earliest is the cheapest then.
      const best = cheap.place[g]! < 0 ? early : cheap
      const first = sites * batch.area[i]!
      batch.code[i] = OFFERED
      batch.earliestSite[i] = pairs[early.place[g]!]! - first
      batch.earliestRoute[i] = early.route[g]!
      batch.earliestArriveBy[i] = baseMinute + early.arrive[g]!
      batch.earliestMills[i] = early.mills[g]!
      batch.cheapestSite[i] = pairs[best.place[g]!]! - first
      batch.cheapestRoute[i] = best.route[g]!
      batch.cheapestArriveBy[i] = baseMinute + best.arrive[g]!
      batch.cheapestMills[i] = best.mills[g]!
    }
  }
}

/** The least mills of the four candidates whose costs stand from word `at` on. */
function least(words: Int32Array, at: number, fixedMills: number, perKg: number): number {
  const a = millsOf(words[at]!, fixedMills, perKg)
  const b = millsOf(words[at + 2]!, fixedMills, perKg)
  const c = millsOf(words[at + 4]!, fixedMills, perKg)
  const d = millsOf(words[at + 6]!, fixedMills, perKg)
  const ab = a < b ? a : b
  const cd = c < d ? c : d
  return ab < cd ? ab : cd
}

/** Whether a candidate of the same pair arrives before another, or is the lower route. */
function arrivesBefore(word: number, than: number): boolean {
  const [a, b] = [word >>> 16, than >>> 16]
  return a < b || (a === b && (word & 0xffff) < (than & 0xffff))
}

/** First word of the book's row for a minute; −1 where it has none. */
function rowOf({ startMinute, hours, sites }: HandlingRoom, now: number): number {
  const hour = Math.floor((now - startMinute) / HOUR)
  return hour >= 0 && hour < hours ? hour * sites : -1
}
