import { DAY_MS } from '../../core/calendar.ts'
import { localClock } from '../../core/local-time.ts'
import type { LoadAxis } from '../types.ts'

/**
 * How steps lie in days. A bucket is what the level is modelled by: a day for steps up to a day, the
 * step itself for whole days and weeks. A slot is the place of a step within its day.
 */
export interface Grid {
  readonly stepMs: number
  /** Length of a bucket in days: 1, or 7 for weeks. */
  readonly bucketDays: number
  /** Steps a bucket: 24 for hours, 1 for days and weeks. */
  readonly slots: number
  /** Local day number (days since 1970-01-01) on which bucket 0 begins. */
  readonly firstDay: number
  readonly zone: string
}

/** Which bucket and slot each step belongs to. */
export interface Placed {
  readonly bucket: Int32Array
  readonly slot: Int32Array
}

/** Whether steps divide a day into at most 288 parts, or are whole days, up to five weeks. */
export function isLongGrain(stepMs: number): boolean {
  if (stepMs >= DAY_MS) return stepMs % DAY_MS === 0 && stepMs <= 35 * DAY_MS
  return stepMs >= 300_000 && DAY_MS % stepMs === 0
}

/** The grid of a history; steps of a day and longer count days in UTC, shorter ones by the zone's clock. */
export function gridOf(axis: LoadAxis, zone = 'UTC'): Grid {
  const long = axis.stepMs >= DAY_MS
  const grid: Grid = {
    stepMs: axis.stepMs,
    bucketDays: long ? axis.stepMs / DAY_MS : 1,
    slots: long ? 1 : DAY_MS / axis.stepMs,
    firstDay: 0,
    zone: long ? 'UTC' : zone,
  }
  return { ...grid, firstDay: Math.floor(localTimes(grid, axis.startMs, 1)[0]! / DAY_MS) }
}

/** Bucket and slot of `count` steps from `startMs`. */
export function placeSteps(grid: Grid, startMs: number, count: number): Placed {
  const bucket = new Int32Array(count)
  const slot = new Int32Array(count)
  const local = localTimes(grid, startMs, count)
  for (let t = 0; t < count; t++) {
    const day = Math.floor(local[t]! / DAY_MS)
    bucket[t] = Math.floor((day - grid.firstDay) / grid.bucketDays)
    slot[t] = grid.slots === 1 ? 0 : Math.floor((local[t]! - day * DAY_MS) / grid.stepMs)
  }
  return { bucket, slot }
}

/** Local day of an instant on the grid's clock, as a whole number of days since 1970-01-01. */
export function dayOnGrid(grid: Grid, epochMs: number): number {
  return Math.floor(localTimes(grid, epochMs, 1)[0]! / DAY_MS)
}

/** Local times of steps, ms as if local time were UTC. */
function localTimes(grid: Grid, startMs: number, count: number): Float64Array {
  const times = Float64Array.from({ length: count }, (_, t) => startMs + t * grid.stepMs)
  if (grid.zone === 'UTC') return times
  const clock = localClock(grid.zone, startMs / 60_000 - 1, times[count - 1]! / 60_000 + 1)
  return times.map((time) => clock.toLocal(Math.floor(time / 60_000)) * 60_000 + (time % 60_000))
}
