import { availableParallelism } from 'node:os'
import { loadSolver } from '../../core/optimize/linear/solver.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { createWorkerPool, moduleBeside, type WorkerPool } from '../../core/workers.ts'
import { openMarket } from './market.ts'
import { type NeedPlan, planNeed } from './plan-need.ts'
import type { CapacityNeed, CapacityProblem } from './problem.ts'

/** How planning is watched and stopped, and on how many threads it runs. */
export interface PlanOptions {
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
  /** Default as many as the machine has; plans are the same with any number. */
  readonly threads?: number
}

/** Needs below which threads cost more than they save. */
const WORTH_THREADS = 24
/** Needs that a thread plans before it is heard of. */
const TOGETHER = 8

/** Needs to plan, and the problem they are of, which holds no other. */
interface PlanTask {
  readonly problem: CapacityProblem
}

/**
 * Plans of all needs, each as if it were alone: none sees what the others take of a limit. Throws
 * ERR_CANCELLED when stopped.
 */
export async function firstPlans(
  problem: CapacityProblem,
  { onProgress = silent, signal, threads = availableParallelism() }: PlanOptions,
): Promise<NeedPlan[]> {
  const { needs } = problem
  const isWorth = threads > 1 && needs.length >= WORTH_THREADS
  const pool = isWorth ? createWorkerPool(threads) : undefined
  const plans: NeedPlan[] = []
  let done = 0
  try {
    const parts = partsOf(needs).map((part) => async () => {
      throwIfStopped(signal)
      const made = await runPart(pool, { problem: { ...problem, needs: part } }, signal)
      done += part.length
      onProgress({ step: 'plan servers', done, total: needs.length })
      return made
    })
    if (pool === undefined) for (const part of parts) plans.push(...(await part()))
    else plans.push(...(await Promise.all(parts.map((part) => part()))).flat())
    return plans
  } finally {
    await pool?.close()
  }
}

/** Plans the needs of a problem one after the other; runs in a thread too. */
export async function planEach({ problem }: PlanTask): Promise<NeedPlan[]> {
  const tools = { problem, market: openMarket(problem), solver: await loadSolver() }
  return problem.needs.map((need) => planNeed(tools, need))
}

function runPart(pool: WorkerPool | undefined, task: PlanTask, signal: AbortSignal | undefined) {
  if (pool === undefined) return planEach(task)
  const module = moduleBeside(import.meta.url, './first-plans')
  return pool.run<PlanTask, NeedPlan[]>(module, 'planEach', task, signal)
}

function partsOf(needs: readonly CapacityNeed[]): CapacityNeed[][] {
  return Array.from({ length: Math.ceil(needs.length / TOGETHER) }, (_, k) =>
    needs.slice(k * TOGETHER, (k + 1) * TOGETHER),
  )
}
