import { greatCircleKm } from '../../../core/great-circle.ts'
import { MOST_LINES, type NetworkPolicy, type NetworkWorld } from './input.ts'
import type { RouteTable } from './router.ts'

/** Chooses the centres that ship an order, from what is on hand. */
export interface Sourcing {
  /** On hand, product × centre; the caller takes out what is shipped. */
  readonly onHand: Int32Array
  /** Centre of each line of the order last sourced, by line of the order; −1: nobody has it. */
  readonly lineCentre: Int32Array
  /** Sources an order by its index; returns the number of parcels. */
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
 * country, the cheapest of three ways: the nearest centre that has all; centre after centre that has
 * most of what is left, nearer first on ties; each line from the nearest that has it. A way costs
 * `splitCents` a parcel and `kmCents` a great-circle km. Lines that nobody has in full are left out.
 */
export function createSourcing(
  world: NetworkWorld,
  policy: NetworkPolicy,
  { ranked, reach, inside }: Ranking,
  km: Float64Array,
): Sourcing {
  const { orders, params, centres } = world
  const count = centres.length
  const onHand = Int32Array.from(policy.baseStock)
  const lineCentre = new Int32Array(MOST_LINES).fill(-1)
  const best = new Int32Array(MOST_LINES)
  const trial = new Int32Array(MOST_LINES)
  const masks = new Int32Array(count)
  const isUsed = new Uint8Array(count)

  /** Fills masks[0 … n) and returns which lines any of the first n ranked centres has. */
  const lookUp = (order: number, base: number, from: number, n: number): number => {
    const first = orders.starts[order]!
    const lines = orders.starts[order + 1]! - first
    masks.fill(0, from, n)
    let any = 0
    for (let l = 0; l < lines; l++) {
      const row = orders.product[first + l]! * count
      const quantity = orders.quantity[first + l]!
      for (let i = from; i < n; i++) {
        if (onHand[row + ranked[base + i]!]! >= quantity) masks[i]! |= 1 << l
      }
    }
    for (let i = from; i < n; i++) any |= masks[i]!
    return any
  }

  /** Cost of the trial's parcels. */
  const costOf = (lines: number, area: number): number => {
    let cost = 0
    for (let l = 0; l < lines; l++) {
      const c = trial[l]!
      if (c < 0 || isUsed[c] === 1) continue
      isUsed[c] = 1
      cost += params.splitCents + params.kmCents * km[area * count + c]!
    }
    for (let l = 0; l < lines; l++) if (trial[l]! >= 0) isUsed[trial[l]!] = 0
    return cost
  }

  const assign = (mask: number, centre: number, lines: number): void => {
    for (let l = 0; l < lines; l++) if ((mask & (1 << l)) !== 0) trial[l] = centre
  }

  /** Puts the trial into `best` where it is cheaper than `least`; returns the lower cost. */
  const keep = (least: number, lines: number, area: number): number => {
    const cost = costOf(lines, area)
    if (cost >= least) return least
    for (let l = 0; l < lines; l++) best[l] = trial[l]!
    return cost
  }

  const wholeFrom = (need: number, base: number, n: number, lines: number): boolean => {
    for (let i = 0; i < n; i++) {
      if (masks[i] !== need) continue
      assign(need, ranked[base + i]!, lines)
      return true
    }
    return false
  }

  const mostFirst = (need: number, base: number, n: number, lines: number): void => {
    for (let left = need; left !== 0; ) {
      let most = 0
      let at = -1
      for (let i = 0; i < n; i++) {
        const has = bitsIn(masks[i]! & left)
        if (has > most) {
          most = has
          at = i
        }
      }
      const taken = masks[at]! & left
      assign(taken, ranked[base + at]!, lines)
      left &= ~taken
    }
  }

  const eachNearest = (need: number, base: number, n: number, lines: number): void => {
    let left = need
    for (let i = 0; i < n && left !== 0; i++) {
      const taken = masks[i]! & left
      if (taken === 0) continue
      assign(taken, ranked[base + i]!, lines)
      left &= ~taken
    }
  }

  return {
    onHand,
    lineCentre,
    source(order) {
      const area = orders.area[order]!
      const lines = orders.starts[order + 1]! - orders.starts[order]!
      const base = area * count
      const all = 2 ** lines - 1
      let n = inside[area]!
      let need = lookUp(order, base, 0, n)
      if (need !== all) {
        need |= lookUp(order, base, n, reach[area]!)
        n = reach[area]!
      }
      trial.fill(-1, 0, lines)
      best.fill(-1, 0, lines)
      let least = Number.POSITIVE_INFINITY
      if (wholeFrom(need, base, n, lines)) least = keep(least, lines, area)
      if (lines > 1) {
        mostFirst(need, base, n, lines)
        least = keep(least, lines, area)
        eachNearest(need, base, n, lines)
        keep(least, lines, area)
      }
      let parcels = 0
      for (let l = 0; l < lines; l++) {
        lineCentre[l] = best[l]!
        let isNew = best[l]! >= 0
        for (let other = 0; other < l; other++) isNew &&= best[other] !== best[l]
        if (isNew) parcels++
      }
      return parcels
    },
  }
}

function bitsIn(mask: number): number {
  let bits = 0
  for (let left = mask; left !== 0; left &= left - 1) bits++
  return bits
}
