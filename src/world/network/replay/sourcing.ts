import { greatCircleKm } from '../../../core/great-circle.ts'
import { MOST_LINES, type NetworkPolicy, type NetworkWorld } from './input.ts'
import type { RouteTable } from './router.ts'

/** Chooses the centres that ship an order, from what is on hand. */
export interface Sourcing {
  /** On hand, product × centre; the caller takes out what is shipped. */
  readonly onHand: Int32Array
  /** Picks of the order last sourced: line of the order, centre and units. */
  readonly pickLine: Int32Array
  readonly pickCentre: Int32Array
  readonly pickUnits: Int32Array
  /** Sources an order by its index; returns the number of picks. */
  source(order: number): number
}

/** Great-circle km from each centre to each area, row-major area × centre. */
export function centreKm({ network, centres }: NetworkWorld): Float64Array {
  const { areas, sites } = network
  const count = centres.length
  const km = new Float64Array(areas.ids.length * count)
  for (let area = 0; area < areas.ids.length; area++) {
    for (let c = 0; c < count; c++) {
      const site = centres[c]!
      km[area * count + c] = greatCircleKm(
        areas.lat[area]!,
        areas.lon[area]!,
        sites.lat[site]!,
        sites.lon[site]!,
      )
    }
  }
  return km
}

/**
 * Centres that reach each area, nearest first, those of the area's own region (where the policy has
 * regions) before all others: `ranked[area · centres + i]` for i < `reach[area]`, the first
 * `inside[area]` of them in the region.
 */
export interface Ranking {
  readonly ranked: Int32Array
  readonly reach: Int32Array
  readonly inside: Int32Array
}

/** Ranks the centres for every area; see Ranking. */
export function rankCentres(
  { network, centres }: NetworkWorld,
  policy: NetworkPolicy,
  routes: RouteTable,
  km: Float64Array,
): Ranking {
  const areas = network.areas.ids.length
  const count = centres.length
  const ranked = new Int32Array(areas * count)
  const reach = new Int32Array(areas)
  const inside = new Int32Array(areas)
  for (let area = 0; area < areas; area++) {
    const isInside = (c: number) =>
      policy.regions !== undefined &&
      policy.regions.siteRegion[centres[c]!] === policy.regions.areaRegion[area]
    const list = Array.from(centres, (_, c) => c).filter(
      (c) => routes.starts[c * areas + area + 1]! > routes.starts[c * areas + area]!,
    )
    list.sort(
      (a, b) =>
        Number(isInside(b)) - Number(isInside(a)) ||
        km[area * count + a]! - km[area * count + b]! ||
        a - b,
    )
    ranked.set(list, area * count)
    reach[area] = list.length
    inside[area] = list.filter(isInside).length
  }
  return { ranked, reach, inside }
}

/**
 * Sourcing on typed arrays. In the region where it can fill the whole order, else in the whole
 * country, lines that some centre has in full go the cheapest of three ways: all from the nearest
 * centre that has all; centre after centre that has most of what is left, nearer first on ties; each
 * from the nearest that has it. A way costs `splitCents` a parcel and `kmCents` a great-circle km.
 * Lines that no one centre has in full are then picked together: from centres of the order first,
 * else where most of the missing units lie, nearer first on ties. What nobody has is left out.
 */
export function createSourcing(
  world: NetworkWorld,
  policy: NetworkPolicy,
  ranking: Ranking,
  km: Float64Array,
): Sourcing {
  return new FastSourcing(world, policy, ranking, km)
}

class FastSourcing implements Sourcing {
  readonly onHand: Int32Array
  readonly pickLine: Int32Array
  readonly pickCentre: Int32Array
  readonly pickUnits: Int32Array
  readonly #world: NetworkWorld
  readonly #ranking: Ranking
  readonly #km: Float64Array
  readonly #count: number
  /** Centre of each line, tried and best so far; −1 for none. */
  readonly #trial = new Int32Array(MOST_LINES)
  readonly #best = new Int32Array(MOST_LINES)
  /** Units of each line that the ranked centres looked at have, at most what is asked. */
  readonly #found = new Int32Array(MOST_LINES)
  /** Lines that each ranked centre has in full. */
  readonly #masks: Int32Array
  readonly #isUsed: Uint8Array
  #base = 0
  #area = 0
  #lines = 0
  #first = 0

  constructor(world: NetworkWorld, policy: NetworkPolicy, ranking: Ranking, km: Float64Array) {
    this.#world = world
    this.#ranking = ranking
    this.#km = km
    this.#count = world.centres.length
    this.onHand = Int32Array.from(policy.baseStock)
    this.#masks = new Int32Array(this.#count)
    this.#isUsed = new Uint8Array(this.#count)
    const most = MOST_LINES * this.#count
    this.pickLine = new Int32Array(most)
    this.pickCentre = new Int32Array(most)
    this.pickUnits = new Int32Array(most)
  }

