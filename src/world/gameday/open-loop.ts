import { throwIfStopped } from '../../core/progress.ts'
import { type Curves, createArrivals, type Spacing } from './arrivals.ts'
import { type Connections, createConnections, type Sendable } from './connections.ts'
import { createHistogram, type LatencyHistogram } from './histogram.ts'
import { createOutstanding, type Tracked } from './outstanding.ts'
import type { HttpReply } from './reply-reader.ts'
import { createSafetyWatch, type SafetyRule, type SafetyStop } from './safety.ts'
import { createTallies, type StepTally } from './tally.ts'
import type { Target } from './targets.ts'

/** A request as its maker hands it over. */
export interface OutgoingRequest {
  /** Head and body. */
  readonly bytes: Buffer
  /** Told of the answer; without it the body is not kept. */
  readonly onReply?: (status: number, body: Buffer) => void
}

/** What is sent, how fast, to whom, and when to stop. */
export interface DrivePlan {
  readonly target: Target
  readonly curves: Curves
  readonly spacing: Spacing
  readonly seed: string | number
  /** The request of a step (an index into the curves) that is due at so many ms. */
  readonly nextRequest: (step: number, dueMs: number) => OutgoingRequest
  /** [steps] Answers that take longer (ms) count as slow. */
  readonly objectivesMs: readonly number[]
  readonly safety: SafetyRule
  /** Connections at most; requests beyond wait for one, and their wait is part of their latency. */
  readonly connections: number
  /** Requests that may wait for a connection; beyond, they fail unsent. */
  readonly backlog: number
  /** An answer later than this (ms after its request was due) is none. */
  readonly timeoutMs: number
  /** Another reason to stop, asked ten times a second: the health of the target. */
  readonly otherStop?: () => string | undefined
  readonly signal?: AbortSignal
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number
}

/** What came of a run. */
export interface DriveResult {
  readonly steps: readonly StepTally[]
  /** Length of the run, answers waited for included. */
  readonly elapsedMs: number
  /** From the moment a request was due to its writing, where a connection was free. */
  readonly sendLag: LatencyHistogram
  /** Requests that had to wait for a connection, the longest queue of them, and those never sent. */
  readonly waited: number
  readonly largestBacklog: number
  readonly unsent: number
  readonly connectionsOpened: number
  readonly stopped: SafetyStop | undefined
}

interface Call extends Sendable, Tracked {
  readonly step: number
  /** NaN until it is written. */
  sentMs: number
  readonly onReply: OutgoingRequest['onReply']
}

const WATCH_MS = 100
/** After a stop, answers that are on their way may still come for so long. */
const DRAIN_MS = 250
/** Answers that say no for reasons of the shop. */
const DECLINED = new Set([409, 410, 412, 422])

/**
 * Sends requests at the moments of the curves, whether or not earlier ones have been answered, and
 * measures each from the moment it was due: a server that stalls delays none of the requests behind
 * it, and all that should have been answered meanwhile show in the latencies (coordinated omission:
 * Tene, "How not to measure latency", 2013; open and closed systems: Schroeder, Wierman,
 * Harchol-Balter, NSDI 2006). Stops by the safety rule within two tenths of a second of its being
 * met. Rejects with ERR_CANCELLED once the signal is aborted.
 */
export function driveOpenLoop(plan: DrivePlan): Promise<DriveResult> {
  throwIfStopped(plan.signal)
  return new Promise((resolve, reject) => {
    createDriver(plan, resolve, reject).start()
  })
}

