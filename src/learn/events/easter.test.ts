import { describe, expect, it } from 'vitest'
import { formatBucket, formatDay } from '../../core/calendar.ts'
import { easterBuckets, easterDay } from './easter.ts'

const FRIDAYS = { frequency: 'W', weekStart: 4 } as const

describe('Easter', () => {
  it('is on the days the almanac says', () => {
    const days = [2000, 2008, 2010, 2011, 2012, 2024, 2038].map((year) =>
      formatDay(easterDay(year)),
    )
    expect(days).toEqual([
      '2000-04-23',
      '2008-03-23',
      '2010-04-04',
      '2011-04-24',
      '2012-04-08',
      '2024-03-31',
      '2038-04-25',
    ])
  })

  it('has its shopping in the week of Good Friday', () => {
    const first = easterBuckets(FRIDAYS, 2090, 2100)
    expect([...first.subarray(0, 3)].map((b) => formatBucket(b, FRIDAYS))).toEqual([
      '2010-04-02',
      '2011-04-22',
      '2012-04-06',
    ])
    expect(easterBuckets({ frequency: 'D' }, 0, 10).length).toBe(0)
  })
})
