import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { gapOf, type StopRule } from '../../core/optimize/stop.ts'
import { createRandom } from '../../core/random/random.ts'
import { raiseByVolume } from './bound.ts'
import { proveByBranching } from './branch.ts'
import { checkPMedian, infeasible, nameSome } from './check.ts'
import { type Instance, instanceOf, solutionOf } from './instance.ts'
import { pMedianBoundRounds, pMedianElites, pMedianNodes, pMedianRestarts } from './knobs.ts'
import type { PMedianProblem, PMedianResult } from './problem.ts'
import { createSearch, descendFrom, isOver, isProven, restart, type Search } from './search.ts'
import { greedyStart, sampleGreedyStart } from './starts.ts'

export interface PMedianOptions {
  readonly seed?: string | number
  /** Asked between restarts and rounds of the bound; what was found by then is returned. */
  readonly stop?: StopRule
  readonly settings?: KnobSettings
}

/**
 * Opens p sites so that Σ weight × cost to the nearest open one is least: swap local search from
 * many starts, a Lagrangian bound that rules out sites, and branching where a gap is left. The
 * result says what is proven. Same seed, same result, unless a clock stops it.
 * Throws ERR_ARGUMENT on wrong sizes or negative costs, ERR_INFEASIBLE naming what blocks.
 */
export function solvePMedian(problem: PMedianProblem, options: PMedianOptions = {}): PMedianResult {
  checkPMedian(problem)
  const instance = instanceOf(problem)
  const random = createRandom(options.seed ?? 1)
  const direct = chooseDirectly(instance)
  if (direct !== undefined) return resultOf(instance, direct)
  const { settings, stop = () => false } = options
  const search = createSearch(instance, readKnob(pMedianElites, settings), random, stop)
  searchAll(search, settings)
  return resultOf(instance, search)
}

function searchAll(search: Search, settings: KnobSettings | undefined): void {
  const { instance, random } = search
  for (const start of [greedyStart, sampleGreedyStart]) {
    descendFrom(search, start(instance, random))
  }
  const root = raiseByVolume(search, readKnob(pMedianBoundRounds, settings))
  const restarts = readKnob(pMedianRestarts, settings)
  while (search.restarts < restarts && !isOver(search)) restart(search)
  if (!isOver(search)) proveByBranching(search, root, readKnob(pMedianNodes, settings))
}

/** What is known of a finished search. */
type Found = Pick<Search, 'best' | 'value' | 'bound' | 'restarts' | 'foundAt' | 'instance'>

/** One site, or no choice at all: nothing to search for. */
function chooseDirectly(instance: Instance): Found | undefined {
  const { candidates, p, locked, isNew, maxNew, customers, bySite } = instance
  const best = new Uint8Array(instance.sites)
  if (p === candidates.length) for (const site of candidates) best[site] = 1
  else if (p > 1) return undefined
  else {
    const sums = candidates.map((site) => site).filter((site) => isNew[site]! <= maxNew)
    const forced = sums.filter((site) => locked[site] === 1)
    const sumOf = (site: number) =>
      bySite.subarray(site * customers, (site + 1) * customers).reduce((a, b) => a + b, 0)
    const from = [...(forced.length > 0 ? forced : sums)].map(
      (site) => [sumOf(site), site] as const,
    )
    best[from.reduce((a, b) => (b[0] < a[0] ? b : a))[1]] = 1
  }
  const { value } = solutionOf(instance, best)
  return { instance, best, value, bound: value, restarts: 0, foundAt: 0 }
}

function resultOf(instance: Instance, found: Found): PMedianResult {
  const solution = solutionOf(instance, found.best)
  refuseUnreached(instance, solution.assigned)
  const proven = isProven({ ...found, value: solution.value } as Search)
  const bound = proven ? solution.value : roundUp(instance, found.bound)
  const left = found.instance
  return {
    ...solution,
    bound,
    gap: gapOf({ value: solution.value, bound }),
    proven,
    fixedOpen: count(left.locked) - count(instance.locked),
    fixedClosed: instance.candidates.length - left.candidates.length,
    restarts: found.restarts,
    foundAt: found.foundAt,
  }
}

const count = (ones: Uint8Array) => ones.reduce((sum, one) => sum + one, 0)

const roundUp = ({ integral }: Instance, bound: number) =>
  integral ? Math.ceil(bound - 1e-6) : bound

function refuseUnreached({ unreached, bySite, customers, p }: Instance, assigned: Int32Array) {
  const left = [...assigned.keys()].filter(
    (i) => bySite[assigned[i]! * customers + i] === unreached,
  )
  if (left.length === 0) return
  throw infeasible(
    `no choice of ${p} sites was found that reaches everyone; the best leaves out ${nameSome('customer', left)}`,
    'Open more sites, or add lanes that reach them.',
  )
}
