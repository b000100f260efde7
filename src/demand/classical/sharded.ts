import type { Panel } from '../../core/panel.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { moduleBeside, type WorkerPool } from '../../core/workers.ts'
import { sliceValues } from '../slice.ts'
import {
  type BacktestTask,
  backtestShard,
  type FitTask,
  fitShard,
  type PredictTask,
  predictShard,
} from './shard.ts'

/** Series a shard; small enough for progress a few times a second. */
const SHARD_SERIES = 256

/** How work is run: in this thread, or in the threads of a pool. The results are the same. */
export interface RunOptions {
  readonly pool?: WorkerPool
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

interface ShardFunctions {
  fitShard(task: FitTask): Float64Array
  backtestShard(task: BacktestTask): Float64Array
  predictShard(task: PredictTask): { readonly mean: Float64Array; readonly quantiles: Float64Array }
}

const LOCAL: ShardFunctions = { fitShard, backtestShard, predictShard }

/**
 * Cuts a panel into shards of series, runs `name` on each and returns the results in order. What a
 * shard computes depends on its own series and on the task alone, so the number of threads does not
 * show in the result.
 */
export async function mapShards<Name extends keyof ShardFunctions>(
  panel: Panel,
  name: Name,
  step: string,
  taskOf: (part: Panel, from: number, to: number) => Parameters<ShardFunctions[Name]>[0],
  options: RunOptions,
): Promise<ReturnType<ShardFunctions[Name]>[]> {
  type Result = ReturnType<ShardFunctions[Name]>
  const { pool, onProgress = silent, signal } = options
  const total = panel.ids.length
  const starts: number[] = []
  for (let from = 0; from < total; from += SHARD_SERIES) starts.push(from)
  let done = 0
  const report = (from: number) => {
    done += Math.min(SHARD_SERIES, total - from)
    onProgress({ step, done, total })
  }
  const runOne = async (from: number): Promise<Result> => {
    throwIfStopped(signal)
    const to = Math.min(total, from + SHARD_SERIES)
    const task = taskOf(sliceValues(panel, from, to), from, to)
    const result = pool
      ? await pool.run<typeof task, Result>(SHARD_MODULE, name, task, signal)
      : ((LOCAL[name] as (t: typeof task) => Result)(task) satisfies Result)
    report(from)
    return result
  }
  if (pool) return Promise.all(starts.map(runOne))
  const results: Result[] = []
  for (const from of starts) {
    results.push(await runOne(from))
    // Lets signals and progress through between shards.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return results
}

const SHARD_MODULE = moduleBeside(import.meta.url, './shard')

/** Joins the results of shards into one array. */
export function concatenate(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
