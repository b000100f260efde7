import { fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { StorewrightError } from '../../core/errors.ts'
import type { OnProgress } from '../../core/progress.ts'
import { moduleBeside } from '../../core/workers.ts'
import type { NightMessage } from './night-entry.ts'
import type { Night } from './record.ts'

export interface NightOptions {
  /** Epoch ms at which it begins. */
  readonly now: number
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
}

/** Makes the nightly run of a store. */
export type MakeNight = (folder: string, options: NightOptions) => Promise<Night['steps']>

/** After so long a child that was asked to stop is killed: a store survives that. */
const GRACE_MS = 20_000

/**
 * The nightly run in a process of its own, at lower priority than the server: what the console asks has the
 * processor first and is held up by no long computation, and a run that fails takes nothing with it.
 * Rejects with ERR_CANCELLED once `signal` is aborted, else with what it failed by.
 */
export const nightInChild: MakeNight = (folder, { now, signal, onProgress }) =>
  new Promise((resolve, reject) => {
    const child = fork(moduleBeside(import.meta.url, './night-entry'), [folder, String(now)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    if (child.pid !== undefined) lower(child.pid)
    let killer: NodeJS.Timeout | undefined
    const stop = () => {
      child.kill('SIGTERM')
      killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
      killer.unref()
    }
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    let answer: Exclude<NightMessage, { readonly progress: unknown }> | undefined
    child.on('message', (message: NightMessage) => {
      if ('progress' in message) onProgress(message.progress)
      else answer = message
    })
    child.once('error', reject)
    child.once('close', (code, by) => {
      clearTimeout(killer)
      signal.removeEventListener('abort', stop)
      if (answer !== undefined && 'steps' in answer) return resolve(answer.steps)
      if (signal.aborted) {
        return reject(new StorewrightError('ERR_CANCELLED', 'the nightly run was stopped'))
      }
      const ended = by === null ? `ended with code ${code}` : `was ended by ${by}`
      reject(new Error(answer?.failed ?? `The process of the nightly run ${ended}`))
    })
  })

function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // A system that does not allow it, or a child that is gone.
  }
}
