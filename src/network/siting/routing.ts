import { StorewrightError } from '../../core/errors.ts'
import { solveTransportation } from '../flow/transportation.ts'
import { capacityOf, changeCents, type SitingProblem, sizeBefore, weightOf } from './problem.ts'

/** Transport of single years at least cost, each question answered once. */
export interface Router {
  /** Cost of serving a year from given sizes of all sites; Infinity where demand does not fit or reach. */
  route(scenario: number, year: number, sizes: Int8Array): number
}

/** A router for a problem: a transportation problem a year. */
export function createRouter(problem: SitingProblem): Router {
  const known = new Map<string, number>()
  return {
    route(scenario, year, sizes) {
      const key = `${scenario}.${year}.${sizes.join('.')}`
      const cents = known.get(key) ?? routeYear(problem, scenario, year, sizes)
      known.set(key, cents)
      return cents
    },
  }
}

function routeYear(
  problem: SitingProblem,
  scenario: number,
  year: number,
  sizes: Int8Array,
): number {
  const { areaIds, sites, transportCents } = problem
  const areas = areaIds.length
  const demand = problem.scenarios[scenario]!.demand.slice(year * areas, (year + 1) * areas)
  const open = sites.map((_, s) => s).filter((s) => sizes[s]! >= 0)
  const supply = Float64Array.from(open, (s) => capacityOf(sites[s]!, sizes[s]!))
  const cost = new Float64Array(open.length * areas)
  open.forEach((s, k) => {
    cost.set(transportCents.subarray(s * areas, (s + 1) * areas), k * areas)
  })
  try {
    return solveTransportation({ supply, demand, cost }).cost
  } catch (error) {
    if (error instanceof StorewrightError && error.code === 'ERR_INFEASIBLE') return Infinity
    throw error
  }
}

/** Sizes of all sites in year t of scenario w. */
export function yearSizes(problem: SitingProblem, sizes: Int8Array, w: number, t: number) {
  const count = problem.sites.length
  const from = (w * problem.years + t) * count
  return sizes.subarray(from, from + count)
}

/** Yearly and change cost of a year, not discounted; change cost is Infinity where a site shrinks. */
export function siteCents(problem: SitingProblem, sizes: Int8Array, w: number, t: number) {
  let [yearlyCents, change] = [0, 0]
  problem.sites.forEach((site, s) => {
    const size = yearSizes(problem, sizes, w, t)[s]!
    yearlyCents += site.sizes[size]?.yearlyCents ?? 0
    change += changeCents(site, sizeBefore(problem, sizes, w, t, s), size)
  })
  return { yearlyCents, changeCents: change }
}

/** Expected discounted cost of a plan; Infinity where a year's demand does not fit. */
export function planCents(problem: SitingProblem, router: Router, sizes: Int8Array): number {
  return scenarioCents(problem, router, sizes).reduce((sum, cents) => sum + cents, 0)
}

/** What each scenario adds to that cost: its own discounted cost times its probability. */
export function scenarioCents(
  problem: SitingProblem,
  router: Router,
  sizes: Int8Array,
): readonly number[] {
  return problem.scenarios.map((_, w) => {
    let total = 0
    for (let t = 0; t < problem.years; t++) {
      const own = siteCents(problem, sizes, w, t)
      const cents = router.route(w, t, yearSizes(problem, sizes, w, t))
      total += weightOf(problem, w, t) * (own.yearlyCents + own.changeCents + cents)
    }
    return total
  })
}
