import { createModelBuilder } from '../../core/optimize/linear/model-builder.ts'
import type { LinearSolver } from '../../core/optimize/linear/solver.ts'
import { capacityOf, changeCents, type SitingProblem, sizeBefore, weightOf } from './problem.ts'

/** What serving a year costs from given sizes, and how. */
export interface YearRouting {
  /** Infinity where the demand does not fit or reach. */
  readonly cents: number
  /** Share of area a served by site s at `s × areas + a`. */
  readonly shares: Float64Array
}

/** Solves the transport of single years by linear programming, each question once. */
export interface Router {
  route(scenario: number, year: number, sizes: Int8Array): YearRouting
}

/** A router for a problem; `sizes` of a question are those of the year's sites. */
export function createRouter(solver: LinearSolver, problem: SitingProblem): Router {
  const known = new Map<string, YearRouting>()
  return {
    route(scenario, year, sizes) {
      const key = `${scenario}.${year}.${sizes.join('.')}`
      const found = known.get(key) ?? routeYear(solver, problem, scenario, year, sizes)
      known.set(key, found)
      return found
    },
  }
}

function routeYear(
  solver: LinearSolver,
  problem: SitingProblem,
  scenario: number,
  year: number,
  sizes: Int8Array,
): YearRouting {
  const { areaIds, sites, transportCents } = problem
  const areas = areaIds.length
  const demand = problem.scenarios[scenario]!.demand.subarray(year * areas, (year + 1) * areas)
  const nowhere = { cents: Infinity, shares: new Float64Array(0) }
  const open = sites.map((_, s) => s).filter((s) => sizes[s]! >= 0)
  const cells: { site: number; area: number }[] = []
  const builder = createModelBuilder()
  const byArea: number[][] = areaIds.map(() => [])
  const bySite: number[][] = sites.map(() => [])
  const most = Math.max(1e-9, ...demand)
  for (const site of open) {
    for (let area = 0; area < areas; area++) {
      const cents = transportCents[site * areas + area]!
      if (demand[area] === 0 || cents === Infinity) continue
      const x = builder.column({ cost: (cents * demand[area]!) / most, upper: 1 })
      cells.push({ site, area })
      byArea[area]!.push(x)
      bySite[site]!.push(x)
    }
  }
  builder.family('demand')
  for (let area = 0; area < areas; area++) {
    if (demand[area] === 0) continue
    if (byArea[area]!.length === 0) return nowhere
    builder.row(1, 1, byArea[area]!, 1)
  }
  builder.family('capacity')
  for (const site of open) {
    const units = bySite[site]!.map((x) => demand[cells[x]!.area]! / most)
    builder.row(-Infinity, capacityOf(sites[site]!, sizes[site]!) / most, bySite[site]!, units)
  }
  const shares = new Float64Array(sites.length * areas)
  if (cells.length === 0) return { cents: 0, shares }
  using model = solver.load(builder.model())
  const { status, objective, values } = model.solve()
  if (status !== 'optimal') return nowhere
  cells.forEach(({ site, area }, x) => {
    shares[site * areas + area] = values[x]!
  })
  return { cents: Math.max(0, objective * most), shares }
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
  let total = 0
  for (let w = 0; w < problem.scenarios.length; w++) {
    for (let t = 0; t < problem.years; t++) {
      const own = siteCents(problem, sizes, w, t)
      const { cents } = router.route(w, t, yearSizes(problem, sizes, w, t))
      total += weightOf(problem, w, t) * (own.yearlyCents + own.changeCents + cents)
    }
  }
  return total
}
