import { type Panel, panelEnd } from '../../core/panel.ts'
import type { events } from '../../learn/index.ts'
import { type Axis, hasSlot, isOpenBucket, slotOf } from '../axis.ts'
import { groupingsOf } from '../learned/trees/groupings.ts'

/** Series that a group needs on average: what fewer sell on the days of an occasion is chance. */
const LEAST_SHARED = 20

/** Sales of groups of series by slot, as series that occasions can be learned from. */
export interface GroupIndex {
  readonly data: events.EventSeries
  /** Group of each series of the panel. */
  readonly of: Int32Array
  readonly count: number
}

/**
 * One index a group on the slots of the axis: Σ y / Σ b over the series observed in a slot, × Σ b of
 * all, with b the mean of a series before bucket `end`; a series that begins or is missing so moves
 * nothing. NaN where none is observed.
 */
export function groupIndex(panel: Panel, axis: Axis, end: number): GroupIndex {
  const { of, count } = groupsOf(panel)
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), end)
  const slotAt = slotsOf(panel, axis, first)
  const base = slotOf(axis, first)
  const slots = Math.max(0, slotOf(axis, panelEnd(panel)) - base)
  const seen = new Float64Array(count * slots)
  const usual = new Float64Array(count * slots)
  const whole = new Float64Array(count)
  panel.ids.forEach((_, i) => {
    const b = meanBefore(panel, i, end)
    if (!(b > 0)) return
    const row = of[i]! * slots - base
    whole[of[i]!]! += b
    const from = panel.offsets[i]!
    const shift = panel.firstBucket[i]! - first
    for (let k = from; k < panel.offsets[i + 1]!; k++) {
      const y = panel.values[k]!
      const slot = slotAt[k - from + shift]!
      if (slot < 0 || Number.isNaN(y)) continue
      seen[row + slot]! += y
      usual[row + slot]! += b
    }
  })
  const values = seen.map((y, k) => {
    const b = usual[k]!
    return b > 0 ? (y / b) * whole[Math.floor(k / slots)]! : Number.NaN
  })
  const firstStep = new Int32Array(count).fill(base)
  const offsets = Int32Array.from({ length: count + 1 }, (_, g) => g * slots)
  return { data: { firstStep, offsets, values }, of, count }
}

/** The finest way to sort the series into groups that is not too fine. */
function groupsOf(panel: Panel): { readonly of: Int32Array; readonly count: number } {
  const grouping = groupingsOf(panel).find(({ count }) => count * LEAST_SHARED <= panel.ids.length)
  return grouping === undefined
    ? { of: new Int32Array(panel.ids.length), count: 1 }
    : { of: grouping.codes, count: grouping.count }
}

/** Slot of each bucket from `first` to the panel's end, −1 where the store is closed. */
export function slotsOf(panel: Panel, axis: Axis, first: number): Int32Array {
  return Int32Array.from({ length: Math.max(0, panelEnd(panel) - first) }, (_, k) =>
    hasSlot(axis, first + k) && isOpenBucket(panel, first + k) ? slotOf(axis, first + k) : -1,
  )
}

function meanBefore(panel: Panel, i: number, end: number): number {
  const from = panel.offsets[i]!
  const to = Math.min(panel.offsets[i + 1]!, from + Math.max(0, end - panel.firstBucket[i]!))
  let sum = 0
  let count = 0
  for (let k = from; k < to; k++) {
    if (Number.isNaN(panel.values[k]!)) continue
    sum += panel.values[k]!
    count++
  }
  return count > 0 ? sum / count : 0
}
