import { loadSolver } from '../../core/optimize/linear/solver.ts'
import { gapOf } from '../../core/optimize/stop.ts'
import { openMarket } from './market.ts'
import { type NeedPlan, planNeed } from './plan-need.ts'
import { type CapacityProblem, checkProblem } from './problem.ts'

/** Servers for every need. */
export interface CapacityPlan {
  /** In the order of the needs. */
  readonly plans: readonly NeedPlan[]
  /** Cents, shortages left out. */
  readonly cost: number
  readonly bound: number
  readonly gap: number
}

/** Plans all needs. Throws as `checkProblem`. */
export async function planCapacity(problem: CapacityProblem): Promise<CapacityPlan> {
  checkProblem(problem)
  const solver = await loadSolver()
  const market = openMarket(problem)
  const plans = problem.needs.map((need) => planNeed({ problem, market, solver }, need))
  const cost = plans.reduce((sum, plan) => sum + plan.cost, 0)
  const bound = plans.reduce((sum, plan) => sum + plan.bound, 0)
  return { plans, cost, bound, gap: gapOf({ value: cost, bound }) }
}
