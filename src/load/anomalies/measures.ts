import { events } from '../../learn/index.ts'
import type { Scales } from './scales.ts'
import type { Usual } from './usual.ts'

/** What a measure looks at. */
export type Look = 'spike' | 'time-of-day' | 'level' | 'noise'

/** One way in which a step may not belong: the larger the value, the less it does. */
export interface Measure {
  readonly look: Look
  /** 1: too much, −1: too little. */
  readonly sign: 1 | -1
  /** [count] reads no step behind its own; NaN where it cannot be told. */
  readonly values: Float64Array
  /** [count] size below which differences are nothing; NaN where that cannot be told yet. */
  readonly floor: Float64Array
}

/** Changes from step to step that are nothing, as a share of the usual change, and the least ratio of noise. */
const LEAST_NOISE = 0.1
const NOISE_FLOOR = 0.25
/** Seasons back at which a spike may have been before. */
const SEASONS_BACK = [1, 2, 3, 7]

/**
 * The eight measures of a series, each a `look` in two directions. A spike counts only outside the usual band,
 * so that going back to what has been usual is none. `offset` [count]: steps by which the local clock is
 * ahead of where it started.
 */
export function measuresOf(
  values: Float64Array,
  scales: Scales,
  usual: Usual,
  leastSize: number,
  offset?: Int32Array,
): readonly Measure[] {
  const floor = usual.range.map((range) => leastSize * range)
  const noiseFloor = floor.map((size) => (Number.isNaN(size) ? size : NOISE_FLOOR))
  const deviation = spikes(values, scales.before)
  const level = delayed(events.runningMedian(values, scales.level), scales.level)
  const noise = noises(values, scales.before)
  return ([1, -1] as const).flatMap((sign): Measure[] => {
    const spike = outside(deviation, values, usual, sign)
    return [
      { look: 'spike', sign, values: spike, floor },
      { look: 'time-of-day', sign, values: beyondSeasons(spike, scales, offset), floor },
      { look: 'level', sign, values: level.map((value) => sign * value), floor },
      { look: 'noise', sign, values: noise.map((value) => sign * value), floor: noiseFloor },
    ]
  })
}

/** Values less the median of the 2 · reach + 1 steps before them. */
export function spikes(values: Float64Array, reach: number): Float64Array {
  const before = delayed(events.runningMedian(values, reach), reach + 1)
  return values.map((value, t) => value - before[t]!)
}

/** [count] what stood `steps` before; NaN where that is before the start, or looked beyond it. */
function delayed(centred: Float64Array, steps: number): Float64Array {
  const late = new Float64Array(centred.length).fill(Number.NaN)
  const first = 2 * steps
  for (let t = first; t < late.length; t++) late[t] = centred[t - steps]!
  return late
}

/**
 * sign × deviation where the value lies above the usual band, else at most 0; downwards no more than it lies
 * below the band, because load has little room there.
 */
function outside(
  deviation: Float64Array,
  values: Float64Array,
  { low, high }: Usual,
  sign: 1 | -1,
): Float64Array {
  return deviation.map((d, t) => {
    // In the first hours, when nothing is usual yet, all counts as outside: it is learned from.
    if (Number.isNaN(high[t]!)) return sign * d
    if (sign < 0) return Math.min(-d, low[t]! - values[t]!)
    return values[t]! > high[t]! ? d : Math.min(0, d)
  })
}

/** What a spike adds to the largest that stood near the same time on earlier days. */
function beyondSeasons(
  deviation: Float64Array,
  { season, beside }: Scales,
  offset: Int32Array | undefined,
): Float64Array {
  const near = runningMax(deviation, beside)
  return deviation.map((d, t) => {
    let most = Number.NaN
    for (const back of SEASONS_BACK) {
      const then = t - back * season
      const at = offset === undefined || then < 0 ? then : then + offset[t]! - offset[then]!
      if (at - beside < 0) break
      const seen = near[at]!
      if (!(seen <= most) && !Number.isNaN(seen)) most = seen
    }
    return d - Math.max(0, most)
  })
}

/** Largest value within `reach` steps on each side, NaN left out; NaN where all are. */
export function runningMax(values: Float64Array, reach: number): Float64Array {
  const n = values.length
  const result = new Float64Array(n).fill(Number.NaN)
  const queue = new Int32Array(n)
  let [head, tail, next] = [0, 0, 0]
  for (let t = 0; t < n; t++) {
    for (; next < n && next <= t + reach; next++) {
      const value = values[next]!
      if (Number.isNaN(value)) continue
      while (tail > head && values[queue[tail - 1]!]! <= value) tail--
      queue[tail++] = next
    }
    while (tail > head && queue[head]! < t - reach) head++
    if (tail > head) result[t] = values[queue[head]!]!
  }
  return result
}

/** Logarithm of the median change from step to step over the last 2 · reach + 1 steps. */
function noises(values: Float64Array, reach: number): Float64Array {
  const changes = values.map((value, t) =>
    t === 0 ? Number.NaN : Math.abs(value - values[t - 1]!),
  )
  const recent = delayed(events.runningMedian(changes, reach), reach)
  let [sum, known] = [0, 0]
  return recent.map((median, t) => {
    if (!Number.isNaN(changes[t]!)) {
      sum += changes[t]!
      known++
    }
    return sum > 0 ? Math.log(median + (LEAST_NOISE * sum) / known) : Number.NaN
  })
}
