import { type ChangeKind, capacityOf, nodeOf, type SitingProblem, sizeBefore } from './problem.ts'
import { yearSizes } from './routing.ts'

/** A change of size that is one decision. */
export interface Step {
  readonly kind: ChangeKind
  readonly site: number
  readonly year: number
  readonly from: number
  readonly to: number
  readonly scenarios: number[]
}

/** Changes of size, those that are one decision for several scenarios together. */
export function findSteps(problem: SitingProblem, sizes: Int8Array): readonly Step[] {
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

/** Whether a step still stands where the plan has its site at `size`. */
const lasts = ({ kind, to }: Step, size: number) =>
  kind === 'open' ? size >= 0 : kind === 'close' ? size < 0 : size >= to

/** The plan without a step, for as long as the step stands; what is kept open longer never shrinks. */
export function without(problem: SitingProblem, sizes: Int8Array, step: Step): Int8Array {
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

/** Plans in which one of the `count` likest sites closed from a step on does in its place what it does. */
export function inPlaces(
  problem: SitingProblem,
  sizes: Int8Array,
  step: Step,
  count: number,
): readonly { readonly site: number; readonly plan: Int8Array }[] {
  if (step.kind === 'close') return []
  const free = problem.sites
    .map((_, s) => s)
    .filter((s) => s !== step.site && problem.sites[s]!.hold !== 'forbid')
    .filter((s) => sizesWhile(problem, sizes, step, s).every((size) => size < 0))
  return free
    .sort((a, b) => apart(problem, step.site, a) - apart(problem, step.site, b) || a - b)
    .slice(0, count)
    .map((site) => ({ site, plan: instead(problem, sizes, step, site) }))
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
