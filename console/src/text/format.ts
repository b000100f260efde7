const MINUS = '−'
const NO_BREAK = '\u00a0'
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

const moneyFormats = new Map<string, Intl.NumberFormat>()

function moneyFormat(currency: string, digits: number): Intl.NumberFormat {
  const key = `${currency}${digits}`
  let format = moneyFormats.get(key)
  if (format === undefined) {
    format = new Intl.NumberFormat('en-GB', {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
    moneyFormats.set(key, format)
  }
  return format
}

/** Integer cents as money: `£2,480`; with two decimals below 10; a true minus sign. */
export function formatMoney(cents: number, currency: string): string {
  const size = Math.abs(cents)
  const digits = size > 0 && size < 1000 && size % 100 !== 0 ? 2 : 0
  const text = moneyFormat(currency, digits).format(size / 100)
  return cents < 0 ? `${MINUS}${text}` : text
}

/** A price, to the cent: `£22.79`, `£18`. */
export function formatPrice(cents: number, currency: string): string {
  return moneyFormat(currency, cents % 100 === 0 ? 0 : 2).format(cents / 100)
}

/** A range of money with the same digits at both ends: `£6.10 – £9.40`, `£6 – £14`. */
export function formatMoneyRange(
  low: number,
  high: number,
  currency: string,
  { brief = false } = {},
): string {
  const whole = Math.max(Math.abs(low), Math.abs(high)) >= 1000
  const write = brief ? formatMoneyBrief : formatMoney
  const end = (cents: number): string =>
    write(whole ? Math.round(cents / 100) * 100 : cents, currency)
  return `${end(low)} – ${end(high)}`
}

/** As formatMoney, with a plus sign where money is gained. */
export function formatMoneyChange(cents: number, currency: string): string {
  return cents > 0 ? `+${formatMoney(cents, currency)}` : formatMoney(cents, currency)
}

/** As formatMoney, but in thousands where it would not fit a cell: `£1.2k`, `£10k`. */
export function formatMoneyBrief(cents: number, currency: string): string {
  const write = Math.abs(cents) >= 100_000 ? formatMoneyShort : formatMoney
  return write(cents, currency)
}

/** Short money for axes: `£1.2k`, `£3.4M`. */
export function formatMoneyShort(cents: number, currency: string): string {
  const size = Math.abs(cents) / 100
  const symbol = currencySymbol(currency)
  const [scale, suffix] = size >= 1e6 ? [1e6, 'M'] : size >= 1e3 ? [1e3, 'k'] : [1, '']
  const digits = size / scale >= 10 || suffix === '' ? 0 : 1
  const text = (size / scale).toFixed(digits).replace(/\.0$/, '')
  return `${cents < 0 ? MINUS : ''}${symbol}${text}${suffix}`
}

/** The sign of a currency, `£` for GBP. */
export function currencySymbol(currency: string): string {
  const parts = moneyFormat(currency, 0).formatToParts(0)
  return parts.find((part) => part.type === 'currency')?.value ?? currency
}

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })

/** A counted number: whole, grouped by thousands. */
export function formatCount(value: number): string {
  const rounded = Math.round(value)
  return rounded < 0 ? `${MINUS}${grouped.format(-rounded)}` : grouped.format(rounded)
}

/** A measured number with at most three significant digits: `1.18`, `12.3`, `497`, `1,230`. */
export function formatMeasure(value: number): string {
  const size = Math.abs(value)
  if (size >= 1000) return formatCount(value)
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2
  const text = size.toFixed(digits)
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text
}

/** A number on an axis: no more digits than it needs. */
export function formatTick(value: number): string {
  return value.toLocaleString('en-GB', { maximumSignificantDigits: 3 }).replace('-', MINUS)
}

const plain = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2, useGrouping: 'min2' })

/** A number as it stands in the data, to two decimals: `1998`, `0.75`, `12,500`. */
export function formatPlain(value: number): string {
  return plain.format(value).replace('-', MINUS)
}

/** A fraction as a percentage: `97.1 %`, unbroken; `digits` after the point, 1 unless told. */
export function formatPercent(fraction: number, digits = 1): string {
  const text = Math.abs(fraction * 100).toFixed(digits)
  const sign = fraction < 0 && Number(text) !== 0 ? MINUS : ''
  return `${sign}${text}${NO_BREAK}%`
}

/** As formatPercent, with a sign always. */
export function formatPercentChange(fraction: number, digits = 0): string {
  const text = formatPercent(fraction, digits)
  return fraction > 0 ? `+${text}` : text
}

/** A whole number with its sign. */
export function formatChange(value: number): string {
  return value > 0 ? `+${formatCount(value)}` : formatCount(value)
}

/** `5 Nov`, and `5 Nov 2010` where the year is not `year`. */
export function formatDate(iso: string, year?: number): string {
  const [y, m, d] = iso.slice(0, 10).split('-').map(Number)
  const text = `${d} ${MONTHS[m! - 1]}`
  return year === undefined || year === y ? text : `${text} ${y}`
}

/** `5 Nov, 14:20` in UTC. */
export function formatMoment(iso: string, year?: number): string {
  return `${formatDate(iso, year)}, ${iso.slice(11, 16)}`
}

/** `1 line`, `14 lines`; irregular plurals as the third argument. */
export function formatPlural(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`
}

/** `today`, `1 day`, `12 days`; `out now` below zero. */
export function formatDaysAhead(days: number): string {
  if (days < 0) return 'out now'
  return days === 0 ? 'today' : formatPlural(days, 'day')
}

/** Seconds since 1970 of midnight UTC of an ISO day. */
export function secondsOf(iso: string): number {
  return Date.parse(`${iso.slice(0, 10)}T00:00:00Z`) / 1000
}

/** The ISO day of seconds since 1970. */
export function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

const SMALL = 'no one two three four five six seven eight nine'.split(' ')

/** Numbers below ten as words, for sentences. */
export function formatWord(count: number): string {
  return count >= 0 && count < 10 && Number.isInteger(count) ? SMALL[count]! : formatCount(count)
}

/** `text` with a capital first letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
