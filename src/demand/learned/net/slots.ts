import type { Panel } from '../../../core/panel.ts'
import { type Axis, axisOf, hasSlot, isOpenBucket, slotOf } from '../../axis.ts'

/** The rows of a ragged panel that have a slot on the open axis. */
export interface SlotRows {
  readonly axis: Axis
  /** Slot of the first row of each series. */
  readonly firstSlot: Int32Array
  /** Length series + 1. */
  readonly offsets: Int32Array
  /** Row of the panel of each slot; −1 on a closed day that keeps its slot. */
  readonly rows: Int32Array
}

/** Slots of the values of a panel, or of its known covariates where `offsets` are theirs. */
export function slotRows(panel: Panel, offsets: Int32Array = panel.offsets): SlotRows {
  const axis = axisOf(panel)
  const count = panel.ids.length
  const firstSlot = Int32Array.from(panel.firstBucket, (bucket) => slotOf(axis, bucket))
  const slotOffsets = new Int32Array(count + 1)
  for (let i = 0; i < count; i++) {
    const end = panel.firstBucket[i]! + offsets[i + 1]! - offsets[i]!
    slotOffsets[i + 1] = slotOffsets[i]! + slotOf(axis, end) - firstSlot[i]!
  }
  const rows = new Int32Array(slotOffsets[count]!)
  for (let i = 0; i < count; i++) {
    let at = slotOffsets[i]!
    const length = offsets[i + 1]! - offsets[i]!
    for (let t = 0; t < length; t++) {
      const bucket = panel.firstBucket[i]! + t
      if (!hasSlot(axis, bucket)) continue
      rows[at++] = isOpenBucket(panel, bucket) ? offsets[i]! + t : -1
    }
  }
  return { axis, firstSlot, offsets: slotOffsets, rows }
}

/** Values of the rows by slot; NaN where closed. */
export function bySlot({ rows }: SlotRows, values: Float64Array): Float64Array {
  return Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : values[row]!))
}
