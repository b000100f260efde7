import { Piscina } from 'piscina'
import { StorewrightError } from './errors.ts'

/** Runs exported functions of modules in threads. Tasks and results are copied (structured clone). */
export interface WorkerPool {
  readonly threads: number
  /**
   * Calls `name` of `module` with `task` in a thread. Throws ERR_CANCELLED when `signal` aborts,
   * what the function threw (a StorewrightError keeps its code), ERR_WORKER when the thread died.
   */
  run<Task, Result>(module: URL, name: string, task: Task, signal?: AbortSignal): Promise<Result>
  /** Ends the threads. */
  close(): Promise<void>
}

/** A pool of at most `threads` threads; they start with the first tasks. */
export function createWorkerPool(threads: number): WorkerPool {
  const pool = new Piscina({ minThreads: 0, maxThreads: threads, idleTimeout: 1000 })
  return {
    threads,
    async run(module, name, task, signal) {
      try {
        return await pool.run(task, {
          filename: module.href,
          name,
          ...(signal === undefined ? {} : { signal }),
        })
      } catch (cause) {
        throw asStorewrightError(cause, name)
      }
    },
    close: () => pool.destroy(),
  }
}

/** The module `name` (without ending) beside `importMetaUrl`: `.ts` in the tree, `.js` in the package. */
export function moduleBeside(importMetaUrl: string, name: string): URL {
  const ending = importMetaUrl.endsWith('.ts') ? '.ts' : '.js'
  return new URL(`${name}${ending}`, importMetaUrl)
}

/** Errors lose their class on the way out of a thread; code and next step travel as plain fields. */
function asStorewrightError(cause: unknown, name: string): unknown {
  if (!(cause instanceof Error)) return cause
  if (cause.name === 'AbortError') {
    return new StorewrightError('ERR_CANCELLED', 'Stopped before the work ended.', { cause })
  }
  const code = 'code' in cause ? String(cause.code) : ''
  if (cause instanceof StorewrightError) return cause
  if (code === 'ERR_WORKER_OUT_OF_MEMORY' || /terminat|exited/i.test(cause.message)) {
    return new StorewrightError('ERR_WORKER', `The worker running ${name} stopped.`, { cause })
  }
  return cause
}
