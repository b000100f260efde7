import { AsyncLocalStorage } from 'node:async_hooks'
import { StorewrightError } from '../../core/errors.ts'
import type { WorkDone, WorkHints, WorkPredictor } from './expect.ts'
import { isPassedBy, type Machine, type ScheduledWork, type SchedulePolicy } from './policy.ts'
import { createRecentTables } from './recent-tables.ts'
import { createWaits, type ScheduleReport } from './waits.ts'

/** Statements that are run in an order of their own. */
export interface Scheduler {
  /**
   * Runs `work` when its turn comes and returns what it returns. Rejects with ERR_CANCELLED once the
   * signal of the request is aborted while it waits, and with whatever `work` rejects with; whoever
   * aborts work that runs stops it by itself.
   */
  run<T>(request: ScheduleRequest, work: () => Promise<T>): Promise<T>
  /** Statements that wait and that run. */
  counts(): { readonly waiting: number; readonly running: number }
  /** Waits since it was made. */
  report(): ScheduleReport
}

export interface ScheduleRequest extends WorkHints {
  /** What the statement is known by. */
  readonly template: string
  readonly signal?: AbortSignal
  /** Nobody waits for its answer: it goes behind what somebody waits for. */
  readonly isBackground?: boolean
  /** Tables that it reads. */
  readonly tables?: readonly string[]
}

export interface SchedulerOptions {
  readonly policy: SchedulePolicy
  readonly predictor: WorkPredictor
  readonly machine: Machine
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number
  /** CPU of the process, ms: what runs at the same time has equal parts of it. */
  readonly cpuClock: () => number
  /**
   * Bytes that running statements hold now, asked for while they run; absent: of their memory is known
   * what a record knows.
   */
  readonly memory?: () => Promise<number>
}

interface Waiting extends ScheduledWork {
  /** Expected CPU of what came later and was started before it, ms. */
  passedMs: number
  /** CPU of the process when it came, and taken since, ms. */
  readonly cpuAt: number
  servedMs: number
  /** CPU that it saves by starting now, ms. */
  warmSavingMs: number
  readonly tables: readonly string[]
  readonly start: () => void
}

interface Running extends ScheduledWork {
  readonly startedAt: number
  /** Its part of the CPU that the process has taken since: as much as that of each beside it. */
  cpuMs: number
  readonly beside: Set<string>
  /** Whether others ran beside it at any time. */
  shared: boolean
  /** Whether its tables had just been read when it started. */
  readonly isWarm: boolean
  readonly tables: readonly string[]
  memoryBytes?: number
}

/** Statements that end sooner are too short to look at their memory. */
const WATCH_MEMORY_MS = 250
const LOOK_AGAIN_MS = 50
/** What takes no CPU (it waits for a disk) holds a short slot this many times as long as what does. */
const IDLE_PATIENCE = 10

