import type { RegionPrices } from './knobs.ts'
import type { DenseLimits } from './limits.ts'
import { serviceOf } from './measure.ts'
import type { RegionProblem } from './types.ts'

/** Miles that stand for "no site reaches": beyond any way on Earth. */
const NO_WAY_MILES = 15_000

/** What each area would meet in each region, row-major region × area. */
export interface ServiceTables {
  readonly miles: Float64Array
  readonly inTime: Float64Array
  /** 1 where no site of the region reaches the area within the limit. */
  readonly unreached: Uint8Array
}

/** Tables for `regions` regions, to be filled region by region. */
export function emptyTables(regions: number, areas: number): ServiceTables {
  return {
    miles: new Float64Array(regions * areas),
    inTime: new Float64Array(regions * areas),
    unreached: new Uint8Array(regions * areas),
  }
}

/** Fills the row of region `r` for its `sites`. */
export function fillTables(
  tables: ServiceTables,
  r: number,
  sites: readonly number[],
  problem: RegionProblem,
  prices: RegionPrices,
  limits: DenseLimits,
): void {
  const areas = problem.demand.length
  for (let a = 0; a < areas; a++) {
    const { miles, inTime, nearestMiles } = serviceOf(problem, prices, sites, a)
    tables.miles[r * areas + a] = Math.min(miles, NO_WAY_MILES)
    tables.inTime[r * areas + a] = inTime
    tables.unreached[r * areas + a] = nearestMiles <= limits.reachMiles ? 0 : 1
  }
}
