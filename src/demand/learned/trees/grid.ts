import { type Panel, panelEnd } from '../../../core/panel.ts'
import { type Axis, axisOf, hasSlot, isOpenBucket, slotOf } from '../../axis.ts'

/**
 * A panel on its open axis as one dense table: series × slots, NaN where nothing was observed (before
 * the first and after the last observation, missing, closed). Slot 0 is the panel's first, or a later
 * one where the table would be too large.
 */
export interface PanelGrid {
  readonly panel: Panel
  readonly axis: Axis
  readonly series: number
  readonly slots: number
  /** Row-major, series × slots. */
  readonly values: Float64Array
  /** Bucket of each slot. */
  readonly buckets: Int32Array
  /** First slot of each series, at most `slots`. */
  readonly firstSlot: Int32Array
  /** The axis' own number of slot 0. */
  readonly base: number
}

/** Values of a grid at most: 1 GiB. One series of long ago must not take the memory of all. */
const MOST_VALUES = 2 ** 27

/**
 * Spreads a panel over its open axis, the latest buckets of it where they are more than `most` values.
 * Throws ERR_PANEL when every weekday is closed.
 */
export function gridOf(panel: Panel, most = MOST_VALUES): PanelGrid {
  const axis = axisOf(panel)
  const series = panel.ids.length
  const begins = panel.firstBucket.reduce((a, b) => Math.min(a, b), 2 ** 31 - 1)
  const end = series > 0 ? panelEnd(panel) : begins
  const first = Math.max(begins, end - Math.floor(most / Math.max(1, series)))
  const buckets = openBuckets(axis, first, end)
  const base = buckets.length > 0 ? slotOf(axis, buckets[0]!) : 0
  const slots = buckets.length
  const values = new Float64Array(series * slots).fill(Number.NaN)
  const firstSlot = new Int32Array(series)
  const open = Uint8Array.from(buckets, (bucket) => Number(isOpenBucket(panel, bucket)))
  for (let i = 0; i < series; i++) {
    const from = panel.offsets[i]!
    const begin = panel.firstBucket[i]!
    const length = panel.offsets[i + 1]! - from
    const at = Math.max(0, Math.min(slots, slotOf(axis, begin) - base))
    firstSlot[i] = at
    for (let t = at; t < slots && buckets[t]! < begin + length; t++) {
      if (open[t] === 1) values[i * slots + t] = panel.values[from + buckets[t]! - begin]!
    }
  }
  return { panel, axis, series, slots, values, buckets, firstSlot, base }
}

/** Buckets from `first` to before `end` that have a slot of their own. */
function openBuckets(axis: Axis, first: number, end: number): Int32Array {
  const buckets: number[] = []
  for (let bucket = first; bucket < end; bucket++) if (hasSlot(axis, bucket)) buckets.push(bucket)
  return Int32Array.from(buckets)
}

/** Slot of the grid that bucket `origin` has, or the next open one; may lie beyond the grid. */
export function gridSlot(grid: PanelGrid, origin: number): number {
  return Math.max(0, slotOf(grid.axis, origin) - grid.base)
}
