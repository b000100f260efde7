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
