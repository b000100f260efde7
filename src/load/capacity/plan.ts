import { loadSolver } from '../../core/optimize/linear/solver.ts'
import { gapOf } from '../../core/optimize/stop.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { firstPlans, type PlanOptions } from './first-plans.ts'
import { openRoom, type Room } from './limits.ts'
import { openMarket } from './market.ts'
import { type NeedPlan, type PlanTools, planNeed } from './plan-need.ts'
import { type CapacityNeed, type CapacityProblem, checkProblem } from './problem.ts'

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

/** Plans all needs. Throws as `checkProblem`, and ERR_CANCELLED when stopped. */
export async function planCapacity(
  problem: CapacityProblem,
  options: PlanOptions = {},
): Promise<CapacityPlan> {
  checkProblem(problem)
  const first = await firstPlans(problem, options)
  const solver = await loadSolver()
  const market = openMarket(problem)
  const tools = { problem, market, solver }
  const room = openRoom(problem, market)
  const notes: string[] = []
  const plans = problem.needs.map((need, n) => {
    throwIfStopped(options.signal)
    return fitIntoRoom(tools, need, first[n]!, room, notes)
  })
  const cost = plans.reduce((sum, plan) => sum + plan.cost, 0)
  const bound = plans.reduce((sum, plan) => sum + plan.bound, 0)
  return { plans, cost, bound, gap: gapOf({ value: cost, bound }), notes }
}

/**
 * The first plan of a need; where it does not fit into what is left of a limit, another without the types
 * that are short. The bound stays that of the first plan, which no limit can lower: needs come first that stand
 * first, and the gap tells what a better order could gain at the most.
 */
function fitIntoRoom(
  tools: PlanTools,
  need: CapacityNeed,
  first: NeedPlan,
  room: Room,
  notes: string[],
): NeedPlan {
  const { problem } = tools
  let plan = first
  const without = new Set<number>()
  for (let lacks = room.lacking(plan); lacks.length > 0; lacks = room.lacking(plan)) {
    for (const key of lacks) without.add(key)
    const prices = tools.market.prices.map((one, k) => (without.has(k) ? undefined : one))
    const market = { ...tools.market, prices }
    const stays = (type: number, location: number) =>
      !without.has(location * problem.types.length + type)
    const standing = need.standing.filter((one) => stays(one.type, one.location))
    plan = planNeed({ ...tools, market }, { ...need, standing })
  }
  if (without.size > 0) {
    const names = [...without].map((k) => problem.types[k % problem.types.length]).join(', ')
    notes.push(
      `${need.service} in ${need.region} is planned without ${names}: there are no more of them.`,
    )
  }
  room.take(plan)
  return { ...plan, bound: Math.min(first.bound, plan.cost) }
}
