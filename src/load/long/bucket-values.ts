import { structures } from '../../learn/index.ts'
import type { Grid, Placed } from './grid.ts'

/** A history on the log scale, split into the level of each bucket and the shape within it. */
export interface BucketValues {
  readonly count: number
  readonly slots: number
  /** [count] mean log load of the bucket; NaN where too little is known. */
  readonly level: Float64Array
  /** [count × slots] log load of the slot over the bucket's level; NaN where unknown. */
  readonly shape: Float64Array
  /** See LogScale. */
  readonly offset: number
}

/** How loads near zero get a logarithm: log(max(load, floor) + offset). */
export interface LogScale {
  /** 0 where nearly every load is well above zero. */
  readonly offset: number
  readonly floor: number
}

/** Share of a bucket's slots that must be known. */
const LEAST_KNOWN = 0.5

/**
 * Splits loads into level and shape. Repeated local hours are averaged; a bucket with gaps has its
 * level brought to that of a whole one by the usual shape of its known slots.
 */
export function splitBuckets(
  values: Float64Array,
  { bucket, slot }: Placed,
  grid: Grid,
  { offset, floor }: LogScale,
): BucketValues {
  const count = bucket.length === 0 ? 0 : bucket.at(-1)! + 1
  const { slots } = grid
  const sums = new Float64Array(count * slots)
  const known = new Int32Array(count * slots)
  values.forEach((value, t) => {
    if (Number.isNaN(value)) return
    const cell = bucket[t]! * slots + slot[t]!
    sums[cell]! += Math.log(Math.max(floor, value) + offset)
    known[cell]!++
  })
  const logs = sums.map((sum, cell) => (known[cell]! > 0 ? sum / known[cell]! : Number.NaN))
  const typical = typicalShape(logs, count, slots)
  const level = new Float64Array(count)
  for (let b = 0; b < count; b++) level[b] = levelOf(logs, b * slots, slots, typical)
  const shape = logs.map((v, cell) => v - level[Math.floor(cell / slots)]!)
  return { count, slots, level, shape, offset }
}

/**
 * Loads near zero have no useful logarithm: where they are common a hundredth of the usual load is
 * added to all, where they are rare (faults) they are lifted to a thousandth of it.
 */
export function logScale(values: Float64Array): LogScale {
  const known = values.filter((v) => !Number.isNaN(v))
  structures.sortFloat64(known)
  const usual = known.filter((v) => v > 0)
  if (usual.length === 0) return { offset: 1e-9, floor: 0 }
  const middle = usual[usual.length >> 1]!
  const low = known[Math.floor(0.001 * known.length)] ?? middle
  return low > 0.02 * middle
    ? { offset: 0, floor: 0.001 * middle }
    : { offset: 0.01 * middle, floor: 0 }
}

/** Median of each slot over the median of its day. */
function typicalShape(logs: Float64Array, count: number, slots: number): Float64Array {
  const bySlot: number[][] = Array.from({ length: slots }, () => [])
  for (let b = 0; b < count; b++) {
    const day = logs.subarray(b * slots, (b + 1) * slots)
    const middle = medianKnown(day)
    if (Number.isNaN(middle)) continue
    for (let s = 0; s < slots; s++) if (!Number.isNaN(day[s]!)) bySlot[s]!.push(day[s]! - middle)
  }
  const shape = Float64Array.from(bySlot, (seen) => (seen.length > 0 ? medianKnown(seen) : 0))
  const mean = shape.reduce((a, b) => a + b, 0) / slots
  return shape.map((v) => v - mean)
}

function levelOf(logs: Float64Array, from: number, slots: number, typical: Float64Array): number {
  let sum = 0
  let known = 0
  for (let s = 0; s < slots; s++) {
    const value = logs[from + s]!
    if (Number.isNaN(value)) continue
    sum += value - (slots > 1 ? typical[s]! : 0)
    known++
  }
  return known >= LEAST_KNOWN * slots && known > 0 ? sum / known : Number.NaN
}

/** Middle of the known values; NaN where there are none. */
export function medianKnown(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values)
    .filter((v) => !Number.isNaN(v))
    .sort()
  const n = sorted.length
  return n === 0 ? Number.NaN : 0.5 * (sorted[(n - 1) >> 1]! + sorted[n >> 1]!)
}
