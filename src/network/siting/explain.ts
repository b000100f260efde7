import {
  type ChangeKind,
  capacityOf,
  changeCents,
  nodeOf,
  type SitingAlternative,
  type SitingChange,
  type SitingProblem,
  sizeBefore,
} from './problem.ts'
import { planCents, type Router, yearSizes } from './routing.ts'

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
  return steps.map((step) => explainStep(problem, router, sizes, costCents, step))
}

interface Step {
  readonly kind: ChangeKind
  readonly site: number
  readonly year: number
  readonly from: number
  readonly to: number
  readonly scenarios: number[]
}

/** Changes of size, those that are one decision for several scenarios together. */
function findSteps(problem: SitingProblem, sizes: Int8Array): readonly Step[] {
  const steps = new Map<string, Step>()
  for (let t = 0; t < problem.years; t++) {
    problem.scenarios.forEach((_, w) => {
      problem.sites.forEach((_, site) => {
        const from = sizeBefore(problem, sizes, w, t, site)
        const to = yearSizes(problem, sizes, w, t)[site]!
        if (from === to) return
        const kind = to < 0 ? 'close' : from < 0 ? 'open' : 'enlarge'
        const shared = t < problem.committedYears ? nodeOf(problem, w, t) : -1
        const key = `${t}.${site}.${from}.${to}.${shared}`
        const step = steps.get(key) ?? { kind, site, year: t, from, to, scenarios: [] }
        step.scenarios.push(w)
        steps.set(key, step)
      })
    })
  }
  return [...steps.values()]
}

function explainStep(
  problem: SitingProblem,
  router: Router,
  sizes: Int8Array,
  costCents: number,
  step: Step,
): SitingChange {
  const undone = without(problem, sizes, step)
  const savesCents = planCents(problem, router, undone) - costCents
  const site = problem.sites[step.site]!
  const alternatives =
    step.kind === 'close' ? [] : findAlternatives(problem, router, sizes, costCents, step)
  return {
    ...step,
    costCents: changeCents(site, step.from, step.to),
    savesCents,
    reason: reasonOf(problem, step, savesCents, undone),
    alternatives,
  }
}

/** Whether a step still stands where the plan has its site at `size`. */
const lasts = ({ kind, to }: Step, size: number) =>
  kind === 'open' ? size >= 0 : kind === 'close' ? size < 0 : size >= to

/** The plan without a step, for as long as the step stands; what is kept open longer never shrinks. */
function without(problem: SitingProblem, sizes: Int8Array, step: Step): Int8Array {
  return along(problem, sizes, step, step.site, (planned, before) =>
    lasts(step, planned) ? step.from : planned < 0 ? planned : Math.max(planned, before),
  )
}

/**
 * The plan with other sizes of `site` from the year of a step on, in its scenarios: `sizeOf` is told
 * the size that the stepping site has in `sizes` and the size of `site` the year before.
 */
function along(
  problem: SitingProblem,
  sizes: Int8Array,
  { year, scenarios, site: stepping }: Step,
  site: number,
  sizeOf: (planned: number, before: number) => number,
): Int8Array {
  const result = sizes.slice()
  for (const w of scenarios) {
    for (let t = year; t < problem.years; t++) {
      const planned = yearSizes(problem, sizes, w, t)[stepping]!
      const before = sizeBefore(problem, result, w, t, site)
      yearSizes(problem, result, w, t)[site] = sizeOf(planned, before)
    }
  }
  return result
}

/** The plan with `other` doing what the site of a step does while the step stands. */
function instead(problem: SitingProblem, sizes: Int8Array, step: Step, other: number): Int8Array {
  const mine = problem.sites[step.site]!
  const theirs = problem.sites[other]!.sizes
  const result = along(problem, sizes, step, other, (planned, before) => {
    if (!lasts(step, planned)) return -1
    const enough = theirs.findIndex(({ capacity }) => capacity >= capacityOf(mine, planned))
    return Math.max(before, enough < 0 ? theirs.length - 1 : enough)
  })
  const undone = without(problem, sizes, step)
  for (const w of step.scenarios) {
    for (let t = step.year; t < problem.years; t++) {
      const size = yearSizes(problem, undone, w, t)[step.site]!
      yearSizes(problem, result, w, t)[step.site] = size
    }
  }
  return result
}

/** Sites closed from the step on, in its place at the smallest size that holds as much. */
function findAlternatives(
  problem: SitingProblem,
  router: Router,
  sizes: Int8Array,
  costCents: number,
  step: Step,
): readonly SitingAlternative[] {
  const free = problem.sites
    .map((_, s) => s)
    .filter((s) => s !== step.site && problem.sites[s]!.hold !== 'forbid')
    .filter((s) => sizesWhile(problem, sizes, step, s).every((size) => size < 0))
  return free
    .sort((a, b) => apart(problem, step.site, a) - apart(problem, step.site, b) || a - b)
    .slice(0, ALTERNATIVES)
    .map((s) => ({
      site: s,
      extraCents: planCents(problem, router, instead(problem, sizes, step, s)) - costCents,
    }))
    .filter(({ extraCents }) => extraCents < Infinity)
    .sort((a, b) => a.extraCents - b.extraCents)
}

/** Sizes of a site in the years and scenarios of a step. */
function sizesWhile(problem: SitingProblem, sizes: Int8Array, step: Step, site: number): number[] {
  return step.scenarios.flatMap((w) => {
    const years = Array.from({ length: problem.years - step.year }, (_, k) => step.year + k)
    return years.map((t) => yearSizes(problem, sizes, w, t)[site]!)
  })
}

/** How differently two sites serve: mean difference of cost over the areas that both reach. */
function apart({ areaIds, transportCents }: SitingProblem, a: number, b: number): number {
  const areas = areaIds.length
  let [total, count] = [0, 0]
  for (let k = 0; k < areas; k++) {
    const difference = Math.abs(transportCents[a * areas + k]! - transportCents[b * areas + k]!)
    if (!Number.isFinite(difference)) continue
    total += difference
    count++
  }
  return count === 0 ? Infinity : total / count
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
