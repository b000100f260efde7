import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { CAPACITY_TOLERANCE, DEMAND_TOLERANCE } from './knobs.ts'
import { roomFor } from './order-model.ts'
import type { RegionPlan, RegionProblem } from './types.ts'

/** What every partition must keep to. */
export interface RegionLimits {
  /** Demand of a region lies within (1 ± this) of the mean; absent: the knob. */
  readonly demandTolerance?: number
  /** A region's share of room is at least (1 − this) of its share of demand; absent: the knob. */
  readonly capacityTolerance?: number
  /** Products that every region must have room for. */
  readonly mustCarry?: number
  /** Miles within which every area must have a site of its region. */
  readonly reachMiles?: number
  /** Areas that belong to a region, said by hand. */
  readonly fixedAreas?: readonly { readonly area: number; readonly region: number }[]
  /** The same for sites; the area of the site goes with it. */
  readonly fixedSites?: readonly { readonly site: number; readonly region: number }[]
  readonly forbidden?: readonly { readonly area: number; readonly region: number }[]
  /** Pairs of areas that must share a region, or must not. */
  readonly together?: readonly (readonly [number, number])[]
  readonly apart?: readonly (readonly [number, number])[]
  /** Today's regions. */
  readonly before?: RegionPlan
  /** Most areas that may change their region; needs `before`. */
  readonly mostMoved?: number
  /** What it costs to change the region of one area, cents a day; needs `before`. */
  readonly moveCents?: number
}

/** The limits as the search reads them, for one number of regions. */
export interface DenseLimits {
  readonly regions: number
  readonly demandLow: number
  readonly demandHigh: number
  readonly meanDemand: number
  readonly meanCapacity: number
  /** m³ a region must have for each order a day. */
  readonly capacityPerOrder: number
  /** m³ that a region of the given demand needs for the selection it must carry. */
  readonly carryM3: (demand: number) => number
  /** Products that every region must have room for. */
  readonly mustCarry: number
  readonly reachMiles: number
  /** Region to which each area is tied, −1 where it is free. */
  readonly fixed: Int32Array
  /** 1 where region r may not have area a, row-major region × area; empty where nothing is forbidden. */
  readonly forbidden: Uint8Array
  /** Partners of each area, as in an adjacency; `sign` 1 together, −1 apart. */
  readonly pairStarts: Int32Array
  readonly pairOther: Int32Array
  readonly pairSign: Int8Array
  /** Today's region of each area, −1 where there is none. */
  readonly before: Int32Array
  readonly mostMoved: number
  readonly moveCents: number
}

/** Reads the limits for `regions` regions; throws ERR_ARGUMENT naming what is out of range. */
export function denseLimits(
  problem: RegionProblem,
  regions: number,
  limits: RegionLimits = {},
  settings: KnobSettings = {},
): DenseLimits {
  const areas = problem.demand.length
  const demand = problem.demand.reduce((sum, d) => sum + d, 0)
  const capacity = problem.capacityM3.reduce((sum, v) => sum + v, 0)
  const tolerance = limits.demandTolerance ?? readKnob(DEMAND_TOLERANCE, settings)
  const slack = limits.capacityTolerance ?? readKnob(CAPACITY_TOLERANCE, settings)
  const mean = demand / regions
  checkPlaces(problem, regions, limits)
  return {
    regions,
    demandLow: mean * (1 - tolerance),
    demandHigh: mean * (1 + tolerance),
    meanDemand: mean,
    meanCapacity: capacity / regions,
    capacityPerOrder: ((1 - slack) * capacity) / demand,
    mustCarry: limits.mustCarry ?? 0,
    carryM3: carryRoom(problem, limits.mustCarry ?? 0),
    reachMiles: limits.reachMiles ?? Number.MAX_VALUE,
    fixed: fixedRegions(problem, limits),
    forbidden: forbiddenPlaces(areas, regions, limits),
    ...pairsOf(areas, limits),
    before: limits.before?.areaRegion ?? new Int32Array(areas).fill(-1),
    mostMoved: limits.mostMoved ?? Infinity,
    moveCents: limits.moveCents ?? 0,
  }
}

/** m³ for the first `mustCarry` products as a function of demand: three constants, see OrderModel. */
function carryRoom({ orders }: RegionProblem, mustCarry: number): (demand: number) => number {
  if (mustCarry <= 0) return () => 0
  const fixed = roomFor(orders, mustCarry, 0)
  const one = roomFor(orders, mustCarry, 1) - fixed
  const four = roomFor(orders, mustCarry, 4) - fixed
  // one = p + q and four = 4p + 2q.
  const perOrder = (four - 2 * one) / 2
  const perRoot = one - perOrder
  return (demand) => perOrder * demand + perRoot * Math.sqrt(demand) + fixed
}

function checkPlaces(problem: RegionProblem, regions: number, limits: RegionLimits): void {
  const areas = problem.demand.length
  const inRange = (value: number, bound: number, what: string) =>
    requireArgument(
      Number.isInteger(value) && value >= 0 && value < bound,
      `${what} ${value} is none of 0 to ${bound - 1}`,
    )
  for (const { area, region } of [...(limits.fixedAreas ?? []), ...(limits.forbidden ?? [])]) {
    inRange(area, areas, 'area')
    inRange(region, regions, 'region')
  }
  for (const { site, region } of limits.fixedSites ?? []) {
    inRange(site, problem.siteArea.length, 'site')
    inRange(region, regions, 'region')
  }
  for (const pair of [...(limits.together ?? []), ...(limits.apart ?? [])])
    for (const area of pair) inRange(area, areas, 'area')
  const { before } = limits
  requireArgument(
    before === undefined || before.areaRegion.length === areas,
    `today's regions cover ${before?.areaRegion.length} areas, the map has ${areas}`,
  )
}

function fixedRegions(problem: RegionProblem, limits: RegionLimits): Int32Array {
  const fixed = new Int32Array(problem.demand.length).fill(-1)
  const tie = (area: number, region: number) => {
    requireArgument(
      fixed[area] === -1 || fixed[area] === region,
      `area ${area} is fixed to region ${fixed[area]} and to region ${region}`,
    )
    fixed[area] = region
  }
  for (const { area, region } of limits.fixedAreas ?? []) tie(area, region)
  for (const { site, region } of limits.fixedSites ?? []) tie(problem.siteArea[site]!, region)
  return fixed
}

function forbiddenPlaces(areas: number, regions: number, limits: RegionLimits): Uint8Array {
  if (limits.forbidden === undefined || limits.forbidden.length === 0) return new Uint8Array(0)
  const forbidden = new Uint8Array(areas * regions)
  for (const { area, region } of limits.forbidden) forbidden[region * areas + area] = 1
  return forbidden
}

function pairsOf(areas: number, limits: RegionLimits) {
  const pairs = [
    ...(limits.together ?? []).map(([a, b]) => ({ a, b, sign: 1 })),
    ...(limits.apart ?? []).map(([a, b]) => ({ a, b, sign: -1 })),
  ].flatMap(({ a, b, sign }) => [
    { a, b, sign },
    { a: b, b: a, sign },
  ])
  pairs.sort((x, y) => x.a - y.a)
  const pairStarts = new Int32Array(areas + 1)
  for (const { a } of pairs) pairStarts[a + 1]!++
  for (let a = 0; a < areas; a++) pairStarts[a + 1]! += pairStarts[a]!
  return {
    pairStarts,
    pairOther: Int32Array.from(pairs, ({ b }) => b),
    pairSign: Int8Array.from(pairs, ({ sign }) => sign),
  }
}