/** A scheduler over a machine: statements start as its policy says, and what they took is learned. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  return new Queue(options)
}

class Queue implements Scheduler {
  private readonly options: SchedulerOptions
  private readonly waiting: Waiting[] = []
  private readonly running = new Map<number, Running>()
  private readonly waits = createWaits()
  private readonly read = createRecentTables()
  private lastId = 0
  private cpuAt = 0
  private isWatching = false
  private timer: NodeJS.Timeout | undefined

  constructor(options: SchedulerOptions) {
    this.options = options
  }

  run<T>(request: ScheduleRequest, work: () => Promise<T>): Promise<T> {
    const { template, signal, isBackground = false, tables = [] } = request
    // Whoever ends starts the next, which goes on in the context of who asked for it.
    const inContext = AsyncLocalStorage.snapshot()
    return new Promise((resolve, reject) => {
      const item: Waiting = {
        id: ++this.lastId,
        arrivedAt: this.options.clock(),
        expected: this.options.predictor.expect(template, request),
        group: template,
        ...{ passedMs: 0, servedMs: 0, warmSavingMs: 0, isBackground, tables },
        cpuAt: this.options.cpuClock(),
        start: () => {
          signal?.removeEventListener('abort', cancel)
          inContext(() => this.carryOut(item, request, work).then(resolve, reject))
        },
      }
      const cancel = () => {
        const at = this.waiting.indexOf(item)
        if (at >= 0) this.waiting.splice(at, 1)
        this.waits.cancelled()
        reject(new StorewrightError('ERR_CANCELLED', 'the statement was stopped while it waited'))
        // What waited behind it for memory or cores may fit now.
        this.startNext()
      }
      if (signal?.aborted) return cancel()
      signal?.addEventListener('abort', cancel, { once: true })
      this.waiting.push(item)
      this.startNext()
    })
  }

  counts(): { readonly waiting: number; readonly running: number } {
    return { waiting: this.waiting.length, running: this.running.size }
  }

  report(): ScheduleReport {
    return this.waits.report(this.counts())
  }

  private startNext(): void {
    const { policy, machine, clock } = this.options
    const cpu = this.options.cpuClock()
    for (const one of this.waiting) one.servedMs = cpu - one.cpuAt
    for (;;) {
      this.foreseeSavings()
      const next = policy(this.waiting, this.runningNow(), machine, clock())
      if (next === undefined) break
      const at = this.waiting.findIndex(({ id }) => id === next.id)
      const passed = this.waiting.filter(({ id }) => id < next.id).map(({ group }) => group)
      const [work] = this.waiting.splice(at, 1)
      for (const one of this.waiting) if (isPassedBy(one, next)) one.passedMs += next.expected.cpuMs
      const waitedMs = clock() - next.arrivedAt
      this.waits.started(next.group, waitedMs, next.expected.cpuMs, passed)
      work!.start()
    }
    this.lookAgain()
  }

  /** What each that waits would save by the tables that were just read. */
  private foreseeSavings(): void {
    const { predictor } = this.options
    for (const one of this.waiting) {
      const isWarm = this.read.hasAll(one.tables)
      one.warmSavingMs = isWarm ? one.expected.cpuMs * predictor.warmSaving(one.group) : 0
    }
  }

  /**
   * What runs, each of as much work as it has taken at least: a long one that was taken for short is
   * long. Of CPU, not of time: beside others, on a busy machine, short ones take long as well.
   */
  private runningNow(): readonly ScheduledWork[] {
    this.shareCpu()
    const now = this.options.clock()
    return [...this.running.values()].map((one) => {
      const least = Math.max(one.cpuMs, (now - one.startedAt) / IDLE_PATIENCE)
      return {
        ...one,
        expected: { ...one.expected, cpuMs: Math.max(one.expected.cpuMs, least) },
      }
    })
  }

  /** Gives what runs its parts of the CPU taken since the last time. */
  private shareCpu(): void {
    const cpu = this.options.cpuClock()
    const part = (cpu - this.cpuAt) / this.running.size
    this.cpuAt = cpu
    for (const one of this.running.values()) one.cpuMs += part
  }

  /** While something waits beside what runs, what runs may turn out to be long. */
  private lookAgain(): void {
    clearTimeout(this.timer)
    if (this.waiting.length === 0 || this.running.size === 0) return
    this.timer = setTimeout(() => this.startNext(), LOOK_AGAIN_MS)
  }

  /** The place is free, and the next has begun, before the caller goes on. */
  private async carryOut<T>(
    item: Waiting,
    request: ScheduleRequest,
    work: () => Promise<T>,
  ): Promise<T> {
    const one = this.begin(item)
    let isWhole = false
    try {
      const value = await work()
      isWhole = true
      return value
    } finally {
      if (!isWhole) this.waits.failed()
      this.end(one, request, isWhole)
    }
  }

  private begin(work: Waiting): Running {
    this.shareCpu()
    const others = [...this.running.values()]
    for (const other of others) {
      other.shared = true
      other.beside.add(work.group)
    }
    const one: Running = {
      ...work,
      startedAt: this.options.clock(),
      cpuMs: 0,
      beside: new Set(others.map(({ group }) => group)),
      shared: others.length > 0,
      isWarm: this.read.hasAll(work.tables),
    }
    this.read.add(work.tables)
    this.running.set(work.id, one)
    void this.watchMemory()
    return one
  }

  private end(one: Running, request: ScheduleRequest, isWhole: boolean): void {
    this.shareCpu()
    this.running.delete(one.id)
    const done = doneBy(one, this.options.clock())
    // What failed says only that it would have taken as long at least.
    if (isWhole || done.cpuMs > one.expected.cpuMs) {
      this.options.predictor.learn(one.group, done, request)
    }
    this.startNext()
  }

  /** Looks at the memory of what runs alone, as long as something runs. */
  private async watchMemory(): Promise<void> {
    const { memory } = this.options
    if (memory === undefined || this.isWatching) return
    this.isWatching = true
    while (this.running.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, WATCH_MEMORY_MS))
      const before = [...this.running.values()]
      if (before.length === 0) break
      const bytes = await memory().catch(() => undefined)
      const [only] = before
      if (bytes === undefined || before.length > 1 || only!.shared) continue
      only!.memoryBytes = Math.max(only!.memoryBytes ?? 0, bytes)
    }
    this.isWatching = false
  }
}

function doneBy(one: Running, now: number): WorkDone {
  return {
    cpuMs: one.cpuMs,
    wallMs: now - one.startedAt,
    ...(one.tables.length === 0 ? {} : { isWarm: one.isWarm }),
    beside: [...one.beside],
    ...(one.memoryBytes === undefined ? {} : { memoryBytes: one.memoryBytes }),
  }
}
