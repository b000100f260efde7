import { formatDay, parseInstant } from '../../core/calendar.ts'

/** The store's clock: its days, and the `ds` of its sales, begin at midnight there. */
export const DEMO_TIME_ZONE = 'America/New_York'

/** Hours of that clock behind UTC in winter. */
export const STORE_HOURS_BEHIND_UTC = 5

/** Epoch ms at which each of `count` days from `firstDay` begins, and the end of the last. */
export function dayStarts(firstDay: number, count: number): Float64Array {
  return Float64Array.from({ length: count + 1 }, (_, t) =>
    parseInstant(formatDay(firstDay + t), DEMO_TIME_ZONE),
  )
}
