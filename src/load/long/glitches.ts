import { events } from '../../learn/index.ts'
import type { BucketValues } from './bucket-values.ts'
import { medianKnown } from './bucket-values.ts'

/** A slot of a bucket that does not belong to its surroundings. */
export interface Glitch {
  readonly bucket: number
  readonly slot: number
  /** Robust standard deviations off, signed. */
  readonly score: number
  /** Load over what was expected. */
  readonly ratio: number
}

/** Days on each side whose same slots are compared. */
const REACH_DAYS = 4
/** Smaller deviations are weather, not faults of measurement. */
const LEAST_DEVIATION = 0.15

/**
 * Single slots far off: the log load of the slot is compared with the median of the same slot on the
 * days around, less what the whole day is off by, in robust standard deviations of the slot (Hampel
 * 1974). Beyond 18 × 0.25^sensitivity and 15 % they are glitches. A whole strange day is none: it is
 * judged by the level.
 */
export function findGlitches(days: BucketValues, sensitivity: number): Glitch[] {
  const { count, slots, level, shape } = days
  if (slots < 4) return []
  const off = new Float64Array(count * slots)
  for (let s = 0; s < slots; s++) {
    const own = Float64Array.from({ length: count }, (_, d) => shape[d * slots + s]! + level[d]!)
    const usual = events.runningMedian(own, REACH_DAYS)
    for (let d = 0; d < count; d++) off[d * slots + s] = own[d]! - usual[d]!
  }
  for (let d = 0; d < count; d++) {
    const day = off.subarray(d * slots, (d + 1) * slots)
    const middle = medianKnown(day)
    day.forEach((v, s) => {
      day[s] = v - middle
    })
  }
  return marked(off, count, slots, 18 * 0.25 ** sensitivity)
}

function marked(off: Float64Array, count: number, slots: number, limit: number): Glitch[] {
  const glitches: Glitch[] = []
  for (let s = 0; s < slots; s++) {
    const column = Float64Array.from({ length: count }, (_, d) => Math.abs(off[d * slots + s]!))
    const scale = Math.max(1e-6, 1.4826 * medianKnown(column))
    for (let bucket = 0; bucket < count; bucket++) {
      const value = off[bucket * slots + s]!
      if (!(Math.abs(value) > Math.max(LEAST_DEVIATION, limit * scale))) continue
      glitches.push({ bucket, slot: s, score: value / scale, ratio: Math.exp(value) })
    }
  }
  return glitches.sort((a, b) => a.bucket - b.bucket || a.slot - b.slot)
}
