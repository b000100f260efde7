import { requireArgument, StorewrightError } from '../../core/errors.ts'
import type { PMedianProblem } from './problem.ts'

/**
 * Throws ERR_ARGUMENT where sizes or numbers of a problem are wrong, and ERR_INFEASIBLE, naming the
 * constraint that blocks, where no choice of sites can meet what is asked.
 */
export function checkPMedian(problem: PMedianProblem): void {
  checkShapes(problem)
  checkSiteLists(problem)
  checkCosts(problem)
  checkCounts(problem)
  checkChanges(problem)
  checkReach(problem)
}

function checkShapes({ customers, sites, p, costs, weights }: PMedianProblem): void {
  requireArgument(isCount(customers), `customers is ${customers}, not a whole number from 1`)
  requireArgument(isCount(sites), `sites is ${sites}, not a whole number from 1`)
  requireArgument(isCount(p), `p is ${p}, not a whole number from 1`)
  const cells = customers * sites
  requireArgument(costs.length === cells, `costs has ${costs.length} numbers, not ${cells}`)
  if (weights === undefined) return
  requireArgument(
    weights.length === customers,
    `weights has ${weights.length} numbers, not ${customers}`,
  )
  weights.forEach((weight, i) => {
    const right = Number.isFinite(weight) && weight >= 0
    requireArgument(right, `weights, customer ${i}: ${weight} is not a number from 0`)
  })
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1

function checkSiteLists({ sites, mustOpen, forbidden, today, maxNewSites }: PMedianProblem): void {
  for (const [name, list] of Object.entries({ mustOpen, forbidden, today })) {
    for (const site of list ?? []) {
      const known = Number.isInteger(site) && site >= 0 && site < sites
      requireArgument(known, `${name} names site ${site}; sites are 0 to ${sites - 1}`)
    }
  }
  if (maxNewSites === undefined) return
  requireArgument(today !== undefined, 'maxNewSites needs today, the sites open now')
  requireArgument(maxNewSites >= 0, `maxNewSites is ${maxNewSites}, not a number from 0`)
}

function checkCosts({ costs, sites }: PMedianProblem): void {
  for (let k = 0; k < costs.length; k++) {
    if (costs[k]! >= 0) continue
    const place = `costs, customer ${Math.floor(k / sites)}, site ${k % sites}`
    throw new StorewrightError('ERR_ARGUMENT', `${place}: ${costs[k]} is not a number from 0`, {
      next: 'Distances are 0 or more; use Infinity where a site does not reach a customer.',
    })
  }
}

/** The error that says which constraint leaves no answer, and what to do about it. */
export function infeasible(message: string, next: string): StorewrightError {
  return new StorewrightError('ERR_INFEASIBLE', message, { next })
}

function checkCounts({ sites, p, mustOpen = [], forbidden = [] }: PMedianProblem): void {
  const closed = new Set(forbidden)
  const both = mustOpen.find((site) => closed.has(site))
  if (both !== undefined) {
    throw infeasible(`site ${both} must be open and is forbidden`, 'Take it off one of the lists.')
  }
  if (sites - closed.size < p) {
    throw infeasible(
      `${p} sites are to be open, ${sites - closed.size} of ${sites} are not forbidden`,
      'Open fewer sites or forbid fewer.',
    )
  }
  const forced = new Set(mustOpen).size
  if (forced > p) {
    throw infeasible(`${forced} sites must be open, p is ${p}`, 'Open more sites or force fewer.')
  }
}

function checkChanges({ p, today, mustOpen, forbidden, maxNewSites }: PMedianProblem): void {
  if (today === undefined || maxNewSites === undefined) return
  const [now, closed] = [new Set(today), new Set(forbidden)]
  const kept = [...now].filter((site) => !closed.has(site)).length
  const forcedNew = [...new Set(mustOpen)].filter((site) => !now.has(site)).length
  if (p - kept <= maxNewSites && forcedNew <= maxNewSites) return
  const [count, why] =
    forcedNew > maxNewSites
      ? [forcedNew, 'sites that must be open are not open today']
      : [p - kept, `new sites are needed: ${kept} of today’s may stay, p is ${p}`]
  throw infeasible(`${count} ${why}; at most ${maxNewSites} may be new`, 'Allow more new sites.')
}

function checkReach({ customers, sites, costs, forbidden }: PMedianProblem): void {
  const closed = new Set(forbidden)
  const unreached: number[] = []
  for (let i = 0; i < customers; i++) {
    let reached = false
    for (let j = 0; j < sites && !reached; j++) {
      reached = costs[i * sites + j]! < Infinity && !closed.has(j)
    }
    if (!reached) unreached.push(i)
  }
  if (unreached.length === 0) return
  throw infeasible(
    `no allowed site reaches ${nameSome('customer', unreached)}`,
    'Add a lane or a site that reaches them, allow a forbidden site, or leave them out.',
  )
}

/** "customers 1, 2, 3 and 4 more": the first ten by number. */
export function nameSome(word: string, numbers: readonly number[]): string {
  const shown = numbers.slice(0, 10).join(', ')
  const more = numbers.length > 10 ? ` and ${numbers.length - 10} more` : ''
  return `${word}${numbers.length > 1 ? 's' : ''} ${shown}${more}`
}
