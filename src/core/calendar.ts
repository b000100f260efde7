import { Temporal } from 'temporal-polyfill'
import { requireArgument, StorewrightError } from './errors.ts'

/** Hour, day, week, month. */
export type Frequency = 'H' | 'D' | 'W' | 'M'

export const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** 0 = Monday … 6 = Sunday (ISO 8601 order). */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6

/**
 * Time buckets are integers that rise by one from each bucket to the next: hours, days, weeks or
 * months since 1970. Weeks are named by the day they start on.
 */
export interface Buckets {
  readonly frequency: Frequency
  /** First day of a week; matters for 'W' alone. Default Monday. */
  readonly weekStart?: Weekday
}

/** The bucket in which a UTC instant (epoch ms) lies. Shift local times to UTC fields beforehand. */
export function bucketOf(epochMs: number, buckets: Buckets): number {
  switch (buckets.frequency) {
    case 'H':
      return Math.floor(epochMs / HOUR_MS)
    case 'D':
      return Math.floor(epochMs / DAY_MS)
    case 'W':
      return Math.floor((Math.floor(epochMs / DAY_MS) + weekShift(buckets)) / 7)
    case 'M': {
      const date = new Date(epochMs)
      return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
    }
  }
}

/** Epoch ms (UTC) at which a bucket starts; the inverse of bucketOf on bucket starts. */
export function bucketStart(bucket: number, buckets: Buckets): number {
  switch (buckets.frequency) {
    case 'H':
      return bucket * HOUR_MS
    case 'D':
      return bucket * DAY_MS
    case 'W':
      return (bucket * 7 - weekShift(buckets)) * DAY_MS
    case 'M':
      return Date.UTC(1970 + Math.floor(bucket / 12), ((bucket % 12) + 12) % 12, 1)
  }
}

/** A bucket's start as users write it: `YYYY-MM-DD`, or `YYYY-MM-DDTHH:00:00Z` for hours. */
export function formatBucket(bucket: number, buckets: Buckets): string {
  const iso = new Date(bucketStart(bucket, buckets)).toISOString()
  return buckets.frequency === 'H' ? `${iso.slice(0, 19)}Z` : iso.slice(0, 10)
}

/** 1970-01-01 was a Thursday (3): days to add so that weeks starting on weekStart begin at multiples of 7. */
function weekShift(buckets: Buckets): number {
  return (3 - (buckets.weekStart ?? 0) + 7) % 7
}

/** Day number (days since 1970-01-01) of `YYYY-MM-DD`. Throws ERR_ARGUMENT on anything else. */
export function parseDay(text: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  const ms = match ? Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) : Number.NaN
  requireArgument(
    Number.isFinite(ms) && new Date(ms).toISOString().slice(0, 10) === text,
    `"${text}" is not a date; write it as YYYY-MM-DD, for example 2026-03-31`,
  )
  return ms / DAY_MS
}

/** `YYYY-MM-DD` of a day number. */
export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

const SHORT_DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
})

/** A day number as people write it in a sentence: `5 Nov`. */
export function formatDayShort(day: number): string {
  return SHORT_DAY.format(day * DAY_MS)
}

/** Weekday of a day number, 0 = Monday. */
export function weekdayOf(day: number): Weekday {
  return ((((day + 3) % 7) + 7) % 7) as Weekday
}

/** Epoch ms of an ISO date or date-time; a time without an offset is read in `timeZone`. */
export function parseInstant(text: string, timeZone = 'UTC'): number {
  const iso = text.trim().replace(' ', 'T')
  try {
    if (/(Z|[+-]\d{2}(:?\d{2})?)$/.test(iso) && iso.includes('T')) {
      return Temporal.Instant.from(iso).epochMilliseconds
    }
    return Temporal.PlainDateTime.from(iso).toZonedDateTime(timeZone).epochMilliseconds
  } catch (cause) {
    throw new StorewrightError('ERR_ARGUMENT', `"${text}" is not a date or time`, {
      next: 'Write it as ISO 8601, for example 2026-03-31 or 2026-03-31T17:05:00Z.',
      cause,
    })
  }
}

/** The local calendar day (as a day number) of an instant in a time zone. */
export function localDay(epochMs: number, timeZone: string): number {
  const date = Temporal.Instant.fromEpochMilliseconds(epochMs)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
  return Date.UTC(date.year, date.month - 1, date.day) / DAY_MS
}

/** Days on which the store is open: weekdays it closes on always, and single closed days. */
export interface OpenDays {
  readonly closedWeekdays: readonly Weekday[]
  /** Day numbers closed beside the weekdays. */
  readonly closedDays: ReadonlySet<number>
}

/** True when the store is open on the day. */
export function isOpen(day: number, openDays: OpenDays): boolean {
  return !openDays.closedWeekdays.includes(weekdayOf(day)) && !openDays.closedDays.has(day)
}

/**
 * Learns when a store is closed from units sold a day (index 0 = `firstDay`): a weekday with fewer
 * than `tolerance` of its days selling anything is closed always; days without any sale among the
 * other weekdays are closed days.
 */
export function learnOpenDays(
  unitsByDay: ArrayLike<number>,
  firstDay: number,
  tolerance = 0.05,
): OpenDays {
  const open = new Float64Array(7)
  const seen = new Float64Array(7)
  for (let i = 0; i < unitsByDay.length; i++) {
    const weekday = weekdayOf(firstDay + i)
    seen[weekday]! += 1
    if (unitsByDay[i]! > 0) open[weekday]! += 1
  }
  const weekdays = [0, 1, 2, 3, 4, 5, 6] as const
  const closedWeekdays = weekdays.filter((w) => seen[w]! > 0 && open[w]! / seen[w]! < tolerance)
  const closedDays = new Set<number>()
  for (let i = 0; i < unitsByDay.length; i++) {
    const day = firstDay + i
    if (unitsByDay[i]! <= 0 && !closedWeekdays.includes(weekdayOf(day))) closedDays.add(day)
  }
  return { closedWeekdays, closedDays }
}