function createDriver(
  plan: DrivePlan,
  resolve: (result: DriveResult) => void,
  reject: (error: unknown) => void,
) {
  const { curves, clock, timeoutMs, safety, signal } = plan
  const arrivals = createArrivals(curves, plan.spacing, plan.seed)
  const steps = createTallies(curves)
  const watch = createSafetyWatch(safety)
  const sendLag = createHistogram()
  const outstanding = createOutstanding<Call>(safety.p99Ms)
  const waiting: Call[] = []
  let firstWaiting = 0
  const count = { waited: 0, largestBacklog: 0, unsent: 0, underWay: 0 }
  let stopped: SafetyStop | undefined
  let ticking: NodeJS.Timeout | undefined
  let watching: NodeJS.Timeout | undefined
  const began = clock()
  const now = () => clock() - began

  const noteSent = (call: Call, at: number) => {
    call.sentMs = at
    const { sent } = steps[call.step]!
    sent[Math.min(sent.length - 1, Math.floor(at / 1000))]! += 1
  }
  const settle = (call: Call, cause: string | undefined) => {
    if (call.isDone) return
    outstanding.done(call)
    count.underWay--
    const at = now()
    const tally = steps[call.step]!
    const second = Math.min(tally.due.length - 1, Math.floor(call.dueMs / 1000))
    const latency = at - call.dueMs
    tally.latency.record(latency)
    if (!Number.isNaN(call.sentMs)) tally.service.record(at - call.sentMs)
    if (cause === undefined) tally.answered[second]! += 1
    else {
      tally.failed[second]! += 1
      tally.causes.set(cause, (tally.causes.get(cause) ?? 0) + 1)
    }
    if (latency > plan.objectivesMs[call.step]!) tally.slow[second]! += 1
    watch.note(at, cause !== undefined, latency > safety.p99Ms)
  }
  const onReply = (call: Call, { status, body }: HttpReply) => {
    if (DECLINED.has(status)) steps[call.step]!.declined++
    const isFine = status < 400 || DECLINED.has(status)
    settle(call, isFine ? undefined : `status ${status}`)
    if (body !== undefined) call.onReply?.(status, body)
  }
  const sendWaiting = () => {
    while (firstWaiting < waiting.length) {
      const call = waiting[firstWaiting]!
      if (!call.isDone) {
        if (stopped !== undefined || !connections.trySend(call)) return
        noteSent(call, now())
      }
      firstWaiting++
      if (firstWaiting > 1024 && 2 * firstWaiting > waiting.length) {
        waiting.splice(0, firstWaiting)
        firstWaiting = 0
      }
    }
  }
  const connections: Connections<Call> = createConnections<Call>(plan.target, plan.connections, {
    onReply,
    onBroken: settle,
    onFree: sendWaiting,
  })
  const begin = (step: number, dueMs: number) => {
    const { bytes, onReply: told } = plan.nextRequest(step, dueMs)
    const call: Call = {
      ...{ bytes, wantsBody: told !== undefined, step, dueMs, onReply: told },
      ...{ sentMs: Number.NaN, isDone: false, isOverdue: false },
    }
    const { due } = steps[step]!
    due[Math.min(due.length - 1, Math.floor(dueMs / 1000))]! += 1
    outstanding.add(call)
    count.underWay++
    if (firstWaiting === waiting.length && connections.trySend(call)) {
      const at = now()
      sendLag.record(at - dueMs)
      noteSent(call, at)
      return
    }
    const length = waiting.length - firstWaiting
    if (length >= plan.backlog) {
      count.unsent++
      settle(call, 'no connection was free')
      return
    }
    waiting.push(call)
    count.waited++
    count.largestBacklog = Math.max(count.largestBacklog, length + 1)
  }
  const end = (error?: unknown) => {
    clearTimeout(ticking)
    clearInterval(watching)
    for (const call of outstanding.all()) settle(call, 'no answer when the run ended')
    connections.close()
    if (error !== undefined) reject(error)
    else {
      const { waited, largestBacklog, unsent } = count
      const connectionsOpened = connections.opened
      const sums = { waited, largestBacklog, unsent, connectionsOpened }
      resolve({ steps, elapsedMs: now(), sendLag, ...sums, stopped })
    }
  }
  /** Runs work of the clock; what it throws ends the run. */
  const orEnd = (work: () => void) => () => {
    try {
      work()
    } catch (error) {
      end(error)
    }
  }
  const tick = () => {
    const at = now()
    while (arrivals.dueMs <= at && stopped === undefined) {
      const { dueMs, step } = arrivals
      arrivals.next()
      begin(step, dueMs)
    }
    if (stopped !== undefined || arrivals.dueMs === Infinity) return
    ticking = setTimeout(orEnd(tick), Math.max(0, arrivals.dueMs - now()))
  }
  const look = () => {
    const at = now()
    for (const call of outstanding.olderThan(at, timeoutMs)) {
      connections.abandon(call)
      settle(call, `no answer in ${timeoutMs} ms`)
    }
    if (stopped === undefined) {
      const other = plan.otherStop?.()
      const asked: SafetyStop | undefined = signal?.aborted
        ? { atMs: at, kind: 'asked', reason: 'stopped by hand' }
        : undefined
      const health: SafetyStop | undefined =
        other === undefined ? undefined : { atMs: at, kind: 'health', reason: other }
      stopped = asked ?? health ?? watch.check(at, outstanding.overdue(at))
    }
    const isOver = arrivals.dueMs === Infinity && count.underWay === 0
    const isDrained =
      stopped !== undefined && (count.underWay === 0 || at > stopped.atMs + DRAIN_MS)
    if (isOver || isDrained) end()
  }
  return {
    start() {
      watching = setInterval(orEnd(look), WATCH_MS)
      orEnd(tick)()
    },
  }
}
