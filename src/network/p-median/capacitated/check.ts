import { requireArgument } from '../../../core/errors.ts'
import { checkPMedian, infeasible, nameSome } from '../check.ts'
import { type Instance, instanceOf } from '../instance.ts'
import { chooseSites, createRelaxation } from '../relaxation.ts'
import type { CapacitatedProblem } from './problem.ts'

/**
 * Throws ERR_ARGUMENT on wrong sizes or numbers, ERR_INFEASIBLE where a demand fits no site that
 * reaches it or all demand fits no choice of p sites; returns the instance.
 */
export function checkCapacitated(problem: CapacitatedProblem): Instance {
  checkPMedian(problem)
  const { customers, sites, demands, capacities } = problem
  checkUnits(demands, customers, 'demands', false)
  checkUnits(capacities, sites, 'capacities', true)
  const instance = instanceOf(problem)
  checkEach(instance, problem)
  checkAll(instance, problem)
  return instance
}

function checkUnits(units: Float64Array, length: number, name: string, endless: boolean): void {
  requireArgument(units.length === length, `${name} has ${units.length} numbers, not ${length}`)
  units.forEach((value, k) => {
    const right = value >= 0 && (endless || value < Infinity)
    requireArgument(right, `${name}, number ${k}: ${value} is not a number from 0`)
  })
}

function checkEach(instance: Instance, { demands, capacities }: CapacitatedProblem): void {
  const { customers, candidates, bySite, unreached } = instance
  const blocked: number[] = []
  for (let i = 0; i < customers; i++) {
    const fits = candidates.some(
      (j) => bySite[j * customers + i]! < unreached && demands[i]! <= capacities[j]!,
    )
    if (!fits) blocked.push(i)
  }
  if (blocked.length === 0) return
  throw infeasible(
    `the demand of ${nameSome('customer', blocked)} is above the capacity of every site that reaches it`,
    'Split the customer, raise a capacity or allow another site.',
  )
}

function checkAll(instance: Instance, { demands, capacities }: CapacitatedProblem): void {
  const demand = demands.reduce((a, b) => a + b, 0)
  const largest = createRelaxation(instance)
  capacities.forEach((capacity, j) => {
    largest.reduced[j] = -capacity
  })
  chooseSites(largest)
  const room = capacities.reduce((sum, units, j) => sum + (largest.chosen[j] === 1 ? units : 0), 0)
  if (demand <= room * (1 + 1e-12)) return
  throw infeasible(
    `demand is ${demand}, the ${instance.p} largest sites that may be open together hold ${room}`,
    'Open more sites or raise capacities.',
  )
}
