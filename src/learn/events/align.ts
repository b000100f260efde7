import { type Buckets, bucketOf, bucketStart, DAY_MS } from '../../core/calendar.ts'
import type { PanelEvent } from '../../core/panel.ts'

export interface AlignOptions {
  /** Days of a season, a multiple of 7 so that weekdays meet. Default 364. */
  readonly seasonDays?: number
  /** Days around an occasion that move with it. Default 14 before, 7 after. */
  readonly lead?: number
  readonly tail?: number
}

/** Past buckets that a bucket is to be compared with, and how much each counts; weights sum to 1. */
export interface AlignedBucket {
  readonly buckets: Int32Array
  readonly weights: Float64Array
}

/**
 * The day a season earlier that a day is to be compared with: the same day relative to the occasion
 * where the day lies in the window of one that also took place last season; else the same weekday
 * 52 weeks earlier, moved on by weeks out of the windows of occasions that are elsewhere this
 * season. Of several occasions the nearest counts.
 */
export function alignedDay(
  day: number,
  events: readonly PanelEvent[],
  options: AlignOptions = {},
): number {
  const { seasonDays = 364, lead = 14, tail = 7 } = options
  const offset = (event: PanelEvent, at: number) =>
    at < event.firstDay ? at - event.firstDay : Math.max(0, at - event.lastDay)
  const inside = (event: PanelEvent, at: number) =>
    at >= event.firstDay - lead && at <= event.lastDay + tail
  const plain = day - seasonDays
  const here = events.filter((event) => inside(event, day))
  here.sort((a, b) => Math.abs(offset(a, day)) - Math.abs(offset(b, day)))
  for (const event of here) {
    const before = lastSeason(event, events, seasonDays)
    if (before !== undefined) return before.firstDay + day - event.firstDay
  }
  // An occasion that is elsewhere this season must not be read as an ordinary day.
  const stray = (at: number) =>
    events.some((e) => inside(e, at) && !here.some(({ name }) => name === e.name))
  for (const weeks of [0, 1, -1, 2, -2, 3, -3]) {
    if (!stray(plain + 7 * weeks)) return plain + 7 * weeks
  }
  return plain
}

/** The occurrence of the same occasion nearest to a season earlier, within 60 days of that. */
function lastSeason(
  event: PanelEvent,
  events: readonly PanelEvent[],
  seasonDays: number,
): PanelEvent | undefined {
  const wanted = event.firstDay - seasonDays
  let best: PanelEvent | undefined
  for (const other of events) {
    if (other.name !== event.name || Math.abs(other.firstDay - wanted) > 60) continue
    const isNearer =
      best === undefined || Math.abs(other.firstDay - wanted) < Math.abs(best.firstDay - wanted)
    if (isNearer) best = other
  }
  return best
}

/**
 * Past buckets to compare a bucket with, occasions aligned: each of its days finds its day by
 * `alignedDay`; a week may so be compared with parts of two. Hours keep their hour of the day.
 */
export function alignedBucket(
  bucket: number,
  buckets: Buckets,
  events: readonly PanelEvent[],
  options: AlignOptions = {},
): AlignedBucket {
  const start = bucketStart(bucket, buckets)
  const days = Math.max(1, (bucketStart(bucket + 1, buckets) - start) / DAY_MS)
  const counts = new Map<number, number>()
  for (let d = 0; d < days; d++) {
    const at = start + d * DAY_MS
    const day = Math.floor(at / DAY_MS)
    const past = alignedDay(day, events, options)
    const found = bucketOf(past * DAY_MS + (at - day * DAY_MS), buckets)
    counts.set(found, (counts.get(found) ?? 0) + 1)
  }
  const found = [...counts].sort(([a], [b]) => a - b)
  return {
    buckets: Int32Array.from(found, ([b]) => b),
    weights: Float64Array.from(found, ([, n]) => n / days),
  }
}
