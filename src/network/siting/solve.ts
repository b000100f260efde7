import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { loadSolver } from '../../core/optimize/linear/solver.ts'
import { gapOf, type StopRule } from '../../core/optimize/stop.ts'
import { createRandom } from '../../core/random/random.ts'
import { joinAreas } from './aggregate.ts'
import { boundSiting } from './bound.ts'
import { checkSiting } from './check.ts'
import { explainChanges } from './explain.ts'
import {
  sitingAreas,
  sitingBoundRounds,
  sitingExactColumns,
  sitingNearest,
  sitingNodes,
  sitingPlaces,
  sitingRounds,
  sitingWindowNodes,
} from './knobs.ts'
import { type FoundPlan, searchPlan } from './plan-search.ts'
import { polishPlan } from './polish.ts'
import { capacityOf, type SitingPlan, type SitingProblem, type SitingYear } from './problem.ts'
import { createRouter, planCents, type Router, siteCents, yearSizes } from './routing.ts'

export interface SitingOptions {
  readonly seed?: string | number
  /** Asked within and between the parts of the search; what was found by then is returned. */
  readonly stop?: StopRule
  readonly settings?: KnobSettings
}

/** Value and bound that differ by no more than this share are the same but for rounding. */
const SAME = 1e-6

/**
 * Plans which buildings to open, enlarge and close in which year, at the least expected discounted
 * cost of buildings, changes and transport over all scenarios. Decisions of the committed years are
 * common to the scenarios, later ones may answer to what has come (two-stage stochastic program).
 * The plan carries a bound from Lagrangian relaxation or branch and bound, and says of each step
 * what it saves and what could be done instead. Same seed, same plan, unless a clock stops it.
 * Throws ERR_ARGUMENT on wrong input, ERR_INFEASIBLE naming what blocks, ERR_LIMIT where it is
 * stopped before any plan is found.
 */
export async function solveSiting(
  problem: SitingProblem,
  options: SitingOptions = {},
): Promise<SitingPlan> {
  checkSiting(problem)
  const { settings, stop = () => false } = options
  const solver = await loadSolver()
  const joined = joinAreas(problem, readKnob(sitingAreas, settings))
  const nearest = readKnob(sitingNearest, settings)
  const isOver = (value = Infinity, bound = -Infinity) =>
    stop({ iterations: 0, sinceImprovement: 0, value, bound })
  const found = searchPlan(solver, joined, createRandom(options.seed ?? 1), {
    nearest,
    exactColumns: readKnob(sitingExactColumns, settings),
    nodes: readKnob(sitingNodes, settings),
    windowNodes: readKnob(sitingWindowNodes, settings),
    rounds: readKnob(sitingRounds, settings),
    isOver: () => isOver(),
  })
  const router = createRouter(problem)
  const others = readKnob(sitingPlaces, settings)
  const sizes = polishPlan(problem, router, found.sizes, others, isOver)
  const costCents = planCents(problem, router, sizes)
  const whole = joined === problem && nearest >= problem.sites.length
  const known = whole ? found.boundCents : 0
  const bound = boundOf(problem, costCents, known, settings, isOver)
  return planOf(problem, router, { ...found, sizes }, costCents, bound)
}

/** The better of the bound known and that of the relaxation, where the first leaves a gap. */
function boundOf(
  problem: SitingProblem,
  costCents: number,
  known: number,
  settings: KnobSettings | undefined,
  isOver: (value: number, bound: number) => boolean,
): number {
  const meets = (bound: number) => gapOf({ value: costCents, bound }) <= SAME
  if (meets(known)) return known
  const rounds = readKnob(sitingBoundRounds, settings)
  const relaxed = boundSiting(problem, costCents, rounds, (bound) => {
    return meets(bound) || isOver(costCents, bound)
  })
  return Math.max(known, relaxed)
}

function planOf(
  problem: SitingProblem,
  router: Router,
  { sizes, method }: FoundPlan,
  costCents: number,
  bound: number,
): SitingPlan {
  const proven = gapOf({ value: costCents, bound }) <= SAME
  const boundCents = proven ? costCents : Math.min(bound, costCents)
  return {
    sizes,
    costCents,
    boundCents,
    gap: gapOf({ value: costCents, bound: boundCents }),
    proven,
    method,
    changes: explainChanges(problem, router, sizes, costCents),
    years: problem.scenarios.flatMap((_, w) =>
      Array.from({ length: problem.years }, (_, t) => yearOf(problem, router, sizes, w, t)),
    ),
  }
}

function yearOf(
  problem: SitingProblem,
  router: Router,
  sizes: Int8Array,
  scenario: number,
  year: number,
): SitingYear {
  const areas = problem.areaIds.length
  const now = yearSizes(problem, sizes, scenario, year)
  const { demand } = problem.scenarios[scenario]!
  const units = demand.subarray(year * areas, (year + 1) * areas).reduce((a, b) => a + b, 0)
  const transportCents = router.route(scenario, year, now)
  return {
    scenario,
    year,
    openSites: now.filter((size) => size >= 0).length,
    demand: units,
    capacity: problem.sites.reduce((sum, site, s) => sum + capacityOf(site, now[s]!), 0),
    ...siteCents(problem, sizes, scenario, year),
    transportCents,
    transportPerUnit: units === 0 ? 0 : transportCents / units,
  }
}
