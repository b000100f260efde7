import { type SitingProblem, sizeBefore } from './problem.ts'
import { planCents, type Router, yearSizes } from './routing.ts'
import { findSteps, inPlaces, without } from './steps.ts'

/** What counts as cheaper, as a share. */
const LEAST_GAIN = 1e-9

/**
 * Takes single steps out of a plan or has other sites take them over, on all areas and sites, while
 * that saves money; ends where none does or the search is over. The result is no dearer.
 */
export function polishPlan(
  problem: SitingProblem,
  router: Router,
  sizes: Int8Array,
  others: number,
  isOver: () => boolean,
): Int8Array {
  let best = sizes
  for (;;) {
    const better = isOver() ? undefined : cheaperPlan(problem, router, best, others)
    if (better === undefined) return best
    best = better
  }
}

/** The first plan found that differs by one step and costs less. */
function cheaperPlan(
  problem: SitingProblem,
  router: Router,
  sizes: Int8Array,
  others: number,
): Int8Array | undefined {
  const limit = planCents(problem, router, sizes) * (1 - LEAST_GAIN)
  const pays = (plan: Int8Array) =>
    isAllowedPlan(problem, plan) && planCents(problem, router, plan) < limit
  for (const step of findSteps(problem, sizes)) {
    const undone = without(problem, sizes, step)
    if (pays(undone)) return undone
    const moved = inPlaces(problem, sizes, step, others).find(({ plan }) => pays(plan))
    if (moved !== undefined) return moved.plan
  }
  return undefined
}

/** Whether a plan keeps what is held by hand and changes few enough sites a year. */
export function isAllowedPlan(problem: SitingProblem, sizes: Int8Array): boolean {
  const { sites, scenarios, years, maxChangesPerYear = Infinity } = problem
  return scenarios.every((_, w) => {
    return Array.from({ length: years }, (_, t) => t).every((t) => {
      const now = yearSizes(problem, sizes, w, t)
      const changes = sites.filter((_, s) => sizeBefore(problem, sizes, w, t, s) !== now[s]).length
      const held = sites.every(({ hold }, s) => {
        return hold === undefined || (hold === 'keep') === now[s]! >= 0
      })
      return held && changes <= maxChangesPerYear
    })
  })
}
