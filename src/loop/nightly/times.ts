import { Temporal } from 'temporal-polyfill'

/** A time of day as settings write it: HH:MM, 00:00 to 23:59. */
export const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/

/**
 * Epoch ms of the last moment up to `now` at which clocks of `timeZone` showed `at` (HH:MM). A time that a
 * clock change skips comes as much later as clocks move; one that comes twice counts the first time.
 */
export function nightBefore(now: number, at: string, timeZone: string): number {
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
  const moment = momentOn(today, at, timeZone)
  return moment <= now ? moment : momentOn(today.subtract({ days: 1 }), at, timeZone)
}

/** The first such moment after `now`. */
export function nightAfter(now: number, at: string, timeZone: string): number {
  const day = Temporal.Instant.fromEpochMilliseconds(nightBefore(now, at, timeZone))
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
  return momentOn(day.add({ days: 1 }), at, timeZone)
}

function momentOn(day: Temporal.PlainDate, at: string, timeZone: string): number {
  return day.toPlainDateTime(Temporal.PlainTime.from(at)).toZonedDateTime(timeZone)
    .epochMilliseconds
}
