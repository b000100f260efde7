import { weekdayOf } from '../../core/calendar.ts'
import type { Contributions } from './contributions.ts'
import { PARTS } from './parts.ts'

/** Rows of contributions by calendar week; aligned columns, series by series, week by week. */
export interface WeeklyContributions {
  /** Index into the ids of the contributions. */
  readonly series: Int32Array
  /** Day number of the Monday. */
  readonly week: Int32Array
  /** Index into PARTS. */
  readonly part: Int32Array
  readonly units: Float64Array
}

/** Units below which a part is the rounding of doubles. */
const NOTHING = 1e-11

/** The Monday (a day number) of the week of a day. */
export function mondayOf(day: number): number {
  return day - weekdayOf(day)
}

/**
 * Contributions of the first `days` days summed over calendar weeks, Monday to Sunday; the first and
 * the last week may be cut. Parts that add nothing to a week have no row.
 */
export function weeklyContributions(
  contributions: Contributions,
  days = contributions.horizon,
): WeeklyContributions {
  const { ids, origin, horizon, parts } = contributions
  const first = mondayOf(origin)
  const weeks = days === 0 ? 0 : (mondayOf(origin + days - 1) - first) / 7 + 1
  const sums = new Float64Array(ids.length * weeks * PARTS.length)
  PARTS.forEach((part, p) => {
    const units = parts[part]
    if (units === undefined) return
    for (let at = 0; at < units.length; at++) {
      if (at % horizon >= days) continue
      const series = Math.floor(at / horizon)
      const week = Math.floor((origin + (at % horizon) - first) / 7)
      sums[(series * weeks + week) * PARTS.length + p]! += units[at]!
    }
  })
  const rows = Int32Array.from(sums.keys()).filter((at) => Math.abs(sums[at]!) > NOTHING)
  return {
    series: rows.map((at) => Math.floor(at / (weeks * PARTS.length))),
    week: rows.map((at) => first + 7 * (Math.floor(at / PARTS.length) % weeks)),
    part: rows.map((at) => at % PARTS.length),
    units: Float64Array.from(rows, (at) => sums[at]!),
  }
}
