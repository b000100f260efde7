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
  let cost = planCents(problem, router, best)
  for (let found = true; found && !isOver(); ) {
    found = false
    for (const step of findSteps(problem, best)) {
      const tried = [without(problem, best, step)]
      for (const { plan } of inPlaces(problem, best, step, others)) tried.push(plan)
      for (const plan of tried) {
        if (!isAllowedPlan(problem, plan)) continue
        const cents = planCents(problem, router, plan)
        if (!(cents < cost * (1 - LEAST_GAIN))) continue
        best = plan
        cost = cents
        found = true
        break
      }
      if (found || isOver()) break
    }
  }
  return best
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
