import { requireArgument, StorewrightError } from '../../core/errors.ts'

/**
 * Which sites to open and who serves whom:
 *
 *     min Σ_i f_i y_i + Σ_ij c_ij x_ij
 *     Σ_i x_ij = 1 for each customer j,   Σ_j d_j x_ij ≤ s_i y_i for each site i,
 *     x_ij ≤ y_i,   y_i ∈ {0, 1},   x_ij ≥ 0 (split) or x_ij ∈ {0, 1} (single)
 */
export interface FacilityProblem {
  readonly sites: number
  readonly customers: number
  /** f: of opening each site, 0 or more. */
  readonly fixedCost: Float64Array
  /** s: of each site, in the unit of demand; Infinity where unlimited. Absent: all are. */
  readonly capacity?: Float64Array
  /** d: of each customer, 0 or more. Absent: 1 each. */
  readonly demand?: Float64Array
  /** c: of serving all of customer `j` from site `i`, at [i · customers + j]; Infinity where `i` may not. */
  readonly cost: Float64Array
  /** May several sites share a customer (`split`), or must one serve it whole (`single`)? */
  readonly sourcing: 'split' | 'single'
  /** Names for reasons; absent: numbers. */
  readonly siteIds?: readonly string[]
  readonly customerIds?: readonly string[]
}

/** A problem with nothing absent. */
export interface CompleteProblem extends FacilityProblem {
  /** At most the total demand: nothing more can ever be used, and finite numbers add up. */
  readonly capacity: Float64Array
  readonly demand: Float64Array
  /** Σ_j d_j. */
  readonly totalDemand: number
  /** Whether any capacity can bind at all. */
  readonly capacitated: boolean
  /** Whether every plan's value is a whole number, so that bounds may be rounded up. */
  readonly wholeValues: boolean
}

/**
 * Checks `problem` and fills in what is absent. Throws ERR_ARGUMENT on arrays that do not fit,
 * ERR_NOT_FINITE on NaN and on negative or infinite costs, demands and capacities, and
 * ERR_INFEASIBLE naming what blocks: demand above all capacity, customers that no site may serve,
 * customers (single sourcing) larger than every site that may serve them.
 */
export function completeProblem(problem: FacilityProblem): CompleteProblem {
  const { sites, customers } = problem
  const capacity = problem.capacity ?? new Float64Array(sites).fill(Infinity)
  const demand = problem.demand ?? new Float64Array(customers).fill(1)
  checkLength('fixedCost', problem.fixedCost, sites, false)
  checkLength('capacity', capacity, sites, true)
  checkLength('demand', demand, customers, false)
  checkLength('cost', problem.cost, sites * customers, true)
  requireArgument(
    sites > 0 || customers === 0,
    'there are customers but no sites: add a site that may serve them',
  )
  const totalDemand = demand.reduce((sum, one) => sum + one, 0)
  const capacitated = capacity.some((one) => one < totalDemand)
  const usable = capacity.map((one) => Math.min(one, totalDemand))
  refuseTooLittle(capacity, totalDemand)
  const whole = (one: number) => Number.isInteger(one) || one === Infinity
  const wholeValues =
    problem.sourcing === 'single' && problem.cost.every(whole) && problem.fixedCost.every(whole)
  const complete = { ...problem, capacity: usable, demand, totalDemand, capacitated, wholeValues }
  refuseUnservable(complete)
  return complete
}

function checkLength(name: string, values: Float64Array, length: number, endless: boolean): void {
  requireArgument(
    values.length === length,
    `${name} has ${values.length} entries where ${length} are expected`,
  )
  const at = values.findIndex((value) => !(value >= 0 && (endless || value < Infinity)))
  if (at >= 0) {
    throw new StorewrightError('ERR_NOT_FINITE', `${name}[${at}] is ${values[at]}`, {
      next: `Give a number of 0 or more${endless ? ', or Infinity' : ''}.`,
    })
  }
}

function refuseTooLittle(capacity: Float64Array, totalDemand: number): void {
  const all = capacity.reduce((sum, one) => sum + one, 0)
  if (all >= totalDemand) return
  throw new StorewrightError(
    'ERR_INFEASIBLE',
    `Demand of ${totalDemand} is above the capacity of all sites together, ${all}.`,
    { next: `Add ${totalDemand - all} of capacity, or leave demand unserved.` },
  )
}

function refuseUnservable(problem: CompleteProblem): void {
  const { sites, customers, capacity, demand, cost } = problem
  const room = (i: number, j: number) => problem.sourcing === 'split' || demand[j]! <= capacity[i]!
  const shut: number[] = []
  for (let j = 0; j < customers; j++) {
    let served = false
    for (let i = 0; i < sites && !served; i++) {
      served = cost[i * customers + j]! < Infinity && room(i, j)
    }
    if (!served) shut.push(j)
  }
  if (shut.length > 0) throw noSiteFor(problem, shut)
}

function noSiteFor(problem: CompleteProblem, shut: readonly number[]): StorewrightError {
  const names = shut.slice(0, 5).map((j) => problem.customerIds?.[j] ?? String(j))
  const more = shut.length > names.length ? ` and ${shut.length - names.length} more` : ''
  const why = problem.sourcing === 'single' ? ', or none that may is large enough' : ''
  const message = `No site may serve customer ${names.join(', ')}${more}${why}.`
  return new StorewrightError('ERR_INFEASIBLE', message, {
    next: 'Allow a site to serve them, or leave them out.',
    value: names.join(', '),
  })
}
