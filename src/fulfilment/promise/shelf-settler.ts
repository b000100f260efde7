import {
  FIXED_BITS,
  MOST_FIXED_STEPS,
  MOST_LEGS,
  type Pricing,
  type RouteSet,
} from '../../core/routes/door.ts'
import {
  CHEAPEST_WORD,
  ENTRY_LEGS,
  ENTRY_WORDS,
  type Front,
  MOST_CHEAPEST,
  MOST_EARLIEST,
  NO_ARRIVAL,
} from './front.ts'
import type { PromiseSettings } from './knobs.ts'
import type { PairScan } from './pair-scan.ts'

/** Requests whose memory is asked for together. */
export const GROUP = 32
/** Places of one group's sites; a group is cut short when they are used up. */
export const PLACES = 4096
/** What the fast path reads; one for a set and a chance. */
export interface ShelfView {
  readonly set: RouteSet
  readonly setSites: Int32Array
  readonly front: Front
  readonly scan: PairScan
}

/** The best that was found for each request of a group, by one of the two measures. */
export class Winners {
  /** Place, −1 where there is none; where its legs stand in the front; its route. */
  readonly place = new Int32Array(GROUP)
  readonly leg = new Int32Array(GROUP)
  readonly route = new Int32Array(GROUP)
  readonly arrive = new Int32Array(GROUP)
  readonly mills = new Float64Array(GROUP)
}

/** Mills of a candidate by the word of its costs. */
export function millsOf(costs: number, fixedMills: number, perKg: number): number {
  return (costs & MOST_FIXED_STEPS) * fixedMills + (costs >>> FIXED_BITS) * perKg
}

/**
 * Looks at the places of one request one after another, in the order of their bounds, until the best
 * is no bound any more. Taken where the best by the entries meets a full or filling departure.
 */
export class Settler {
  private readonly view: ShelfView
  private readonly settings: PromiseSettings
  private readonly price: Pricing
  private readonly pairs: Int32Array
  private readonly froms: Int32Array
  // By place.
  private readonly route = new Int32Array(PLACES)
  private readonly arrive = new Float64Array(PLACES)
  private readonly mills = new Float64Array(PLACES)
  /** Where the legs stand in the front; −1 where the place is scanned. */
  private readonly leg = new Int32Array(PLACES)

  constructor(
    view: ShelfView,
    settings: PromiseSettings,
    price: Pricing,
    pairs: Int32Array,
    froms: Int32Array,
  ) {
    this.view = view
    this.settings = settings
    this.price = price
    this.pairs = pairs
    this.froms = froms
  }

  earliest(out: Winners, g: number, first: number, end: number, units: number, kg: number): void {
    for (let p = first; p < end; p++) this.bound(p, kg, true)
    const { scan } = this.view
    this.search(out, g, first, end, units, this.arrive, this.mills, (p) =>
      scan.earliest(this.pairs[p]!, this.froms[p]!, units, kg),
    )
  }

  cheapest(out: Winners, g: number, first: number, end: number, units: number, kg: number): void {
    for (let p = first; p < end; p++) this.bound(p, kg, false)
    const { scan } = this.view
    const { windowMinutes } = this.settings
    this.search(out, g, first, end, units, this.mills, this.arrive, (p) =>
      scan.cheapest(this.pairs[p]!, this.froms[p]!, this.froms[p]! + windowMinutes, units, kg),
    )
  }

  private search(
    out: Winners,
    g: number,
    first: number,
    end: number,
    units: number,
    measure: Float64Array,
    tie: Float64Array,
    scanAt: (place: number) => number,
  ): void {
    const { found } = this.view.scan
    for (;;) {
      const best = this.best(first, end, measure, tie)
      const leg = best < 0 ? -1 : this.leg[best]!
      if (leg < 0 || this.price(this.view.front.legs, leg, units) === 0) {
        out.place[g] = best
        if (best < 0) return
        out.route[g] = this.route[best]!
        out.arrive[g] = this.arrive[best]!
        out.mills[g] = this.mills[best]!
        return
      }
      this.leg[best] = -1
      this.route[best] = scanAt(best)
      this.arrive[best] = found.arriveBy
      this.mills[best] = found.mills
    }
  }

  private best(first: number, end: number, measure: Float64Array, tie: Float64Array): number {
    let best = -1
    for (let p = first; p < end; p++) {
      if (this.route[p]! < 0) continue
      const isBetter =
        best < 0 ||
        measure[p]! < measure[best]! ||
        (measure[p] === measure[best] &&
          (tie[p]! < tie[best]! || (tie[p] === tie[best] && this.pairs[p]! < this.pairs[best]!)))
      if (isBetter) best = p
    }
    return best
  }

  /** The best candidate of a place's entry, by arrival or by cost. */
  private bound(p: number, kg: number, isEarly: boolean): void {
    const { front, set } = this.view
    const pair = this.pairs[p]!
    const first = ENTRY_WORDS * pair
    const perKg = set.costSteps.perKgMills * kg
    const from = isEarly ? MOST_CHEAPEST : 0
    const end = isEarly ? MOST_CHEAPEST + MOST_EARLIEST : MOST_CHEAPEST
    this.route[p] = -1
    for (let c = from; c < end; c++) {
      const word = first + CHEAPEST_WORD + 2 * c
      const arrive = front.words[word]! >>> 16
      if (arrive === NO_ARRIVAL) continue
      const mills = millsOf(front.words[word + 1]!, set.costSteps.fixedMills, perKg)
      const route = front.words[word]! & 0xffff
      const isBetter =
        this.route[p]! < 0 ||
        mills < this.mills[p]! ||
        (mills === this.mills[p] &&
          (arrive < this.arrive[p]! || (arrive === this.arrive[p] && route < this.route[p]!)))
      if (!isBetter) continue
      this.route[p] = route
      this.arrive[p] = arrive
      this.mills[p] = mills
      this.leg[p] = ENTRY_LEGS * pair + MOST_LEGS * c
    }
  }
}
