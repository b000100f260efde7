import { chooseSites, type Evaluate, type Relaxation } from '../relaxation.ts'
import { fractionalWorth, type Knapsack, wholeWorth } from './knapsack.ts'
import type { CapacitatedProblem } from './problem.ts'

/**
 * Evaluates the Lagrangian relaxation of single service with a knapsack a site (Pirkul 1987):
 *
 *   ρ_j = −max Σ_i (u_i − cost_ij) x_i   with   Σ_i demand_i x_i ≤ capacity_j,
 *
 * with fractional items, and at `exact` with whole ones, which bounds better and takes longer.
 */
export function knapsackRelaxation(problem: CapacitatedProblem, exact = false): Evaluate {
  const { demands, capacities, customers, sites } = problem
  const packs = Array.from({ length: sites }, () => packFor(customers))
  return (relaxation, multipliers) => {
    const { instance, reduced, chosen } = relaxation
    for (const j of instance.candidates) {
      fillPack(packs[j]!, relaxation, j, multipliers, demands)
      const worth = exact ? wholeWorth : fractionalWorth
      reduced[j] = -worth(packs[j]!, capacities[j]!)
    }
    chooseSites(relaxation)
    let total = multipliers.reduce((sum, u) => sum + u, 0)
    relaxation.served.fill(0)
    for (const j of instance.candidates) {
      if (chosen[j] === 0) continue
      total += reduced[j]!
      serve(packs[j]!, capacities[j]!, relaxation.served)
    }
    relaxation.value = total
    return total
  }
}

/** Items of a site and the customers they are. */
interface Pack extends Knapsack {
  readonly customer: Int32Array
  count: number
}

const packFor = (customers: number): Pack => ({
  worth: new Float64Array(customers),
  weight: new Float64Array(customers),
  customer: new Int32Array(customers),
  count: 0,
})

/** Customers worth serving from site j, the best worth for demand first. */
function fillPack(
  pack: Pack,
  { instance }: Relaxation,
  site: number,
  multipliers: Float64Array,
  demands: Float64Array,
): void {
  const { customers, bySite } = instance
  const row = site * customers
  const worthy: number[] = []
  for (let i = 0; i < customers; i++) {
    if (multipliers[i]! > bySite[row + i]!) worthy.push(i)
  }
  const ratio = (i: number) => (multipliers[i]! - bySite[row + i]!) / demands[i]!
  const ratios = new Map(worthy.map((i) => [i, ratio(i)]))
  worthy.sort((a, b) => ratios.get(b)! - ratios.get(a)! || a - b)
  pack.count = worthy.length
  worthy.forEach((i, k) => {
    pack.customer[k] = i
    pack.worth[k] = multipliers[i]! - bySite[row + i]!
    pack.weight[k] = demands[i]!
  })
}

/** Adds what the fractional knapsack serves. */
function serve({ customer, weight, count }: Pack, capacity: number, served: Float64Array): void {
  let left = capacity
  for (let k = 0; k < count; k++) {
    const share = weight[k]! <= left ? 1 : left / weight[k]!
    served[customer[k]!]! += share
    if (share < 1) return
    left -= weight[k]!
  }
}
