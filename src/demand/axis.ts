import { isOpen, weekdayOf } from '../core/calendar.ts'
import { StorewrightError } from '../core/errors.ts'
import type { Panel } from '../core/panel.ts'

/**
 * The open time axis: weekdays on which the store never opens are taken out, so that a week of a
 * store closed on Saturdays has six slots and a season of six. Single closed days keep their slot
 * (the weekday pattern must not slip) but count as missing.
 */
export interface Axis {
  /** Slots a week for days; 1 slot a bucket otherwise. */
  readonly slotsPerWeek: number
  /** Open weekdays before this residue (day mod 7); length 7. */
  readonly rank: Int32Array
}

/** The axis of a panel. Throws ERR_PANEL when every weekday is closed. */
export function axisOf(panel: Panel): Axis {
  const rank = new Int32Array(7)
  const closed = panel.buckets.frequency === 'D' ? (panel.openDays?.closedWeekdays ?? []) : []
  let slotsPerWeek = 0
  for (let residue = 0; residue < 7; residue++) {
    rank[residue] = slotsPerWeek
    if (!closed.includes(weekdayOf(residue))) slotsPerWeek++
  }
  if (slotsPerWeek === 0) {
    throw new StorewrightError('ERR_PANEL', 'The store is closed on every weekday.', {
      next: 'Correct the closed weekdays of the panel.',
    })
  }
  return { slotsPerWeek, rank }
}

/** Slots before a bucket: the slot of the bucket itself when it is open, else of the next open one. */
export function slotOf(axis: Axis, bucket: number): number {
  if (axis.slotsPerWeek === 7) return bucket
  const week = Math.floor(bucket / 7)
  return week * axis.slotsPerWeek + axis.rank[bucket - week * 7]!
}

/** True when the bucket has a slot of its own. */
export function hasSlot(axis: Axis, bucket: number): boolean {
  return slotOf(axis, bucket + 1) > slotOf(axis, bucket)
}

/** Season length on the open axis. */
export function seasonOf(panel: Panel, axis: Axis, season?: number): number {
  if (season !== undefined) return Math.max(1, Math.floor(season))
  switch (panel.buckets.frequency) {
    case 'H':
      return 24
    case 'D':
      return axis.slotsPerWeek
    case 'W':
      return 52
    case 'M':
      return 12
  }
}

/** Copies the history of series `i` before `origin` onto the open axis; returns how many slots. */
export function copyHistory(
  panel: Panel,
  axis: Axis,
  i: number,
  origin: number,
  into: Float64Array,
): number {
  const from = panel.offsets[i]!
  const first = panel.firstBucket[i]!
  const kept = Math.max(0, Math.min(panel.offsets[i + 1]! - from, origin - first))
  if (panel.openDays === undefined || panel.buckets.frequency !== 'D') {
    for (let t = 0; t < kept; t++) into[t] = panel.values[from + t]!
    return kept
  }
  const single = panel.openDays.closedDays
  let length = 0
  for (let t = 0; t < kept; t++) {
    if (!hasSlot(axis, first + t)) continue
    into[length++] = single.has(first + t) ? Number.NaN : panel.values[from + t]!
  }
  return length
}

/** True when the panel sells in this bucket. */
export function isOpenBucket(panel: Panel, bucket: number): boolean {
  return panel.buckets.frequency !== 'D' || !panel.openDays || isOpen(bucket, panel.openDays)
}
