import { StorewrightError } from '../../core/errors.ts'
import type { WorkDone, WorkPredictor } from './expect.ts'
import type { Machine, ScheduledWork, SchedulePolicy } from './policy.ts'

/** Statements that are run in an order of their own. */
export interface Scheduler {
  /**
   * Runs `work` when its turn comes and returns what it returns. `template` is what it is known by,
   * `rowsExpected` what its plan expects to read. Rejects with ERR_CANCELLED once `signal` is aborted
   * while it waits, and with whatever `work` rejects with.
   */
  run<T>(request: ScheduleRequest, work: () => Promise<T>): Promise<T>
  /** Statements that wait and that run. */
  counts(): { readonly waiting: number; readonly running: number }
}

export interface ScheduleRequest {
  readonly template: string
  readonly rowsExpected?: number
  readonly signal?: AbortSignal
}

export interface SchedulerOptions {
  readonly policy: SchedulePolicy
  readonly predictor: WorkPredictor
  readonly machine: Machine
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number
  /** CPU of the process, ms: read before and after work that ran alone. */
  readonly cpuClock: () => number
}

interface Waiting extends ScheduledWork {
  readonly start: () => void
}

interface Running extends ScheduledWork {
  readonly startedAt: number
  readonly cpuAt: number
  readonly beside: Set<string>
  /** Whether others ran beside it at any time. */
  shared: boolean
}

/** A scheduler over a machine: statements start as its policy says, and what they took is learned. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { policy, predictor, machine, clock, cpuClock } = options
  const waiting: Waiting[] = []
  const running = new Map<number, Running>()
  let lastId = 0

  const startNext = () => {
    for (;;) {
      const next = policy(waiting, [...running.values()], machine, clock())
      if (next === undefined) return
      const at = waiting.findIndex(({ id }) => id === next.id)
      const [work] = waiting.splice(at, 1)
      work!.start()
    }
  }

  const begin = (work: ScheduledWork): Running => {
    const others = [...running.values()]
    for (const other of others) {
      other.shared = true
      other.beside.add(work.group)
    }
    const one: Running = {
      ...work,
      startedAt: clock(),
      cpuAt: cpuClock(),
      beside: new Set(others.map(({ group }) => group)),
      shared: others.length > 0,
    }
    running.set(work.id, one)
    return one
  }

  const end = (one: Running, rowsExpected: number | undefined) => {
    running.delete(one.id)
    predictor.learn(one.group, doneBy(one, clock(), cpuClock()), rowsExpected)
    startNext()
  }

  return {
    run({ template, rowsExpected, signal }, work) {
      return new Promise((resolve, reject) => {
        const id = ++lastId
        const item: Waiting = {
          id,
          arrivedAt: clock(),
          expected: predictor.expect(template, rowsExpected),
          group: template,
          start() {
            signal?.removeEventListener('abort', cancel)
            const one = begin(item)
            // The count is down before the caller goes on.
            work().then(
              (value) => {
                end(one, rowsExpected)
                resolve(value)
              },
              (error: unknown) => {
                end(one, rowsExpected)
                reject(error)
              },
            )
          },
        }
        const cancel = () => {
          const at = waiting.indexOf(item)
          if (at >= 0) waiting.splice(at, 1)
          reject(new StorewrightError('ERR_CANCELLED', 'the statement was stopped while it waited'))
        }
        if (signal?.aborted) {
          cancel()
          return
        }
        signal?.addEventListener('abort', cancel, { once: true })
        waiting.push(item)
        startNext()
      })
    },
    counts: () => ({ waiting: waiting.length, running: running.size }),
  }
}

/** CPU is the process's where a statement was alone; beside others the time it ran stands for it. */
function doneBy(one: Running, now: number, cpu: number): WorkDone {
  const wallMs = now - one.startedAt
  return {
    cpuMs: one.shared ? wallMs : cpu - one.cpuAt,
    wallMs,
    beside: [...one.beside],
  }
}
