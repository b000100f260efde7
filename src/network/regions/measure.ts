import type { RegionPrices } from './knobs.ts'
import { atReach, lineShareAt, type Reach, reachOf, wholeShareAt } from './order-model.ts'
import type { PlanMeasures, RegionMeasures, RegionPlan, RegionProblem } from './types.ts'

/** What a plan gives, computed afresh from its definition: the plain form of `state.ts`. */
export function measurePlan(
  problem: RegionProblem,
  plan: RegionPlan,
  prices: RegionPrices,
): PlanMeasures {
  const outside = milesFromAnywhere(problem)
  const byRegion = Array.from({ length: plan.regions }, (_, r) =>
    measureRegion(problem, plan, prices, outside, r),
  )
  return { total: totalOf(byRegion), byRegion }
}

/** Mean miles to each area from all sites that reach it, weighted by their room. */
export function milesFromAnywhere({ miles, capacityM3, demand }: RegionProblem): Float64Array {
  const n = demand.length
  return Float64Array.from({ length: n }, (_, a) => {
    let room = 0
    let sum = 0
    for (let s = 0; s < capacityM3.length; s++) {
      const way = miles[s * n + a]!
      if (!(capacityM3[s]! > 0) || way === Infinity) continue
      room += capacityM3[s]!
      sum += capacityM3[s]! * way
    }
    return room > 0 ? sum / room : 0
  })
}

/** How one area is served from some sites. */
export interface Service {
  /** Miles of the mean parcel; Infinity where no site reaches. */
  readonly miles: number
  readonly nearestMiles: number
  /** Share of parcels in time. */
  readonly inTime: number
}

/**
 * Service of an area from `sites`: the share 1 − ρ of parcels comes from the nearest of them, the
 * share ρ (`spreadShare`) from any, by room.
 */
export function serviceOf(
  problem: RegionProblem,
  prices: RegionPrices,
  sites: readonly number[],
  area: number,
): Service {
  const { miles, days, capacityM3, demand } = problem
  let nearest = Infinity
  let nearestDays = Infinity
  let room = 0
  let milesSum = 0
  let timely = 0
  for (const s of sites) {
    const way = miles[s * demand.length + area]!
    if (!(capacityM3[s]! > 0) || way === Infinity) continue
    const dayCount = days[s * demand.length + area]!
    if (way < nearest) {
      nearest = way
      nearestDays = dayCount
    }
    room += capacityM3[s]!
    milesSum += capacityM3[s]! * way
    if (dayCount <= prices.promiseDays) timely += capacityM3[s]!
  }
  if (room === 0) return { miles: Infinity, nearestMiles: Infinity, inTime: 0 }
  const rho = prices.spreadShare
  return {
    miles: (1 - rho) * nearest + (rho * milesSum) / room,
    nearestMiles: nearest,
    inTime: (1 - rho) * (nearestDays <= prices.promiseDays ? 1 : 0) + (rho * timely) / room,
  }
}

function measureRegion(
  problem: RegionProblem,
  plan: RegionPlan,
  prices: RegionPrices,
  outside: Float64Array,
  region: number,
): RegionMeasures {
  const areas = membersOf(plan.areaRegion, region)
  const sites = membersOf(plan.siteRegion, region)
  const stocked = sites.filter((s) => problem.capacityM3[s]! > 0)
  const capacityM3 = stocked.reduce((sum, s) => sum + problem.capacityM3[s]!, 0)
  let demand = 0
  let orderMiles = 0
  let timely = 0
  let outsideCents = 0
  for (const a of areas) {
    const d = problem.demand[a]!
    const service = serviceOf(problem, prices, sites, a)
    demand += d
    orderMiles += d * service.miles
    timely += d * service.inTime
    outsideCents += d * (prices.splitCents + prices.mileCents * outside[a]!)
  }
  const reach: Reach = reachOf(problem.orders, demand, capacityM3, { knot: 0, part: 0 })
  const wholeShare = wholeShareAt(problem.orders, reach, demand)
  const lineShare = lineShareAt(problem.orders, reach, demand)
  const lanes = stocked.length * areas.length
  const cents =
    prices.mileCents * orderMiles + prices.laneCents * lanes + (1 - wholeShare) * outsideCents
  const promised = wholeShare * timely
  const per = (sum: number) => (demand > 0 ? sum / demand : 0)
  return {
    demand,
    areas: areas.length,
    sites: sites.length,
    capacityM3,
    breadth: Math.floor(atReach(problem.orders.breadth, reach)),
    wholeShare,
    lineShare,
    milesInside: per(orderMiles),
    costCents: per(cents),
    promisedShare: per(promised),
    lanes,
    outsideLines: demand * problem.orders.linesPerOrder * (1 - lineShare),
    objectiveCents: per(cents + prices.slowCents * (demand - promised)),
  }
}

function membersOf(regionOf: Int32Array, region: number): number[] {
  const members: number[] = []
  regionOf.forEach((r, i) => {
    if (r === region) members.push(i)
  })
  return members
}

function totalOf(regions: readonly RegionMeasures[]): RegionMeasures {
  const sum = (of: (region: RegionMeasures) => number) =>
    regions.reduce((total, region) => total + of(region), 0)
  const demand = sum((r) => r.demand)
  const mean = (of: (region: RegionMeasures) => number) =>
    demand > 0 ? sum((r) => r.demand * of(r)) / demand : 0
  return {
    demand,
    areas: sum((r) => r.areas),
    sites: sum((r) => r.sites),
    capacityM3: sum((r) => r.capacityM3),
    breadth: mean((r) => r.breadth),
    wholeShare: mean((r) => r.wholeShare),
    lineShare: mean((r) => r.lineShare),
    milesInside: mean((r) => r.milesInside),
    costCents: mean((r) => r.costCents),
    promisedShare: mean((r) => r.promisedShare),
    lanes: sum((r) => r.lanes),
    outsideLines: sum((r) => r.outsideLines),
    objectiveCents: mean((r) => r.objectiveCents),
  }
}
