import { requireArgument } from '../../core/errors.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { createWorkerPool, moduleBeside, type WorkerPool } from '../../core/workers.ts'
import { reserve } from './arena.ts'
import { type ModelData, planTraining, type TrainingTask } from './boost.ts'
import { createModel } from './model.ts'
import { CONTROL_BYTES, Control } from './shared-team.ts'
import { type CoordinateTask, coordinate, type HelpTask, help } from './thread.ts'
import { withTask } from './train.ts'
import type { ParallelOptions, TreeData, TreeModel, TreeParameters } from './types.ts'

const THREAD = moduleBeside(import.meta.url, './thread')
const LOOK_MILLISECONDS = 200

/**
 * Trains as trainTrees does, on `options.threads` threads (2) that share the rows' memory; the
 * calling thread stays free. The model is the same, bit for bit, whatever their number, as threads
 * divide the features and never a sum. Throws as trainTrees does, and ERR_WORKER when a thread dies.
 */
export async function trainTreesParallel(
  data: TreeData,
  parameters: TreeParameters,
  options: ParallelOptions = {},
): Promise<TreeModel> {
  const { threads = 2, signal } = options
  requireArgument(
    Number.isInteger(threads) && threads >= 1 && threads <= 64,
    `threads is ${threads}, not a whole number from 1 to 64`,
  )
  throwIfStopped(signal)
  return withTask(data, parameters, options, async (task) => {
    const pool = createWorkerPool(threads)
    try {
      return createModel(await trainOn(pool, task, options))
    } finally {
      await pool.close()
    }
  })
}

async function trainOn(
  pool: WorkerPool,
  task: TrainingTask,
  options: ParallelOptions,
): Promise<ModelData> {
  const { arena } = task.training
  const layout = planTraining(task)
  const controlAt = reserve(arena, CONTROL_BYTES)
  const { memory } = arena
  const { threads } = pool
  const control = new Control(memory, controlAt)
  control.clear()
  const stopWatching = watch(control, task.parameters.rounds, options)
  try {
    const leader = pool.run<CoordinateTask, ModelData>(THREAD, coordinate.name, {
      task,
      layout,
      controlAt,
      threads,
    })
    const helpers = Array.from({ length: pool.threads - 1 }, () =>
      pool.run<HelpTask, void>(THREAD, help.name, { memory, layout, controlAt, threads }),
    )
    const [model] = await Promise.all([leader, ...helpers])
    // Structured clone made a new binning of the same content: rows prepared before must still fit.
    return { ...model, binning: task.binning }
  } finally {
    control.end()
    stopWatching()
  }
}

/** Passes progress out and the wish to stop in; returns how to end that. */
function watch(control: Control, total: number, options: ParallelOptions): () => void {
  const { signal, onProgress } = options
  const cancel = () => control.cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  let told = 0
  const look = () => {
    const { rounds } = control
    if (rounds === told) return
    told = rounds
    onProgress?.({ step: 'train trees', done: rounds, total })
  }
  const timer = onProgress === undefined ? undefined : setInterval(look, LOOK_MILLISECONDS)
  return () => {
    look()
    clearInterval(timer)
    signal?.removeEventListener('abort', cancel)
  }
}
