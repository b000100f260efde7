/**
 * Quantiles of positive numbers in bounded memory: counts by geometric buckets, so that any quantile
 * is within 2 % of a true one (DDSketch; Masson, Rim, Lee 2019, VLDB 12). Sketches can be added up.
 */
export interface QuantileSketch {
  readonly count: number
  add(value: number): void
  /** The value that a share `level` of all lies at or below; NaN of none. */
  quantile(level: number): number
  /** Pairs of bucket and count, ascending: a sketch can be made of them again. */
  buckets(): readonly (readonly [bucket: number, count: number])[]
}

const ACCURACY = 0.02
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY)
const LOG_GAMMA = Math.log(GAMMA)
/** Below this (in ms, a nanosecond) everything is one bucket. */
const SMALLEST = 1e-6
/** At 2 % this spans from a nanosecond to a day. */
const MOST_BUCKETS = 1000

/** A sketch, empty or of what `buckets` of another gave. */
export function createSketch(
  saved: readonly (readonly [bucket: number, count: number])[] = [],
): QuantileSketch {
  const counts = new Map<number, number>(saved)
  let total = saved.reduce((sum, [, count]) => sum + count, 0)
  const sorted = () => [...counts].sort(([a], [b]) => a - b)
  return {
    get count() {
      return total
    },
    add(value) {
      const bucket = bucketOf(value)
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
      total++
    },
    quantile(level) {
      let left = Math.max(1, Math.ceil(level * total))
      for (const [bucket, count] of sorted()) {
        left -= count
        if (left <= 0) return valueOfBucket(bucket)
      }
      return Number.NaN
    },
    buckets: sorted,
  }
}

function bucketOf(value: number): number {
  if (!(value > SMALLEST)) return 0
  return Math.min(MOST_BUCKETS, Math.ceil(Math.log(value / SMALLEST) / LOG_GAMMA))
}

/** The middle of the bucket, in ratio. */
function valueOfBucket(bucket: number): number {
  return bucket === 0 ? 0 : (SMALLEST * 2 * GAMMA ** bucket) / (GAMMA + 1)
}
