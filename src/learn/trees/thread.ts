import { StorewrightError } from '../../core/errors.ts'
import { boost, type ModelData, type TrainingTask } from './boost.ts'
import { benchOn } from './group-work.ts'
import { kernelOn } from './kernel.ts'
import type { Layout } from './layout.ts'
import { Control, helpTeam, sharedTeam } from './shared-team.ts'

/** What the coordinating thread is given. */
export interface CoordinateTask {
  readonly task: TrainingTask
  readonly layout: Layout
  readonly controlAt: number
  readonly threads: number
}

/** What a helping thread is given. */
export interface HelpTask {
  readonly memory: WebAssembly.Memory
  readonly layout: Layout
  readonly controlAt: number
  readonly threads: number
}

/** Runs the training and leads the helpers; in a thread, so that the caller's stays free. */
export function coordinate({ task, layout, controlAt, threads }: CoordinateTask): ModelData {
  const control = new Control(task.training.arena.memory, controlAt)
  try {
    return boost(task, layout, sharedTeam(control, threads), (round) => {
      control.rounds = round
      if (control.isCancelled()) {
        throw new StorewrightError('ERR_CANCELLED', 'Stopped before the work ended.')
      }
    })
  } finally {
    control.end()
  }
}

/** Helps until the training is over. */
export function help({ memory, layout, controlAt, threads }: HelpTask): void {
  helpTeam(benchOn(memory, layout, kernelOn(memory)), new Control(memory, controlAt), threads)
}
