import { type Buckets, bucketOf, bucketStart, DAY_MS } from '../../core/calendar.ts'

/** Day number of Easter Sunday (Gregorian). Source: Meeus, Jones & Butcher, Nature 13 (1876) 487. */
export function easterDay(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const n = h + l - 7 * m + 114
  return Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1) / DAY_MS
}

/**
 * The weeks that hold Good Friday, the shopping before Easter, from the year of bucket `first` to two
 * years after that of `last`; none for other frequencies.
 */
export function easterBuckets(buckets: Buckets, first: number, last: number): Float64Array {
  if (buckets.frequency !== 'W') return new Float64Array(0)
  const yearOf = (bucket: number) => new Date(bucketStart(bucket, buckets)).getUTCFullYear()
  const from = yearOf(first)
  return Float64Array.from({ length: Math.max(0, yearOf(last) + 3 - from) }, (_, k) =>
    bucketOf((easterDay(from + k) - 2) * DAY_MS, buckets),
  )
}
