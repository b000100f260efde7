/** Counts of durations in buckets that grow with them: each is less than a hundredth of its values wide. */
export interface LatencyHistogram {
  readonly count: number
  /** Largest duration recorded, ms; 0 without any. */
  readonly maxMs: number
  /** Records one duration, ms; negative ones count as 0. */
  record(ms: number): void
  /** Adds all that another histogram recorded. */
  add(other: LatencyHistogram): void
  /**
   * Upper end (ms) of the bucket in which the ⌈level × count⌉-th smallest duration lies, at most
   * maxMs; NaN without any.
   */
  quantile(level: number): number
  /** Counts by bucket, for `add`. */
  readonly buckets: Uint32Array
}

/** Buckets for each doubling of the duration: 1 / 128 is below a hundredth. */
const PER_DOUBLING = 128
/** One microsecond; shorter durations are counted here. */
const SMALLEST_MS = 0.001
/** 2^30 µs are 18 minutes; longer durations are counted in the last bucket, maxMs stays exact. */
const DOUBLINGS = 30

/**
 * An empty histogram of 128 buckets a doubling from 1 µs to 18 minutes, in the manner of HdrHistogram
 * (Gil Tene): recording costs a logarithm, quantiles are within a hundredth.
 */
export function createHistogram(): LatencyHistogram {
  const buckets = new Uint32Array(PER_DOUBLING * DOUBLINGS)
  let count = 0
  let maxMs = 0
  return {
    get count() {
      return count
    },
    get maxMs() {
      return maxMs
    },
    buckets,
    record(ms) {
      const place = Math.floor(PER_DOUBLING * Math.log2(ms / SMALLEST_MS))
      // NaN of a negative duration falls to the first bucket too.
      buckets[place > 0 ? Math.min(place, buckets.length - 1) : 0]! += 1
      count++
      if (ms > maxMs) maxMs = ms
    },
    add(other) {
      for (let i = 0; i < buckets.length; i++) buckets[i]! += other.buckets[i]!
      count += other.count
      maxMs = Math.max(maxMs, other.maxMs)
    },
    quantile(level) {
      if (count === 0) return Number.NaN
      let left = Math.max(1, Math.ceil(level * count))
      let place = 0
      for (; place < buckets.length - 1; place++) {
        left -= buckets[place]!
        if (left <= 0) break
      }
      return Math.min(maxMs, SMALLEST_MS * 2 ** ((place + 1) / PER_DOUBLING))
    },
  }
}
