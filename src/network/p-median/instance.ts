import type { PMedianProblem, PMedianSolution } from './problem.ts'

/**
 * A problem made ready for the search. Costs are weight × cost; where a site does not reach a
 * customer they are `unreached`, which is more than all else together. `candidates` are the sites
 * that may still be open; numbers of sites and customers are those of the problem.
 */
export interface Instance {
  readonly customers: number
  readonly sites: number
  readonly p: number
  readonly unreached: number
  /** All costs are whole numbers, so that a better value is better by 1 at least. */
  readonly integral: boolean
  /** Cost of customer i at site j: `bySite[j × customers + i]`. */
  readonly bySite: Float64Array
  readonly candidates: Int32Array
  /**
   * Candidates of customer i from the nearest, `candidates.length` of them from
   * `i × candidates.length`, and their costs.
   */
  readonly nearSite: Int32Array
  readonly nearCost: Float64Array
  /** 1 where a site must be open. */
  readonly locked: Uint8Array
  /** 1 where a site is not open today; at most `maxNew` of these may be open. */
  readonly isNew: Uint8Array
  readonly maxNew: number
}

/** Makes a checked problem ready: O(customers × sites × log sites). */
export function instanceOf(problem: PMedianProblem): Instance {
  const { customers, sites, p, today, maxNewSites } = problem
  const { bySite, unreached, integral } = weighCosts(problem)
  const closed = new Set(problem.forbidden)
  const candidates = Int32Array.from({ length: sites }, (_, j) => j).filter((j) => !closed.has(j))
  const locked = flags(sites, problem.mustOpen ?? [])
  const capped = today !== undefined && maxNewSites !== undefined
  const isNew = capped ? flags(sites, today).map((now) => 1 - now) : new Uint8Array(sites)
  const near = sortNear({ customers, candidates, bySite, sites })
  const maxNew = capped ? maxNewSites : p
  const known = { customers, sites, p, unreached, integral, bySite, candidates }
  return { ...known, ...near, locked, isNew, maxNew }
}

function flags(length: number, at: readonly number[]): Uint8Array {
  const result = new Uint8Array(length)
  for (const index of at) result[index] = 1
  return result
}

function weighCosts({ customers, sites, costs, weights }: PMedianProblem) {
  const bySite = new Float64Array(customers * sites)
  let integral = true
  let worstSum = 0
  for (let i = 0; i < customers; i++) {
    const weight = weights?.[i] ?? 1
    let worst = 0
    for (let j = 0; j < sites; j++) {
      const unit = costs[i * sites + j]!
      const cost = unit === Infinity ? Infinity : weight * unit
      bySite[j * customers + i] = cost
      if (cost === Infinity) continue
      integral &&= Number.isInteger(cost)
      worst = Math.max(worst, cost)
    }
    worstSum += worst
  }
  const unreached = integral ? worstSum + 1 : 1.25 * worstSum || 1
  bySite.forEach((cost, k) => {
    if (cost === Infinity) bySite[k] = unreached
  })
  return { bySite, unreached, integral: integral && unreached * customers < 2 ** 51 }
}

interface Unsorted {
  readonly customers: number
  readonly sites: number
  readonly candidates: Int32Array
  readonly bySite: Float64Array
}

function sortNear({ customers, sites, candidates, bySite }: Unsorted) {
  const width = candidates.length
  const nearSite = new Int32Array(customers * width)
  const nearCost = new Float64Array(customers * width)
  const row = new Float64Array(sites)
  for (let i = 0; i < customers; i++) {
    for (let k = 0; k < width; k++) row[candidates[k]!] = bySite[candidates[k]! * customers + i]!
    const order = nearSite.subarray(i * width, (i + 1) * width)
    sortByCost(order, candidates, row)
    for (let k = 0; k < width; k++) nearCost[i * width + k] = row[order[k]!]!
  }
  return { nearSite, nearCost }
}

/**
 * Writes `candidates` into `order` by rising cost, equal costs by number. Typed arrays sort fast
 * only without a comparison of our own, so costs are sorted first and sites dealt to their places.
 */
function sortByCost(order: Int32Array, candidates: Int32Array, row: Float64Array): void {
  const sorted = new Float64Array(candidates.length)
  for (let k = 0; k < candidates.length; k++) sorted[k] = row[candidates[k]!]!
  sorted.sort()
  const taken = new Int32Array(candidates.length)
  for (const site of candidates) {
    const first = firstAtLeast(sorted, row[site]!)
    order[first + taken[first]!] = site
    taken[first]! += 1
  }
}

function firstAtLeast(sorted: Float64Array, cost: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < cost) low = middle + 1
    else high = middle
  }
  return low
}

/** The same instance without the sites of `closed` and with those of `locked` open for certain. */
export function reduceInstance(
  instance: Instance,
  closed: Uint8Array,
  locked: Uint8Array,
): Instance {
  const { customers, nearSite, nearCost } = instance
  const candidates = instance.candidates.filter((site) => closed[site] === 0)
  const size = customers * candidates.length
  const sites = new Int32Array(size)
  const costs = new Float64Array(size)
  let at = 0
  for (let k = 0; k < nearSite.length; k++) {
    if (closed[nearSite[k]!] === 1) continue
    sites[at] = nearSite[k]!
    costs[at++] = nearCost[k]!
  }
  return { ...instance, candidates, locked, nearSite: sites, nearCost: costs }
}

/** Whether some choice of sites meets p, the locked sites and the cap on new ones. */
export function isOpenable({ candidates, locked, p, isNew, maxNew }: Instance): boolean {
  let [lockedCount, lockedNew, kept] = [0, 0, 0]
  for (const site of candidates) {
    lockedCount += locked[site]!
    lockedNew += locked[site]! & isNew[site]!
    kept += 1 - isNew[site]!
  }
  return candidates.length >= p && lockedCount <= p && lockedNew <= maxNew && kept >= p - maxNew
}

/**
 * How much better a value must be to count: 1 of whole costs, a billionth of others, and never less
 * than what rounding makes of sums of the largest costs.
 */
export function leastGain({ integral, unreached }: Instance, value: number): number {
  return integral ? 1 : Math.max(1e-9 * Math.abs(value), 1e-12 * unreached)
}

/** Error that a bound of about `value` may carry from summing. */
export function roundingOf({ unreached }: Instance, value: number): number {
  return 1e-10 * Math.abs(value) + 1e-13 * unreached
}

/** The open sites of `isOpen`, each customer at the nearest of them. */
export function solutionOf(instance: Instance, isOpen: Uint8Array): PMedianSolution {
  const { customers, candidates, nearSite, nearCost } = instance
  const assigned = new Int32Array(customers)
  let value = 0
  for (let i = 0; i < customers; i++) {
    let k = i * candidates.length
    while (isOpen[nearSite[k]!] === 0) k++
    assigned[i] = nearSite[k]!
    value += nearCost[k]!
  }
  return { open: candidates.filter((site) => isOpen[site] === 1), assigned, value }
}
