import type { LoadEvent } from '../types.ts'
import { dayOnGrid, type Grid } from './grid.ts'

/** Days of an event on a grid. */
export interface EventDays {
  readonly event: LoadEvent
  readonly firstDay: number
  /** Included. */
  readonly lastDay: number
}

/** Where a kind's parameters stand: `size` of them from `start`. */
export interface KindColumns {
  readonly kind: string
  readonly start: number
  readonly size: number
  /** Days before, of, and after the event that have a parameter each; a long event has one for all its days. */
  readonly lead: number
  readonly core: number
  readonly tail: number
  readonly long: boolean
  /** Occurrences within the history. */
  readonly past: number
}

const LEAD_DAYS = 4
const TAIL_DAYS = 10
/** The prior spread of a profile falls by e in so many days from the event. */
const FADING_DAYS = 4
/** Of a kind's spread, how much one occurrence differs from the next. */
const OCCURRENCE_SHARE = 0.2
/** Longer events are stretches of another level rather than profiles of days. */
const LONG_EVENT_DAYS = 14

/** Kinds that name a lasting change; they have no profile. */
const BREAK_KINDS = ['level-break', 'slope-break'] as const

function isBreakKind(kind: string): boolean {
  return (BREAK_KINDS as readonly string[]).includes(kind)
}

/** Events that touch a series, as days of its grid; an end at midnight does not count its day. */
export function eventDays(
  events: readonly LoadEvent[],
  group: Readonly<Record<string, string>>,
  grid: Grid,
): EventDays[] {
  return events
    .filter(({ group: own = {} }) =>
      Object.entries(own).every(([name, value]) => (group[name] ?? value) === value),
    )
    .map((event) => ({
      event,
      firstDay: dayOnGrid(grid, event.startMs),
      lastDay: dayOnGrid(grid, Math.max(event.startMs, event.endMs - 1)),
    }))
}

/**
 * Columns of each kind with a past, from `start` on: a parameter for each day from LEAD_DAYS before
 * to TAIL_DAYS after. Kinds without a past have none: nothing is known of them.
 */
export function kindColumns(
  events: readonly EventDays[],
  from: number,
  to: number,
  start: number,
): KindColumns[] {
  const kinds = [...new Set(events.map(({ event }) => event.kind))].filter((k) => !isBreakKind(k))
  let next = start
  return kinds.flatMap((kind) => {
    const past = events.filter((e) => {
      return e.event.kind === kind && e.lastDay >= from && e.firstDay < to
    })
    if (past.length === 0) return []
    const days = Math.max(...past.map((e) => e.lastDay - e.firstDay + 1))
    const long = days > LONG_EVENT_DAYS
    const core = long ? 1 : days
    const [lead, tail] = [LEAD_DAYS, TAIL_DAYS]
    const size = lead + core + tail
    next += size
    return [{ kind, start: next - size, size, lead, core, tail, long, past: past.length }]
  })
}

/**
 * Calls `add(column, weight)` for what an event says of a day; weights are the event's strength,
 * split between neighbouring parameters where it lasts another number of days than its kind.
 */
export function eventWeights(
  columns: KindColumns,
  { event, firstDay, lastDay }: EventDays,
  day: number,
  add: (column: number, weight: number) => void,
): void {
  const { start, lead, core, tail } = columns
  const strength = event.strength ?? 1
  if (day < firstDay) {
    if (firstDay - day <= lead) add(start + lead - (firstDay - day), strength)
  } else if (day > lastDay) {
    if (day - lastDay <= tail) add(start + lead + core + (day - lastDay) - 1, strength)
  } else {
    const length = lastDay - firstDay
    const at = length === 0 ? (core - 1) / 2 : ((day - firstDay) / length) * (core - 1)
    const low = Math.floor(at)
    if (at > low) add(start + lead + low + 1, strength * (at - low))
    add(start + lead + low, strength * (1 - (at - low)))
  }
}

/** How much is left of the prior spread `distance` days from the event. */
const fading = (distance: number) => Math.exp(-distance / FADING_DAYS)

/** Days from the event of a kind's i-th parameter. */
function distanceOf({ lead, core }: KindColumns, i: number): number {
  return Math.max(0, lead - i, i - (lead + core - 1))
}

/**
 * Prior covariance of a kind's parameters, row-major [size × size]: the standard deviation `spread`
 * falls with the distance in days from the event by e^(−distance / FADING_DAYS), neighbours hang
 * together by e^(−distance / 3).
 */
export function profilePrior(columns: KindColumns, spread: number): Float64Array {
  const { size } = columns
  const covariance = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const scale = fading(distanceOf(columns, i)) * fading(distanceOf(columns, j))
      covariance[i * size + j] = spread * spread * scale * Math.exp(-Math.abs(i - j) / 3)
    }
  }
  return covariance
}

/**
 * Standard deviation by which one occurrence differs from the profile of its kind on a day: a share of
 * the kind's spread, fading as it does; 0 within a long event, whose level is free.
 */
export function occurrenceSpread(
  columns: KindColumns,
  { firstDay, lastDay }: EventDays,
  day: number,
  spread: number,
): number {
  const distance = Math.max(0, firstDay - day, day - lastDay)
  const outside = distance > (day < firstDay ? columns.lead : columns.tail)
  return outside || columns.long ? 0 : OCCURRENCE_SHARE * spread * fading(distance)
}

/** First and one past the last day that an event reaches with its columns. */
export function reachOf({ lead, tail }: KindColumns, event: EventDays): readonly [number, number] {
  return [event.firstDay - lead, event.lastDay + tail + 1]
}
