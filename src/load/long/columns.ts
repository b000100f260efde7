import { weekdayOf } from '../../core/calendar.ts'
import { type EventDays, eventWeights, type KindColumns, reachOf } from './event-columns.ts'
import type { Grid } from './grid.ts'

/** Places of the moving states; the fixed parameters follow them. */
export const STATE = { level: 0, slope: 1, fast: 2, slow: 3, growth: 4, fixed: 5 } as const

export const YEAR_DAYS = 365.2425

/** What each parameter of the level model stands for: a range of places in the state. */
export interface Layout {
  readonly harmonics: number
  readonly year: readonly [number, number]
  readonly week: readonly [number, number]
  /** Weekday by time of year. */
  readonly weekYear: readonly [number, number]
  readonly kinds: readonly KindColumns[]
  readonly size: number
}

/** Sparse rows of buckets [from, to): what each state counts in the bucket's log level. */
export interface Rows {
  readonly offsets: Int32Array
  readonly columns: Int32Array
  readonly weights: Float64Array
}

/** The layout for `harmonics` waves a year; weekdays only where buckets are days. */
export function layoutOf(
  harmonics: number,
  bucketDays: number,
  kindsFrom: (start: number) => readonly KindColumns[],
): Layout {
  const year: [number, number] = [STATE.fixed, STATE.fixed + 2 * harmonics]
  const days = bucketDays === 1 ? 6 : 0
  const week: [number, number] = [year[1], year[1] + days]
  const weekYear: [number, number] = [week[1], week[1] + 2 * days]
  const kinds = kindsFrom(weekYear[1])
  const size = kinds.reduce((end, kind) => Math.max(end, kind.start + kind.size), weekYear[1])
  return { harmonics, year, week, weekYear, kinds, size }
}

/** Effect coding of weekdays: 1 on its own day, −1 on day 6, so that they sum to nothing over a week. */
function weekdayCode(weekday: number, column: number): number {
  return weekday === column ? 1 : weekday === 6 ? -1 : 0
}

/** Rows of buckets from `from` to `to` (not included), relative to the grid's first day. */
export function buildRows(
  layout: Layout,
  grid: Grid,
  events: readonly EventDays[],
  from: number,
  to: number,
): Rows {
  const dense = new Float64Array(layout.size)
  const touching = eventsByBucket(layout, grid, events, from, to)
  const offsets = new Int32Array(to - from + 1)
  const columns: number[] = []
  const weights: number[] = []
  for (let b = from; b < to; b++) {
    dense.fill(0)
    fillRow(dense, layout, grid, b, touching.get(b) ?? [])
    dense.forEach((weight, column) => {
      if (weight === 0) return
      columns.push(column)
      weights.push(weight)
    })
    offsets[b - from + 1] = columns.length
  }
  return { offsets, columns: Int32Array.from(columns), weights: Float64Array.from(weights) }
}

type Touch = readonly [KindColumns, EventDays]

function eventsByBucket(
  { kinds }: Layout,
  grid: Grid,
  events: readonly EventDays[],
  from: number,
  to: number,
): Map<number, Touch[]> {
  const map = new Map<number, Touch[]>()
  for (const event of events) {
    const kind = kinds.find((one) => one.kind === event.event.kind)
    if (kind === undefined) continue
    const [first, end] = reachOf(kind, event)
    const low = Math.max(from, Math.floor((first - grid.firstDay) / grid.bucketDays))
    const high = Math.min(to, Math.ceil((end - grid.firstDay) / grid.bucketDays))
    for (let b = low; b < high; b++) map.set(b, [...(map.get(b) ?? []), [kind, event]])
  }
  return map
}

function fillRow(
  row: Float64Array,
  { year, week, weekYear, harmonics }: Layout,
  { firstDay, bucketDays }: Grid,
  bucket: number,
  touching: readonly Touch[],
): void {
  row[STATE.level] = 1
  row[STATE.fast] = 1
  row[STATE.slow] = 1
  const day = firstDay + bucket * bucketDays
  const angle = (2 * Math.PI * (day + (bucketDays - 1) / 2)) / YEAR_DAYS
  for (let k = 0; k < harmonics; k++) {
    row[year[0] + 2 * k] = Math.cos((k + 1) * angle)
    row[year[0] + 2 * k + 1] = Math.sin((k + 1) * angle)
  }
  for (let c = 0; c < week[1] - week[0]; c++) {
    const code = weekdayCode(weekdayOf(day), c)
    row[week[0] + c] = code
    row[weekYear[0] + 2 * c] = code * Math.cos(angle)
    row[weekYear[0] + 2 * c + 1] = code * Math.sin(angle)
  }
  for (const [kind, event] of touching) {
    for (let d = 0; d < bucketDays; d++) {
      eventWeights(kind, event, day + d, (column, weight) => {
        row[column]! += weight / bucketDays
      })
    }
  }
}
