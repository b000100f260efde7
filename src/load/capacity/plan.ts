import { StorewrightError } from '../../core/errors.ts'
import { loadSolver } from '../../core/optimize/linear/solver.ts'
import { gapOf } from '../../core/optimize/stop.ts'
import type { OnProgress } from '../../core/progress.ts'
import { openMarket } from './market.ts'
import { type NeedPlan, planNeed } from './plan-need.ts'
import { type CapacityProblem, checkProblem } from './problem.ts'

/** Servers for every need. */
export interface CapacityPlan {
  /** In the order of the needs. */
  readonly plans: readonly NeedPlan[]
  /** Cents, shortages left out. */
  readonly cost: number
  /** No servers that hold the same levels cost less. */
  readonly bound: number
  readonly gap: number
  /** For people. */
  readonly notes: readonly string[]
}

/** How planning is watched and stopped. */
export interface PlanOptions {
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** Plans all needs. Throws as `checkProblem`, and ERR_CANCELLED when stopped. */
export async function planCapacity(
  problem: CapacityProblem,
  { onProgress, signal }: PlanOptions = {},
): Promise<CapacityPlan> {
  checkProblem(problem)
  const solver = await loadSolver()
  const market = openMarket(problem)
  const plans = problem.needs.map((need, n) => {
    if (signal?.aborted) throw new StorewrightError('ERR_CANCELLED', 'planning was stopped')
    onProgress?.({ step: 'plan servers', done: n, total: problem.needs.length })
    return planNeed({ problem, market, solver }, need)
  })
  const cost = plans.reduce((sum, plan) => sum + plan.cost, 0)
  const bound = plans.reduce((sum, plan) => sum + plan.bound, 0)
  return { plans, cost, bound, gap: gapOf({ value: cost, bound }), notes: [] }
}
