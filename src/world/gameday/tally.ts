import type { Curves } from './arrivals.ts'
import { createHistogram, type LatencyHistogram } from './histogram.ts'

/** What became of the requests of one step, by second of their due moments and in all. */
export interface StepTally {
  readonly step: string
  /** [seconds] requests the curve asks for. */
  readonly planned: Float64Array
  /** [seconds] requests handed to the sender, by when they were due. */
  readonly due: Uint32Array
  /** [seconds] requests written to a connection, by when they were written. */
  readonly sent: Uint32Array
  readonly answered: Uint32Array
  /** Failures: broken, without an answer in time, or refused by an overloaded server. */
  readonly failed: Uint32Array
  /** Answered later than the objective after they were due. */
  readonly slow: Uint32Array
  /** Answers that say no without being failures: sold out, changed meanwhile. */
  declined: number
  /** Failures by cause. */
  readonly causes: Map<string, number>
  /** From the moment a request was due to the end of its answer. */
  readonly latency: LatencyHistogram
  /** From the moment it was written: what a driver that waits for answers would report. */
  readonly service: LatencyHistogram
}

/** Empty tallies for each step of the curves. */
export function createTallies(curves: Curves): readonly StepTally[] {
  const count = curves.steps[0]?.perSecond.length ?? 0
  const seconds = Math.ceil((count * curves.intervalMs) / 1000)
  return curves.steps.map(({ step, perSecond }) => ({
    step,
    planned: plannedBySecond(perSecond, curves.intervalMs, seconds),
    due: new Uint32Array(seconds),
    sent: new Uint32Array(seconds),
    answered: new Uint32Array(seconds),
    failed: new Uint32Array(seconds),
    slow: new Uint32Array(seconds),
    declined: 0,
    causes: new Map(),
    latency: createHistogram(),
    service: createHistogram(),
  }))
}

/** Requests that a curve asks for in each second. */
export function plannedBySecond(
  perSecond: ArrayLike<number>,
  intervalMs: number,
  seconds: number,
): Float64Array {
  const planned = new Float64Array(seconds)
  for (let i = 0; i < perSecond.length; i++) {
    let at = i * intervalMs
    const end = at + intervalMs
    while (at < end) {
      const second = Math.floor(at / 1000)
      const until = Math.min(end, (second + 1) * 1000)
      if (second < seconds) planned[second]! += (perSecond[i]! * (until - at)) / 1000
      at = until
    }
  }
  return planned
}

/** Adds up a list by second. */
export function total(list: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < list.length; i++) sum += list[i]!
  return sum
}
