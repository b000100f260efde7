import Holidays from 'date-holidays'
import { bucketOf, DAY_MS, type Weekday, weekdayOf } from '../../core/calendar.ts'
import { requireArgument } from '../../core/errors.ts'
import type { PanelEvent } from '../../core/panel.ts'
import { easterDay } from './easter.ts'

/**
 * Public holidays of a country (ISO 3166-1 code such as 'US', 'GB', 'IN') and, where given, of a
 * region of it ('CA'), from day `from` to day `to` (day numbers, both included), by first day.
 * Throws ERR_ARGUMENT on a country or region it does not know.
 */
export function publicHolidays(
  country: string,
  from: number,
  to: number,
  region?: string,
): PanelEvent[] {
  const holidays = new Holidays()
  requireArgument(
    Object.hasOwn(holidays.getCountries(), country),
    `country "${country}" is unknown; give a code such as US or GB`,
  )
  const regions = holidays.getStates(country) ?? {}
  requireArgument(
    region === undefined || Object.hasOwn(regions, region),
    `region "${region}" of ${country} is unknown; it has ${Object.keys(regions).join(', ') || 'none'}`,
  )
  if (region === undefined) holidays.init(country)
  else holidays.init(country, region)
  const events: PanelEvent[] = []
  for (const year of yearsBetween(from - 7, to + 7)) {
    for (const { name, date, start, end, type } of holidays.getHolidays(year, 'en')) {
      if (type !== 'public') continue
      const firstDay = Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / DAY_MS
      const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY_MS))
      const event = { name, kind: 'holiday', firstDay, lastDay: firstDay + days - 1 }
      if (event.lastDay >= from && firstDay <= to) events.push(event)
    }
  }
  return events.sort((a, b) => a.firstDay - b.firstDay)
}

interface OccasionRule {
  readonly name: string
  readonly kind: string
  readonly days: (year: number) => readonly [first: number, last: number]
}

/** Occasions that shops in most countries plan for; days follow from the year alone. */
const OCCASIONS: readonly OccasionRule[] = [
  { name: "New Year's Day", kind: 'holiday', days: (year) => single(date(year, 1, 1)) },
  { name: 'Super Bowl', kind: 'season', days: (year) => single(superBowl(year)) },
  { name: "Valentine's Day", kind: 'season', days: (year) => single(date(year, 2, 14)) },
  { name: 'Easter', kind: 'holiday', days: (year) => single(easterDay(year)) },
  { name: "Mother's Day", kind: 'season', days: (year) => single(nthWeekday(year, 5, 6, 2)) },
  { name: 'Memorial Day', kind: 'holiday', days: (year) => single(nthWeekday(year, 5, 0, -1)) },
  { name: "Father's Day", kind: 'season', days: (year) => single(nthWeekday(year, 6, 6, 3)) },
  { name: 'Independence Day', kind: 'holiday', days: (year) => single(date(year, 7, 4)) },
  { name: 'Labor Day', kind: 'holiday', days: (year) => single(nthWeekday(year, 9, 0, 1)) },
  { name: 'Halloween', kind: 'season', days: (year) => single(date(year, 10, 31)) },
  { name: 'Thanksgiving', kind: 'holiday', days: (year) => single(nthWeekday(year, 11, 3, 4)) },
  {
    name: 'Black Friday weekend',
    kind: 'sale',
    days: (year) => [nthWeekday(year, 11, 3, 4) + 1, nthWeekday(year, 11, 3, 4) + 4],
  },
  { name: 'Christmas', kind: 'holiday', days: (year) => single(date(year, 12, 25)) },
]

/**
 * The retail occasions from day `from` to day `to` (day numbers, both included), by first day:
 * those that stand on a date, on the n-th weekday of a month, and Easter. `names` picks some.
 */
export function retailOccasions(
  from: number,
  to: number,
  names: readonly string[] = OCCASIONS.map(({ name }) => name),
): PanelEvent[] {
  const events: PanelEvent[] = []
  for (const year of yearsBetween(from, to)) {
    for (const { name, kind, days } of OCCASIONS) {
      const [firstDay, lastDay] = days(year)
      if (!names.includes(name) || lastDay < from || firstDay > to) continue
      events.push({ name, kind, firstDay, lastDay })
    }
  }
  return events.sort((a, b) => a.firstDay - b.firstDay)
}

/** Day number of the n-th (from 1; −1 = last) weekday (0 = Monday) of a month (1–12). */
export function nthWeekday(year: number, month: number, weekday: Weekday, n: number): number {
  if (n < 0) {
    const last = date(year, month + 1, 1) - 1
    return last - ((weekdayOf(last) - weekday + 7) % 7)
  }
  const first = date(year, month, 1)
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1)
}

/** The second Sunday of February from 2022 on, the first before. */
function superBowl(year: number): number {
  return nthWeekday(year, 2, 6, year >= 2022 ? 2 : 1)
}

const date = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day) / DAY_MS
const single = (day: number) => [day, day] as const

function yearsBetween(from: number, to: number): number[] {
  const yearOf = (day: number) => 1970 + Math.floor(bucketOf(day * DAY_MS, { frequency: 'M' }) / 12)
  return Array.from({ length: yearOf(to) - yearOf(from) + 1 }, (_, k) => yearOf(from) + k)
}
