import { requireArgument } from '../../core/errors.ts'
import { createRandom } from '../../core/random/random.ts'

/** How many requests of each step of a visit are to be sent, interval by interval. */
export interface StepCurve {
  /** search, product, cart, checkout …: what a customer does. */
  readonly step: string
  /** [intervals] requests a second, constant within an interval. */
  readonly perSecond: Float64Array
}

export interface Curves {
  readonly intervalMs: number
  readonly steps: readonly StepCurve[]
}

/** even: as regular as the curve allows; poisson: as independent customers come. */
export type Spacing = 'even' | 'poisson'

/** Requests in the order in which they are due; one that is read is gone. */
export interface Arrivals {
  /** Moment at which the next one is due, ms from the beginning; Infinity when there are no more. */
  readonly dueMs: number
  /** Its step, an index into the curves. */
  readonly step: number
  /** Goes on to the one after. */
  next(): void
}

/**
 * The moments at which a non-homogeneous Poisson process with these rates has its events, or a
 * regular one that keeps its counts: event k lies where the rates add up to k + ½ (even), or to a sum
 * of k exponential variates (poisson; time change, Çinlar, Introduction to Stochastic Processes,
 * 1975). Rates are read along, so that memory does not grow with the number of requests. Throws
 * ERR_ARGUMENT on negative rates and on curves of different lengths.
 */
export function createArrivals(curves: Curves, spacing: Spacing, seed: string | number): Arrivals {
  checkCurves(curves)
  const random = createRandom(`gameday:${seed}`)
  const streams = curves.steps.map(({ step, perSecond }, s) =>
    stepStream(perSecond, curves.intervalMs, gapsOf(spacing, random.split(step), s)),
  )
  let first = earliest(streams)
  return {
    get dueMs() {
      return streams[first]?.dueMs ?? Infinity
    },
    get step() {
      return first
    },
    next() {
      streams[first]?.next()
      first = earliest(streams)
    },
  }
}

function checkCurves({ intervalMs, steps }: Curves): void {
  requireArgument(intervalMs > 0, `intervals of ${intervalMs} ms; give more than 0`)
  const count = steps[0]?.perSecond.length ?? 0
  for (const { step, perSecond } of steps) {
    requireArgument(perSecond.length === count, `the curve of ${step} is not as long as the others`)
    const bad = perSecond.find((rate) => !(rate >= 0 && rate <= 1e6))
    requireArgument(bad === undefined, `${step} is to have ${bad} requests a second`)
  }
}

interface Stream {
  dueMs: number
  next(): void
}

/** Expected requests between one and the next. Even streams begin apart, so that steps do not fall together. */
function gapsOf(spacing: Spacing, random: ReturnType<typeof createRandom>, s: number) {
  if (spacing === 'poisson') return () => -Math.log(1 - random.next())
  const golden = (s * 0.618_034) % 1
  let isFirst = true
  return () => {
    const gap = isFirst ? 0.5 + golden / 2 : 1
    isFirst = false
    return gap
  }
}

function stepStream(perSecond: Float64Array, intervalMs: number, gap: () => number): Stream {
  let interval = 0
  /** Requests expected before `interval`, and at the next event. */
  let before = 0
  let target = 0
  const next = () => {
    target += gap()
    while (interval < perSecond.length) {
      const mass = (perSecond[interval]! * intervalMs) / 1000
      if (before + mass >= target && mass > 0) {
        stream.dueMs = intervalMs * (interval + (target - before) / mass)
        return
      }
      before += mass
      interval++
    }
    stream.dueMs = Infinity
  }
  const stream: Stream = { dueMs: 0, next }
  next()
  return stream
}

/** Index of the stream that is due first. */
function earliest(streams: readonly Stream[]): number {
  let first = 0
  for (let s = 1; s < streams.length; s++) {
    if (streams[s]!.dueMs < streams[first]!.dueMs) first = s
  }
  return first
}
