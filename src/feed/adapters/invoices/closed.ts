import { formatDay, learnOpenDays, weekdayOf } from '../../../core/calendar.ts'
import type { Database } from '../../../core/sql/database.ts'
import { numbersOf } from '../../../core/table.ts'
import type { FeedNote } from '../adapter.ts'
import { LINES } from './classify.ts'

const WEEKDAYS = [
  'Mondays',
  'Tuesdays',
  'Wednesdays',
  'Thursdays',
  'Fridays',
  'Saturdays',
  'Sundays',
] as const

/** Below two weeks, a weekday without sales says nothing. */
const DAYS_TO_LEARN = 14

/** A closed day and why it is taken for one. */
export interface ClosedDay {
  readonly day: number
  readonly reason: 'weekday' | 'day'
}

/** Learns from LINES on which days between the first and the last sale the shop was closed. */
export async function learnClosedDays(
  db: Database,
): Promise<{ readonly days: readonly ClosedDay[]; readonly note: FeedNote }> {
  const table = await db.table(
    `SELECT ds, sum(quantity) AS units FROM ${LINES} WHERE kind = 'sale' GROUP BY ds ORDER BY ds`,
  )
  const [ds, units] = [numbersOf(table, 'ds'), numbersOf(table, 'units')]
  const [first = 0, last = -1] = [ds[0], ds[ds.length - 1]]
  const byDay = new Float64Array(last - first + 1)
  ds.forEach((day, i) => {
    byDay[day - first] = units[i]!
  })
  if (byDay.length < DAYS_TO_LEARN) {
    return { days: [], note: { rule: 'closed days: too few days to learn them', count: 0 } }
  }
  const open = learnOpenDays(byDay, first)
  const days: ClosedDay[] = []
  for (let day = first; day <= last; day++) {
    if (open.closedWeekdays.includes(weekdayOf(day))) days.push({ day, reason: 'weekday' })
    else if (open.closedDays.has(day)) days.push({ day, reason: 'day' })
  }
  const weekly = open.closedWeekdays.map((weekday) => WEEKDAYS[weekday]).join(', ')
  const single = [...open.closedDays].map(formatDay).join(', ')
  const detail = [weekly && `always on ${weekly}`, single].filter(Boolean).join('; ')
  const rule = 'days on which the shop was closed: marked in closed_days'
  return { days, note: { rule, count: days.length, ...(detail ? { detail } : {}) } }
}

/** The closed days as a SELECT of rows of closed_days. */
export function selectClosedDays(days: readonly ClosedDay[]): string {
  const values = days.map(({ day, reason }) => `(DATE '1970-01-01' + ${day}, '${reason}')`)
  return `SELECT * FROM (VALUES ${values.join(', ')}) AS v(ds, reason) ORDER BY ds`
}
