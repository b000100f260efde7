import { HandSet } from './hand-set.ts'
import type { RegionPrices } from './knobs.ts'
import type { DenseLimits } from './limits.ts'
import { milesFromAnywhere } from './measure.ts'
import { type Reach, reachOf, wholeShareAt } from './order-model.ts'
import { emptyTables, fillTables, type ServiceTables } from './service-tables.ts'
import type { RegionPlan, RegionProblem } from './types.ts'

/** Price of a violation as large as a region, in regions served wholly from outside. */
const VIOLATION_PRICE = 30
/** Least size of a violation, so that none is too small to matter. */
const LEAST_VIOLATION = 0.002
/** Sums of demand that meet a band exactly may miss it by rounding. */
const ROUNDING = 1e-9

/**
 * A partition under change: cost and violations are kept up to date as areas move. Moving an area
 * without a site costs two look-ups on the curves of the order model; one with a site makes the
 * tables of its two regions anew. `measurePlan` is its plain form.
 */
export class PartitionState {
  readonly problem: RegionProblem
  readonly limits: DenseLimits
  readonly prices: RegionPrices
  readonly areaRegion: Int32Array
  readonly handSet: HandSet
  /** Sums by region; `miles` and `inTime` are weighted by orders a day. */
  readonly areas: Int32Array
  readonly demand: Float64Array
  readonly capacity: Float64Array
  readonly #stocked: Int32Array
  readonly #miles: Float64Array
  readonly #inTime: Float64Array
  readonly #outside: Float64Array
  readonly #unreached: Int32Array
  readonly #cost: Float64Array
  readonly #broken: Float64Array
  readonly #tables: ServiceTables
  readonly #outsideCents: Float64Array
  readonly #sitesAt: ReadonlyMap<number, readonly number[]>
  readonly #violationCents: number
  readonly #reach: Reach = { knot: 0, part: 0 }

  /** Every area in region 0 until `load`. */
  constructor(problem: RegionProblem, limits: DenseLimits, prices: RegionPrices) {
    const k = limits.regions
    const n = problem.demand.length
    this.problem = problem
    this.limits = limits
    this.prices = prices
    this.areaRegion = new Int32Array(n)
    this.handSet = new HandSet(limits)
    this.areas = new Int32Array(k)
    this.demand = new Float64Array(k)
    this.capacity = new Float64Array(k)
    this.#stocked = new Int32Array(k)
    this.#miles = new Float64Array(k)
    this.#inTime = new Float64Array(k)
    this.#outside = new Float64Array(k)
    this.#unreached = new Int32Array(k)
    this.#cost = new Float64Array(k)
    this.#broken = new Float64Array(k)
    this.#tables = emptyTables(k, n)
    const outside = milesFromAnywhere(problem)
    this.#outsideCents = outside.map((m) => prices.splitCents + prices.mileCents * m)
    this.#sitesAt = sitesByArea(problem)
    this.#violationCents = violationPrice(problem, prices, k)
  }

