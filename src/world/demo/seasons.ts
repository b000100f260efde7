import { weekdayOf } from '../../core/calendar.ts'
import { ALL_SUB_CATEGORIES } from './catalog.ts'
import { DEPARTMENTS, type Season } from './departments.ts'
import { closedDaysBetween, type DemoEvent } from './holidays.ts'

/** Orders by weekday, Monday first; the mean is 1. */
const WEEKLY_PATTERN: readonly number[] = [1.14, 1.05, 1, 0.97, 0.9, 0.86, 1.08]

/** Growth of the whole store in log demand a year. */
const STORE_GROWTH = 0.08

/** A hill of height 1 on a day of the year, wrapping around New Year. */
function hill(dayOfYear: number, centre: number, width: number): number {
  const apart = Math.abs(dayOfYear - centre)
  const distance = Math.min(apart, 365 - apart) / width
  return Math.exp(-0.5 * distance * distance)
}

const CURVES: Readonly<Record<Season, (day: number) => number>> = {
  flat: (day) => 1 + 0.12 * hill(day, 340, 18),
  gift: (day) => (day > 356 ? 0.85 : 0.8 + 1.7 * hill(day, 345, 17)),
  summer: (day) => 0.6 + 1.1 * hill(day, 187, 42),
  winter: (day) => 0.6 + 1.0 * hill(day, 5, 42),
  spring: (day) => 0.65 + 1.2 * hill(day, 122, 27),
  school: (day) => 0.8 + 1.3 * hill(day, 224, 15),
  fitness: (day) => 0.85 + 0.95 * hill(day, 9, 17) + 0.25 * hill(day, 150, 30),
}

/** Yearly curve by day of year (0 … 365), mean 1. */
function yearlyCurve(season: Season): Float64Array {
  const curve = Float64Array.from({ length: 366 }, (_, day) => CURVES[season](day))
  const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length
  return curve.map((value) => value / mean)
}

/**
 * What the calendar does to each sub-category: factor[sub × days + t] for the days from `firstDay`,
 * about 1 in the mean: weekday × time of year × events × growth (1 on day `middle`),
 * 0 on closed days.
 */
export function calendarFactors(
  firstDay: number,
  days: number,
  middle: number,
  events: readonly DemoEvent[],
): Float64Array {
  const byDepartment = DEPARTMENTS.map(({ name }) => eventFactors(name, firstDay, days, events))
  const closed = new Set(closedDaysBetween(firstDay, firstDay + days - 1))
  const factors = new Float64Array(ALL_SUB_CATEGORIES.length * days)
  ALL_SUB_CATEGORIES.forEach(({ department, subCategory }, sub) => {
    const curve = yearlyCurve(subCategory.season)
    for (let t = 0; t < days; t++) {
      const day = firstDay + t
      const growth = Math.exp((STORE_GROWTH * (t - middle)) / 365)
      factors[sub * days + t] = closed.has(day)
        ? 0
        : WEEKLY_PATTERN[weekdayOf(day)]! *
          curve[dayOfYear(day)]! *
          byDepartment[department]![t]! *
          growth
    }
  })
  return factors
}

/** Product of the events' lifts on each day: rising linearly over the lead, full while it lasts. */
function eventFactors(
  department: string,
  firstDay: number,
  days: number,
  events: readonly DemoEvent[],
): Float64Array {
  const factors = new Float64Array(days).fill(1)
  for (const { startsOn, endsOn, leadDays, lift, liftByDepartment } of events) {
    const peak = liftByDepartment[department] ?? lift
    for (let day = startsOn - leadDays; day <= endsOn; day++) {
      const t = day - firstDay
      if (t < 0 || t >= days) continue
      const ramp = day >= startsOn ? 1 : (day - (startsOn - leadDays) + 1) / (leadDays + 1)
      factors[t]! *= 1 + (peak - 1) * ramp
    }
  }
  return factors
}

/** Day of the year, 0 = 1 January. */
function dayOfYear(day: number): number {
  const year = new Date(day * 86_400_000).getUTCFullYear()
  return day - Date.UTC(year, 0, 1) / 86_400_000
}
