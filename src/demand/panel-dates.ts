import { type Buckets, type Frequency, formatBucket } from '../core/calendar.ts'
import { fault } from './panel-table.ts'

/** Buckets of two years: holes up to this long are taken for what they seem. */
const TWO_YEARS: Readonly<Record<Frequency, number>> = { H: 2 * 8766, D: 731, W: 105, M: 24 }
/** What lies beyond a hole is a slip of the pen where the rest has so many times its rows. */
const LONE = 10

/** Rows of a table with their buckets, in the order of the file. */
export interface DatedRows {
  readonly bucket: Int32Array
  readonly buckets: Buckets
  readonly file?: string | undefined
}

/**
 * Throws ERR_PANEL with the line of a date that stands alone, years from all others: before or after a
 * hole longer than two years and than all other dates span, with a tenth of their rows at most.
 */
export function refuseLoneDates({ bucket, buckets, file }: DatedRows): void {
  const sorted = bucket.slice().sort()
  const n = sorted.length
  let at = 0
  for (let k = 1; k < n; k++) {
    if (sorted[k]! - sorted[k - 1]! > sorted[at + 1]! - sorted[at]!) at = k - 1
  }
  if (n < 2) return
  const [low, high] = [sorted[at]!, sorted[at + 1]!]
  const isLate = at + 1 > n / 2
  const few = isLate ? n - at - 1 : at + 1
  const span = isLate ? low - sorted[0]! : sorted[n - 1]! - high
  if (high - low <= Math.max(TWO_YEARS[buckets.frequency], span) || LONE * few > n - few) return
  const row = bucket.findIndex((own) => (isLate ? own >= high : own <= low))
  const [first, last] = isLate ? [sorted[0]!, low] : [high, sorted[n - 1]!]
  const when = formatBucket(bucket[row]!, buckets)
  const rest = `all other dates lie from ${formatBucket(first, buckets)} to ${formatBucket(last, buckets)}`
  throw fault(`${when} is years from the rest: ${rest}. Is the year right?`, row, 'ds', file)
}

/**
 * Throws ERR_PANEL with the line of the first row of a future that lies far beyond what comes before
 * it: after a hole longer than two years and than the history (buckets [first, end)).
 */
export function refuseFarFuture(
  { bucket, buckets, file }: DatedRows,
  first: number,
  end: number,
): void {
  const most = Math.max(TWO_YEARS[buckets.frequency], end - first)
  let last = end - 1
  for (const own of bucket.slice().sort()) {
    if (own - last > most) {
      const before = last === end - 1 ? 'the end of the history' : 'the row before it'
      const message = `${formatBucket(own, buckets)} is years after ${before}, ${formatBucket(last, buckets)}. Is the year right?`
      throw fault(message, bucket.indexOf(own), 'ds', file)
    }
    last = Math.max(last, own)
  }
}