  source(order: number): number {
    const { orders } = this.#world
    const { inside, reach } = this.#ranking
    this.#first = orders.starts[order]!
    this.#lines = orders.starts[order + 1]! - this.#first
    this.#area = orders.area[order]!
    this.#base = this.#area * this.#count
    this.#found.fill(0, 0, this.#lines)
    let n = inside[this.#area]!
    let need = this.#lookUp(0, n)
    if (!this.#hasAll()) {
      need |= this.#lookUp(n, reach[this.#area]!)
      n = reach[this.#area]!
    }
    this.#choose(need, n)
    let picks = 0
    for (let l = 0; l < this.#lines; l++) {
      if (this.#best[l]! >= 0) picks = this.#pick(picks, l, this.#best[l]!, this.#asked(l))
    }
    for (let l = 0; l < this.#lines; l++) {
      if (this.#best[l]! < 0 && this.#found[l]! > 0) picks = this.#pickTogether(picks, l, n)
    }
    return picks
  }

  #asked(l: number): number {
    return this.#world.orders.quantity[this.#first + l]!
  }

  #cell(l: number, i: number): number {
    const product = this.#world.orders.product[this.#first + l]!
    return product * this.#count + this.#ranking.ranked[this.#base + i]!
  }

  /** Fills the masks of ranked centres from … to − 1; returns lines that any of them has in full. */
  #lookUp(from: number, to: number): number {
    const { ranked } = this.#ranking
    const { product, quantity } = this.#world.orders
    this.#masks.fill(0, from, to)
    let any = 0
    for (let l = 0; l < this.#lines; l++) {
      const row = product[this.#first + l]! * this.#count
      const asked = quantity[this.#first + l]!
      let found = this.#found[l]!
      for (let i = from; i < to; i++) {
        const units = this.onHand[row + ranked[this.#base + i]!]!
        if (units >= asked) {
          this.#masks[i]! |= 1 << l
          any |= 1 << l
          found = asked
        } else found = Math.min(asked, found + units)
      }
      this.#found[l] = found
    }
    return any
  }

  #hasAll(): boolean {
    for (let l = 0; l < this.#lines; l++) if (this.#found[l]! < this.#asked(l)) return false
    return true
  }

  /** Puts the cheapest way for the lines of `need` among the first n ranked centres into best. */
  #choose(need: number, n: number): void {
    this.#trial.fill(-1, 0, this.#lines)
    this.#best.fill(-1, 0, this.#lines)
    if (need === 0) return
    let least = Number.POSITIVE_INFINITY
    if (this.#wholeFrom(need, n)) least = this.#keep(least)
    if (this.#lines === 1) return
    this.#mostFirst(need, n)
    least = this.#keep(least)
    this.#eachNearest(need, n)
    this.#keep(least)
  }

  /** Makes the trial the best where it is cheaper than `least`; returns the lower cost. */
  #keep(least: number): number {
    const { params } = this.#world
    let cost = 0
    for (let l = 0; l < this.#lines; l++) {
      const c = this.#trial[l]!
      if (c < 0 || this.#isUsed[c] === 1) continue
      this.#isUsed[c] = 1
      cost += params.splitCents + params.kmCents * this.#km[this.#base + c]!
    }
    for (let l = 0; l < this.#lines; l++)
      if (this.#trial[l]! >= 0) this.#isUsed[this.#trial[l]!] = 0
    if (cost >= least) return least
    for (let l = 0; l < this.#lines; l++) this.#best[l] = this.#trial[l]!
    return cost
  }

  #assign(mask: number, i: number): void {
    const centre = this.#ranking.ranked[this.#base + i]!
    for (let l = 0; l < this.#lines; l++) if ((mask & (1 << l)) !== 0) this.#trial[l] = centre
  }

  #wholeFrom(need: number, n: number): boolean {
    for (let i = 0; i < n; i++) {
      if (this.#masks[i] !== need) continue
      this.#assign(need, i)
      return true
    }
    return false
  }

  #mostFirst(need: number, n: number): void {
    for (let left = need; left !== 0; ) {
      let most = 0
      let at = -1
      for (let i = 0; i < n; i++) {
        const has = bitsIn(this.#masks[i]! & left)
        if (has > most) {
          most = has
          at = i
        }
      }
      const taken = this.#masks[at]! & left
      this.#assign(taken, at)
      left &= ~taken
    }
  }

  #eachNearest(need: number, n: number): void {
    let left = need
    for (let i = 0; i < n && left !== 0; i++) {
      const taken = this.#masks[i]! & left
      if (taken === 0) continue
      this.#assign(taken, i)
      left &= ~taken
    }
  }

  #pick(picks: number, line: number, centre: number, units: number): number {
    this.pickLine[picks] = line
    this.pickCentre[picks] = centre
    this.pickUnits[picks] = units
    return picks + 1
  }

  /** Picks a line from several centres: the order's own first, then where most is, nearer on ties. */
  #pickTogether(from: number, l: number, n: number): number {
    const { ranked } = this.#ranking
    let picks = from
    let left = this.#found[l]!
    for (let pick = 0; pick < picks; pick++) this.#isUsed[this.pickCentre[pick]!] = 1
    const own = picks
    while (left > 0) {
      let most = 0
      let at = -1
      for (let i = 0; i < n; i++) {
        const centre = ranked[this.#base + i]!
        if (this.#isPicked(own, picks, centre)) continue
        const units = Math.min(left, this.onHand[this.#cell(l, i)]!)
        const worth = units > 0 && this.#isUsed[centre] === 1 ? units + left : units
        if (worth > most) {
          most = worth
          at = i
        }
      }
      const units = Math.min(left, this.onHand[this.#cell(l, at)]!)
      picks = this.#pick(picks, l, ranked[this.#base + at]!, units)
      left -= units
    }
    for (let pick = 0; pick < picks; pick++) this.#isUsed[this.pickCentre[pick]!] = 0
    return picks
  }

  #isPicked(from: number, to: number, centre: number): boolean {
    for (let pick = from; pick < to; pick++) if (this.pickCentre[pick] === centre) return true
    return false
  }
}

function bitsIn(mask: number): number {
  let bits = 0
  for (let left = mask; left !== 0; left &= left - 1) bits++
  return bits
}
