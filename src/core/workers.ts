import { Piscina } from 'piscina'
import { StorewrightError } from './errors.ts'
import type { WorkerAnswer, WorkerCall } from './worker-entry.ts'

/** Runs exported functions of modules in threads. Tasks and results are copied (structured clone). */
export interface WorkerPool {
  readonly threads: number
  /**
   * Calls `name` of `module` with `task` in a thread. Throws what the function threw (a
   * StorewrightError with its code), ERR_CANCELLED when `signal` aborts, ERR_WORKER when the thread
   * died.
   */
  run<Task, Result>(module: URL, name: string, task: Task, signal?: AbortSignal): Promise<Result>
  /** Ends the threads. */
  close(): Promise<void>
}

/** A pool of at most `threads` threads; they start with the first tasks. */
export function createWorkerPool(threads: number): WorkerPool {
  const filename = moduleBeside(import.meta.url, './worker-entry').href
  const pool = new Piscina({ filename, minThreads: 0, maxThreads: threads, idleTimeout: 1000 })
  return {
    threads,
    async run<Task, Result>(module: URL, name: string, task: Task, signal?: AbortSignal) {
      const call: WorkerCall = { module: module.href, name, task }
      const answer = await askThread(pool, call, signal)
      // The caller names the type of what its own function returns; a thread cannot check it.
      if (answer.ok) return answer.result as Result
      const { code, message, place, next } = answer.failure
      throw new StorewrightError(code, message, {
        ...place,
        ...(next === undefined ? {} : { next }),
      })
    },
    close: () => pool.destroy(),
  }
}

/** The module `name` (without ending) beside `importMetaUrl`: `.ts` in the tree, `.js` in the package. */
export function moduleBeside(importMetaUrl: string, name: string): URL {
  const ending = importMetaUrl.endsWith('.ts') ? '.ts' : '.js'
  return new URL(`${name}${ending}`, importMetaUrl)
}

async function askThread(
  pool: Piscina,
  call: WorkerCall,
  signal: AbortSignal | undefined,
): Promise<WorkerAnswer> {
  try {
    return await pool.run(call, { name: 'call', ...(signal === undefined ? {} : { signal }) })
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    if (cause.name === 'AbortError') {
      throw new StorewrightError('ERR_CANCELLED', 'Stopped before the work ended.', { cause })
    }
    const died = /terminat|exited|exit code|memory/i.test(cause.message)
    if (died) throw new StorewrightError('ERR_WORKER', `${call.name}: ${cause.message}`, { cause })
    throw cause
  }
}
