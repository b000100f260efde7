import { requireArgument } from '../../core/errors.ts'
import { localClock } from '../../core/local-time.ts'
import type { LoadAxis } from '../types.ts'

export const DAY_MS = 86_400_000

/** Where each step stands in its local day. */
export interface DayClock {
  /** [count] local day number (days since 1970-01-01 on the zone's clock). */
  readonly day: Int32Array
  /** [count] place within the day, 0 … slots − 1. */
  readonly slot: Int16Array
  /** Steps of a day. */
  readonly slots: number
}

/**
 * Local day and place within the day of every step. On days on which clocks change, a slot comes twice or
 * not at all. Throws ERR_ARGUMENT on steps that do not divide a day and on unknown zones.
 */
export function dayClock(axis: LoadAxis, zone = 'UTC'): DayClock {
  const { startMs, stepMs, count } = axis
  requireArgument(
    DAY_MS % stepMs === 0,
    `steps of ${stepMs / 60_000} minutes do not divide a day; give steps of a day or less, such as 1, 5 or 60 minutes`,
  )
  const slots = DAY_MS / stepMs
  const day = new Int32Array(count)
  const slot = new Int16Array(count)
  const offsetOf = zoneOffset(zone, startMs, startMs + count * stepMs)
  for (let t = 0; t < count; t++) {
    const at = startMs + t * stepMs
    const local = at + offsetOf(at)
    const d = Math.floor(local / DAY_MS)
    day[t] = d
    slot[t] = Math.floor((local - d * DAY_MS) / stepMs)
  }
  return { day, slot, slots }
}

/** Offset of local time to UTC in ms at an instant between `fromMs` and `toMs`. */
function zoneOffset(zone: string, fromMs: number, toMs: number): (atMs: number) => number {
  if (zone === 'UTC') return () => 0
  const clock = localClock(zone, Math.floor(fromMs / 60_000), Math.ceil(toMs / 60_000))
  return (atMs) => {
    const minute = Math.floor(atMs / 60_000)
    return (clock.toLocal(minute) - minute) * 60_000
  }
}

/** 0 = Monday … 6 = Sunday of a day number. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7
}

/** Local day and ms within it of an instant. */
export function localTime(
  atMs: number,
  zone = 'UTC',
): { readonly day: number; readonly ms: number } {
  const local = atMs + zoneOffset(zone, atMs, atMs)(atMs)
  const day = Math.floor(local / DAY_MS)
  return { day, ms: local - day * DAY_MS }
}