  /** Cents a day, with the price of moves and of violations. */
  cost(): number {
    let sum = this.limits.moveCents * this.handSet.moved + this.#violationCents * this.violation()
    for (let r = 0; r < this.#cost.length; r++) sum += this.#cost[r]!
    return sum
  }

  /** How far limits are broken, in whole regions; 0 when all are kept. */
  violation(): number {
    let sum = this.#handViolation(this.handSet.broken)
    for (let r = 0; r < this.#broken.length; r++) sum += this.#broken[r]!
    return sum
  }

  /** Change of cost if `area` went to `to`; leaves the state as it is. */
  delta(area: number, to: number): number {
    const from = this.areaRegion[area]!
    if (from === to) return 0
    if (this.#sitesAt.has(area)) {
      const before = this.cost()
      this.move(area, to)
      const after = this.cost()
      this.move(area, from)
      return after - before
    }
    return (
      this.#sideDelta(from, area, -1) + this.#sideDelta(to, area, 1) + this.#handDelta(area, to)
    )
  }

  move(area: number, to: number): void {
    const from = this.areaRegion[area]!
    if (from === to) return
    this.handSet.move(area, to, this.areaRegion)
    this.areaRegion[area] = to
    if (this.#sitesAt.has(area)) {
      this.#rebuild(from)
      this.#rebuild(to)
      return
    }
    this.#add(from, area, -1)
    this.#add(to, area, 1)
    this.#refresh(from)
    this.#refresh(to)
  }

  /** Sets the regions of all areas. */
  load(areaRegion: Int32Array): void {
    this.areaRegion.set(areaRegion)
    for (let r = 0; r < this.limits.regions; r++) this.#rebuild(r)
    this.handSet.recount(this.areaRegion)
  }

  /** The same where only areas of regions `one` and `two` changed sides. */
  reassign(areaRegion: Int32Array, one: number, two: number): void {
    this.areaRegion.set(areaRegion)
    this.#rebuild(one)
    this.#rebuild(two)
    this.handSet.recount(this.areaRegion)
  }

  #rebuild(r: number): void {
    const sites: number[] = []
    for (const [a, here] of this.#sitesAt) if (this.areaRegion[a] === r) sites.push(...here)
    sites.sort((x, y) => x - y)
    fillTables(this.#tables, r, sites, this.problem, this.prices, this.limits)
    this.#stocked[r] = sites.length
    this.capacity[r] = sites.reduce((sum, s) => sum + this.problem.capacityM3[s]!, 0)
    for (const sums of [this.areas, this.demand, this.#miles, this.#inTime]) sums[r] = 0
    this.#outside[r] = 0
    this.#unreached[r] = 0
    for (let a = 0; a < this.areaRegion.length; a++)
      if (this.areaRegion[a] === r) this.#add(r, a, 1)
    this.#refresh(r)
  }

  #add(r: number, a: number, sign: number): void {
    const d = sign * this.problem.demand[a]!
    const at = r * this.areaRegion.length + a
    this.areas[r]! += sign
    this.demand[r]! += d
    this.#miles[r]! += d * this.#tables.miles[at]!
    this.#inTime[r]! += d * this.#tables.inTime[at]!
    this.#outside[r]! += d * this.#outsideCents[a]!
    this.#unreached[r]! += sign * this.#tables.unreached[at]!
  }

  #refresh(r: number): void {
    const demand = this.demand[r]!
    const lanes = this.#stocked[r]! * this.areas[r]!
    const capacity = this.capacity[r]!
    this.#cost[r] = this.#regionCost(
      demand,
      capacity,
      this.#miles[r]!,
      this.#inTime[r]!,
      this.#outside[r]!,
      lanes,
    )
    this.#broken[r] = this.#brokenBy(demand, capacity, this.#unreached[r]!)
  }

  /** Cents a day of a region without penalties; see `measureRegion`. */
  #regionCost(
    demand: number,
    capacity: number,
    miles: number,
    inTime: number,
    outside: number,
    lanes: number,
  ): number {
    const { orders } = this.problem
    const { mileCents, laneCents, slowCents } = this.prices
    reachOf(orders, Math.max(demand, 0), capacity, this.#reach)
    const whole = wholeShareAt(orders, this.#reach, demand)
    const late = demand - whole * inTime
    return mileCents * miles + laneCents * lanes + (1 - whole) * outside + slowCents * late
  }

  #brokenBy(demand: number, capacity: number, unreached: number): number {
    const { limits } = this
    let broken = unreached > 0 ? unreached / this.areaRegion.length + LEAST_VIOLATION : 0
    const off = Math.max(demand - limits.demandHigh, limits.demandLow - demand) / limits.meanDemand
    if (off > ROUNDING) broken += off + LEAST_VIOLATION
    const room = Math.max(limits.capacityPerOrder * demand, limits.carryM3(demand))
    const short = (room - capacity) / limits.meanCapacity
    if (short > ROUNDING) broken += short + LEAST_VIOLATION
    return broken
  }

  #handViolation(count: number): number {
    return count * (this.limits.regions / this.areaRegion.length + LEAST_VIOLATION)
  }

  #handDelta(area: number, to: number): number {
    const { handSet } = this
    const { moved, pairs, places, broken } = handSet
    handSet.move(area, to, this.areaRegion)
    const change =
      this.limits.moveCents * (handSet.moved - moved) +
      this.#violationCents * (this.#handViolation(handSet.broken) - this.#handViolation(broken))
    handSet.moved = moved
    handSet.pairs = pairs
    handSet.places = places
    return change
  }

  #sideDelta(r: number, a: number, sign: number): number {
    const at = r * this.areaRegion.length + a
    const d = sign * this.problem.demand[a]!
    const demand = this.demand[r]! + d
    const capacity = this.capacity[r]!
    const after = this.#regionCost(
      demand,
      capacity,
      this.#miles[r]! + d * this.#tables.miles[at]!,
      this.#inTime[r]! + d * this.#tables.inTime[at]!,
      this.#outside[r]! + d * this.#outsideCents[a]!,
      this.#stocked[r]! * (this.areas[r]! + sign),
    )
    const unreached = this.#unreached[r]! + sign * this.#tables.unreached[at]!
    const broken = this.#brokenBy(demand, capacity, unreached) - this.#broken[r]!
    return after - this.#cost[r]! + this.#violationCents * broken
  }
}

/** Sites that hold stock, by the area in which they lie; areas ascending. */
function sitesByArea({ siteArea, capacityM3 }: RegionProblem): Map<number, readonly number[]> {
  const by = new Map<number, number[]>()
  const sites = Array.from(siteArea, (area, site) => ({ area, site }))
  sites.sort((a, b) => a.area - b.area || a.site - b.site)
  for (const { area, site } of sites) {
    if (!(capacityM3[site]! > 0)) continue
    const here = by.get(area)
    if (here === undefined) by.set(area, [site])
    else here.push(site)
  }
  return by
}

/** Cents a day for a violation of one region's size. */
function violationPrice(problem: RegionProblem, prices: RegionPrices, regions: number): number {
  const orders = problem.demand.reduce((sum, d) => sum + d, 0)
  const cents = prices.splitCents + prices.slowCents + prices.mileCents * 500 + 1
  return (VIOLATION_PRICE * orders * cents) / regions
}

/** The plan that a state holds. */
export function planOf(state: PartitionState): RegionPlan {
  const areaRegion = state.areaRegion.slice()
  const siteRegion = state.problem.siteArea.map((a) => areaRegion[a]!)
  return { regions: state.limits.regions, areaRegion, siteRegion }
}
