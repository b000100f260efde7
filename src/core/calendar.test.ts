import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bucketOf,
  bucketStart,
  DAY_MS,
  formatBucket,
  formatDay,
  formatDayShort,
  isOpen,
  learnOpenDays,
  localDay,
  parseDay,
  parseInstant,
  type Weekday,
  weekdayOf,
} from './calendar.ts'

describe('buckets', () => {
  it('start where they say and hold what starts in them', () => {
    const frequency = fc.constantFrom('H', 'D', 'W', 'M' as const)
    const instant = fc.integer({ min: Date.UTC(1950, 0, 1), max: Date.UTC(2100, 0, 1) })
    fc.assert(
      fc.property(frequency, fc.integer({ min: 0, max: 6 }), instant, (f, start, ms) => {
        const buckets = { frequency: f as 'H' | 'D' | 'W' | 'M', weekStart: start as Weekday }
        const bucket = bucketOf(ms, buckets)
        expect(bucketStart(bucket, buckets)).toBeLessThanOrEqual(ms)
        expect(bucketStart(bucket + 1, buckets)).toBeGreaterThan(ms)
        expect(bucketOf(bucketStart(bucket, buckets), buckets)).toBe(bucket)
      }),
    )
  })

  it('begin weeks on the day asked for', () => {
    const friday = { frequency: 'W', weekStart: 4 } as const
    const bucket = bucketOf(Date.UTC(2010, 1, 5), friday)
    expect(formatBucket(bucket, friday)).toBe('2010-02-05')
    expect(formatBucket(bucket + 1, friday)).toBe('2010-02-12')
    expect(
      formatBucket(bucketOf(Date.UTC(2011, 11, 31), { frequency: 'M' }), { frequency: 'M' }),
    ).toBe('2011-12-01')
  })
})

describe('days', () => {
  it('round-trip and know their weekday', () => {
    expect(weekdayOf(parseDay('2026-11-20'))).toBe(4)
    expect(formatDay(parseDay('2012-02-29'))).toBe('2012-02-29')
    expect(formatDayShort(parseDay('2011-11-05'))).toBe('5 Nov')
    expect(() => parseDay('2011-02-29')).toThrow('YYYY-MM-DD')
    expect(() => parseDay('31/12/2011')).toThrow('YYYY-MM-DD')
  })

  it('follow the time zone across daylight saving', () => {
    expect(parseInstant('2011-07-01 00:30:00', 'Europe/London')).toBe(Date.UTC(2011, 5, 30, 23, 30))
    expect(localDay(Date.UTC(2011, 5, 30, 23, 30), 'Europe/London')).toBe(parseDay('2011-07-01'))
    expect(parseInstant('2011-07-01T00:30:00+02:00')).toBe(Date.UTC(2011, 5, 30, 22, 30))
    expect(parseInstant('2011-02-03T10:11:12+05')).toBe(Date.UTC(2011, 1, 3, 5, 11, 12))
    expect(() => parseInstant('soon')).toThrow('not a date')
  })
})

describe('learnOpenDays', () => {
  it('finds the weekday that never sells and single closed days', () => {
    const firstDay = parseDay('2011-01-03')
    const units = Array.from({ length: 70 }, (_, i) => (weekdayOf(firstDay + i) === 5 ? 0 : 10))
    units[21] = 0
    const openDays = learnOpenDays(units, firstDay)
    expect(openDays.closedWeekdays).toEqual([5])
    expect([...openDays.closedDays]).toEqual([firstDay + 21])
    expect(isOpen(firstDay, openDays)).toBe(true)
    expect(isOpen(firstDay + 5, openDays)).toBe(false)
    expect(bucketStart(firstDay, { frequency: 'D' })).toBe(firstDay * DAY_MS)
  })
})
