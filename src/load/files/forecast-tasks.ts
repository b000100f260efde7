import { availableParallelism } from 'node:os'
import { readKnob } from '../../core/knobs.ts'
import { type OnProgress, throwIfStopped } from '../../core/progress.ts'
import { createWorkerPool, moduleBeside, type WorkerPool } from '../../core/workers.ts'
import type { Verdict } from '../choice/judge.ts'
import { decideMixes } from '../choose.ts'
import { thriftySteps } from '../knobs.ts'
import {
  type ForecastTask,
  forecastSeries,
  type JudgeTask,
  judgeSeries,
  optionsOf,
  type SeriesForecast,
} from './series-task.ts'

/** What is wanted of each series, and where the work runs. */
export interface TaskOptions {
  readonly levels: readonly number[]
  readonly peakLevels?: readonly number[]
  /** The first so many series come with their parts. Default none. */
  readonly detailed?: number
  readonly threads?: number
  readonly onProgress: OnProgress
  readonly signal?: AbortSignal
}

/** Steps to forecast or read below which threads cost more than they save. */
const WORTH_THREADS = 4000
/** Series up to which the peaks of all days are read from paths. */
const MOST_WITH_PEAKS = 50

/**
 * Judges the forecasters on every series, decides for all together, and forecasts: `take` gets the
 * series in their order, one at a time. Many series run in threads, and as many are under way as
 * threads need, so that memory does not grow with their number.
 */
export async function forecastTasks(
  asked: readonly JudgeTask[],
  options: TaskOptions,
  take: (made: SeriesForecast, at: number) => void,
): Promise<void> {
  const steps = asked.reduce((sum, { history, range }) => sum + history.axis.count + range.count, 0)
  const thrifty = steps > readKnob(thriftySteps) && asked[0]?.history.axis.stepMs === 60_000
  const tasks = asked.map((task) => ({ ...task, thrifty }))
  const threads = Math.min(tasks.length, options.threads ?? availableParallelism())
  const pool = threads > 1 && steps > WORTH_THREADS ? createWorkerPool(threads) : undefined
  try {
    const verdicts: Verdict[] = []
    await inOrder(tasks, 'judge', runner('judgeSeries', judgeSeries, pool, options), options, (v) =>
      verdicts.push(v),
    )
    const decisions = decideMixes(verdicts, optionsOf({ thrifty }))
    const whole = tasks.map((task, at): ForecastTask => {
      const { levels, detailed = 0 } = options
      const peakLevels = tasks.length <= MOST_WITH_PEAKS ? (options.peakLevels ?? []) : []
      const withParts = at < detailed
      return { ...task, decision: decisions[at]!, levels, peakLevels, withParts }
    })
    const forecast = runner('forecastSeries', forecastSeries, pool, options)
    await inOrder(whole, 'forecast', forecast, options, (made, at) => {
      take({ ...made, notes: [...made.notes, ...verdicts[at]!.failures] }, at)
    })
  } finally {
    await pool?.close()
  }
}

function runner<Task, Result>(
  name: string,
  here: (task: Task) => Result,
  pool: WorkerPool | undefined,
  { signal }: TaskOptions,
): (task: Task) => Promise<Result> {
  if (pool === undefined) return async (task) => here(task)
  const module = moduleBeside(import.meta.url, './series-task')
  return (task) => pool.run<Task, Result>(module, name, task, signal)
}

/** Runs tasks a few at a time and hands their results on in order. */
async function inOrder<Task extends JudgeTask, Result>(
  tasks: readonly Task[],
  step: string,
  run: (task: Task) => Promise<Result>,
  { onProgress, signal, threads }: TaskOptions,
  take: (result: Result, at: number) => void,
): Promise<void> {
  const underWay: Promise<Result>[] = []
  const most = 2 * (threads ?? availableParallelism())
  for (let next = 0, at = 0; at < tasks.length; at++) {
    throwIfStopped(signal)
    while (next < tasks.length && underWay.length < most) {
      const task = run(tasks[next++]!)
      // Awaited in its turn; until then a failure must not count as unhandled.
      task.catch(() => {})
      underWay.push(task)
    }
    const note = Object.values(tasks[at]!.history.group).join(' ')
    onProgress({ step, done: at, total: tasks.length, note })
    take(await underWay.shift()!, at)
  }
}
