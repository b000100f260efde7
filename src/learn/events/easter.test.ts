import { describe, expect, it } from 'vitest'
import { formatBucket, formatDay } from '../../core/calendar.ts'
import { panelOf } from '../../core/panel.ts'
import { easterBuckets, easterDay } from './easter.ts'
import { forecasterOf } from './forecasters.ts'

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

  it('moves the peak of the forecast with it, unless the knob says no', () => {
    const [before, , next] = easterBuckets(FRIDAYS, 2090, 2100)
    const from = before! - 8
    const easter = easterBuckets(FRIDAYS, 2090, 2100)
    const values = Array.from({ length: 104 }, (_, t) =>
      easter.includes(from + t) ? 180 : 100 + (t % 3),
    )
    const panel = panelOf([{ id: 'a', firstBucket: from, values }], FRIDAYS)
    const peakOf = (settings: Record<string, number>) => {
      const fitted = forecasterOf('seasonal-drift').fit(panel, { settings })
      const { mean } = fitted.predict(from + 104, 20, Float64Array.of(0.5))
      return from + 104 + mean.indexOf(Math.max(...mean))
    }
    expect(peakOf({})).toBe(next)
    expect(peakOf({ 'demand.align-easter': 0 })).not.toBe(next)
  })
})
