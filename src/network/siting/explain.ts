import { isAllowedPlan } from './polish.ts'
import { capacityOf, changeCents, type SitingChange, type SitingProblem } from './problem.ts'
import { planCents, type Router, scenarioCents, yearSizes } from './routing.ts'
import { findSteps, inPlaces, type Step, without } from './steps.ts'

/** Other sites that are tried in the place of one that grows. */
const ALTERNATIVES = 2

/** Steps of a plan in order of years, each with what it saves and what could be done instead. */
export function explainChanges(
  problem: SitingProblem,
  router: Router,
  sizes: Int8Array,
  costCents: number,
): readonly SitingChange[] {
  const steps = findSteps(problem, sizes)
  const planned = { sizes, costCents, byScenario: scenarioCents(problem, router, sizes) }
  return steps.map((step) => explainStep(problem, router, planned, step))
}

/** A plan and what it costs, in all and by scenario. */
interface Planned {
  readonly sizes: Int8Array
  readonly costCents: number
  readonly byScenario: readonly number[]
}

function explainStep(
  problem: SitingProblem,
  router: Router,
  { sizes, costCents, byScenario }: Planned,
  step: Step,
): SitingChange {
  const undone = without(problem, sizes, step)
  const undoneCents = scenarioCents(problem, router, undone)
  const savesCents = undoneCents.reduce((sum, cents) => sum + cents, 0) - costCents
  const site = problem.sites[step.site]!
  const alternatives = inPlaces(problem, sizes, step, ALTERNATIVES)
    .filter(({ plan }) => isAllowedPlan(problem, plan))
    .map((one) => ({
      site: one.site,
      extraCents: planCents(problem, router, one.plan) - costCents,
    }))
    .filter(({ extraCents }) => extraCents < Infinity)
    .sort((x, y) => x.extraCents - y.extraCents)
  return {
    ...step,
    costCents: changeCents(site, step.from, step.to),
    savesCents,
    savesByScenario: undoneCents.map((cents, w) => cents - byScenario[w]!),
    reason: reasonOf(problem, step, savesCents, undone),
    alternatives,
  }
}

const WORDS = { open: 'Opening', enlarge: 'Enlarging', close: 'Closing' } as const

function reasonOf(
  problem: SitingProblem,
  { kind, site, year, scenarios }: Step,
  savesCents: number,
  undone: Int8Array,
): string {
  const { id, hold } = problem.sites[site]!
  const what = `${WORDS[kind]} ${id} in year ${year + 1}`
  if (kind === 'close' && hold === 'forbid') return `${what} is asked for: the site is forbidden.`
  if (kind === 'open' && hold === 'keep')
    return `${what} is asked for: the site is to be kept open.`
  if (savesCents < Infinity) {
    const dollars = Math.round(savesCents / 100).toLocaleString('en-US')
    return savesCents >= 0
      ? `${what} saves ${dollars} dollars of expected cost over the years planned.`
      : `${what} pays only together with other steps of the plan.`
  }
  return `Without ${what[0]!.toLowerCase()}${what.slice(1)}, ${shortage(problem, undone, scenarios, year)}`
}

/** The first year in which capacity is short, by how much; or that some area could not be served. */
function shortage(
  problem: SitingProblem,
  sizes: Int8Array,
  scenarios: readonly number[],
  from: number,
): string {
  const areas = problem.areaIds.length
  for (let t = from; t < problem.years; t++) {
    for (const w of scenarios) {
      const { demand, name } = problem.scenarios[w]!
      const units = demand.subarray(t * areas, (t + 1) * areas).reduce((a, b) => a + b, 0)
      const room = problem.sites.reduce(
        (sum, site, s) => sum + capacityOf(site, yearSizes(problem, sizes, w, t)[s]!),
        0,
      )
      if (units <= room) continue
      const short = Math.ceil(units - room).toLocaleString('en-US')
      return `capacity is ${short} units short in year ${t + 1} of ${name}.`
    }
  }
  return 'some areas could not be served within the capacities that reach them.'
}
