import type { LoadEventInfo } from '../../../src/api/schemas/load.ts'
import { formatCount } from '../text/format.ts'

/** Requests a minute with three digits at most: what is forecast is not known better. */
export function rate(value: number | null): string {
  if (value === null) return '–'
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(value)))) - 2)
  return formatCount(Math.round(value / digits) * digits)
}

/** Times on the store's clock. */
export function clockOf(timeZone: string) {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, ...options })
  const month = format({ month: 'short', year: 'numeric' })
  const day = format({ day: 'numeric', month: 'short' })
  const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return {
    day: (seconds: number) => day.format(seconds * 1000),
    time: (seconds: number) => time.format(seconds * 1000),
    both: (seconds: number) => `${day.format(seconds * 1000)}, ${time.format(seconds * 1000)}`,
    /** What a tick of an axis says, by how far ticks are apart. */
    tick(seconds: number, apart: number): string {
      if (apart >= 27 * 86_400) return month.format(seconds * 1000)
      if (apart >= 86_400) return day.format(seconds * 1000)
      const text = time.format(seconds * 1000)
      return text === '00:00' ? day.format(seconds * 1000) : text
    },
  }
}

export type Clock = ReturnType<typeof clockOf>

export const secondsOf = (iso: string): number => Date.parse(iso) / 1000

/** The wall time of a moment on a clock, as a field of date and time has it: 2026-04-09T19:00. */
export function wallTime(iso: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  }).formatToParts(Date.parse(iso))
  const of = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((part) => part.type === type)?.value ?? ''
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`
}

/** The moment at which a clock shows a wall time; undefined where the text is none. */
export function momentOf(wall: string, timeZone: string): string | undefined {
  const wanted = Date.parse(`${wall}Z`)
  if (Number.isNaN(wanted)) return undefined
  let at = wanted
  // The offset is that of the moment sought: the second round settles days on which clocks change.
  for (let round = 0; round < 2; round++) {
    at += wanted - Date.parse(`${wallTime(new Date(at).toISOString(), timeZone)}Z`)
  }
  return new Date(at).toISOString()
}

/** The kind, and the one service or region it touches. */
export function placeOf({ kind, serviceId, region }: LoadEventInfo): string {
  const touched = [serviceId, region].filter((one) => one !== null)
  return touched.length === 0 ? kind : `${kind}, ${touched.join(' in ')} alone`
}

/** "9 Apr, 19:00 – 23:00", with the second day where it is another. */
export function whenWords(clock: Clock, startsAt: string, endsAt: string): string {
  const [from, to] = [secondsOf(startsAt), secondsOf(endsAt)]
  const end = clock.day(from) === clock.day(to) ? clock.time(to) : clock.both(to)
  return `${clock.both(from)} – ${end}`
}
