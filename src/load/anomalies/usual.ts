import { sortedQuantile } from '../../core/quantiles.ts'
import { structures } from '../../learn/index.ts'

/** Which steps say what is usual at a step: those before it, or those on both sides. */
export type Reference = 'past' | 'whole'

/** What a series has usually been, step by step, as its reference tells. */
export interface Usual {
  /** [count] below and above these values it is seldom; NaN before anything is known. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** [count] median range of a season (largest less smallest value); NaN before the first is over. */
  readonly range: Float64Array
}

/** Share of the steps that lie beyond the band of what is usual, on each side. */
const SELDOM = 0.02
/** Steps that are sorted for a quantile, evenly over the memory. */
const MOST_SORTED = 4000

export interface UsualOptions {
  readonly season: number
  readonly refresh: number
  /** Steps that are remembered. */
  readonly memory: number
  readonly reference: Reference
}

/** Reads the usual band and range of `values` [count], NaN where nothing is known. */
export function usualOf(values: Float64Array, options: UsualOptions): Usual {
  const { refresh, memory, reference } = options
  const n = values.length
  const low = new Float64Array(n).fill(Number.NaN)
  const high = new Float64Array(n).fill(Number.NaN)
  for (let t = 0; t < n; t += refresh) {
    const end = reference === 'past' ? t : Math.min(n, t + memory)
    const sorted = sampled(values, Math.max(0, t - memory), end)
    if (sorted.length < options.season / 4) continue
    low.fill(sortedQuantile(sorted, SELDOM), t, Math.min(n, t + refresh))
    high.fill(sortedQuantile(sorted, 1 - SELDOM), t, Math.min(n, t + refresh))
  }
  return { low, high, range: rangesOf(values, options) }
}

function sampled(values: Float64Array, from: number, to: number): Float64Array {
  const stride = Math.max(1, Math.ceil((to - from) / MOST_SORTED))
  const known: number[] = []
  for (let t = from; t < to; t += stride) {
    if (!Number.isNaN(values[t]!)) known.push(values[t]!)
  }
  const sorted = Float64Array.from(known)
  structures.sortFloat64(sorted)
  return sorted
}

function rangesOf(values: Float64Array, { season, memory, reference }: UsualOptions): Float64Array {
  const ranges: number[] = []
  for (let t = 0; t + season <= values.length; t += season) {
    ranges.push(rangeOf(values.subarray(t, t + season)))
  }
  const seasons = Math.round(memory / season)
  const result = new Float64Array(values.length).fill(Number.NaN)
  for (let s = 0; s * season < values.length; s++) {
    const end = reference === 'past' ? s : s + seasons
    const near = ranges.slice(Math.max(0, s - seasons), end).filter((r) => !Number.isNaN(r))
    const middle = sortedQuantile(
      near.sort((a, b) => a - b),
      0.5,
    )
    if (near.length > 0) result.fill(middle, s * season, (s + 1) * season)
  }
  return result
}

function rangeOf(values: Float64Array): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return most >= least ? most - least : Number.NaN
}
