import { describe, expect, it } from 'vitest'
import { type Buckets, bucketOf, DAY_MS, formatDay, parseDay } from '../../core/calendar.ts'
import type { PanelEvent } from '../../core/panel.ts'
import { alignedBucket, alignedDay } from './align.ts'
import { retailOccasions } from './calendar.ts'
import { eventsFromFlags, eventsFromPeaks, repeatEvents } from './discover.ts'

const FRIDAYS: Buckets = { frequency: 'W', weekStart: 4 }
const day = parseDay

describe('aligned seasons', () => {
  const events = retailOccasions(day('2010-01-01'), day('2012-12-31'), ['Easter', 'Christmas'])
  const past = (date: string) => formatDay(alignedDay(day(date), events))

  it('compare a day with the same day relative to its occasion', () => {
    expect(past('2011-04-24')).toBe('2010-04-04')
    expect(past('2011-04-22')).toBe('2010-04-02')
    expect(past('2011-12-24')).toBe('2010-12-24')
    expect(past('2011-08-10')).toBe('2010-08-11')
  })

  it('do not compare an ordinary day with an occasion that moved away', () => {
    // 5 April 2011 is three weeks before Easter; a year before it was Easter Tuesday.
    const found = alignedDay(day('2011-04-05'), events)
    expect((day('2011-04-05') - found) % 7).toBe(0)
    expect(found > day('2010-04-11') || found < day('2010-03-21')).toBe(true)
  })

  it('mix the parts of two weeks where the date falls on another weekday', () => {
    const week = bucketOf(day('2011-12-23') * DAY_MS, FRIDAYS)
    const { buckets, weights } = alignedBucket(week, FRIDAYS, events)
    expect([...buckets].map((b) => week - b)).toEqual([53, 52])
    expect(weights[0]!).toBeCloseTo(1 / 7, 10)
    expect(weights[0]! + weights[1]!).toBeCloseTo(1, 10)
    const easter = alignedBucket(bucketOf(day('2011-04-22') * DAY_MS, FRIDAYS), FRIDAYS, events)
    expect([...easter.buckets]).toEqual([bucketOf(day('2010-04-02') * DAY_MS, FRIDAYS)])
  })

  it('keep the hour', () => {
    const hours: Buckets = { frequency: 'H' }
    const at = (date: string, hour: number) => bucketOf(day(date) * DAY_MS, hours) + hour
    const { buckets } = alignedBucket(at('2011-04-24', 15), hours, events)
    expect([...buckets]).toEqual([at('2010-04-04', 15)])
  })
})

describe('discovered occasions', () => {
  const flagged = (dates: readonly string[], from: string, weeks: number) => {
    const first = bucketOf(day(from) * DAY_MS, FRIDAYS)
    const flags = new Float64Array(weeks)
    for (const date of dates) flags[bucketOf(day(date) * DAY_MS, FRIDAYS) - first] = 1
    return { flags, first }
  }

  it('are named after the calendar and joined over the years', () => {
    const dates = ['2010-02-12', '2010-09-10', '2010-11-26', '2010-12-31', '2011-02-11']
    dates.push('2011-09-09', '2011-11-25', '2011-12-30')
    const { flags, first } = flagged(dates, '2010-02-05', 104)
    const events = eventsFromFlags(flags, first, FRIDAYS)
    const times = new Map<string, number>()
    for (const { name } of events) times.set(name, (times.get(name) ?? 0) + 1)
    expect(Object.fromEntries(times)).toMatchObject({
      'Labor Day': 2,
      'Black Friday weekend': 2,
    })
    expect(times.size).toBe(4)
    expect([...times.values()]).toEqual([2, 2, 2, 2])
  })

  it('follow a date that moves', () => {
    const { flags, first } = flagged(['2010-04-02', '2011-04-22', '2012-04-06'], '2010-02-05', 150)
    const events = eventsFromFlags(flags, first, FRIDAYS)
    expect(events.map(({ name }) => name)).toEqual(['Easter', 'Easter', 'Easter'])
    const next = repeatEvents(events, day('2014-12-31'))
    expect(next.map(({ firstDay }) => formatDay(firstDay))).toEqual(['2013-03-29', '2014-04-18'])
  })

  it('repeat on the same weekday where no calendar has them', () => {
    const fair: PanelEvent = {
      name: 'fair',
      kind: 'season',
      firstDay: day('2024-05-17'),
      lastDay: day('2024-05-19'),
    }
    const next = repeatEvents([fair], day('2027-01-01'))
    expect(next.map(({ firstDay }) => formatDay(firstDay))).toEqual(['2025-05-16', '2026-05-15'])
    expect(next[0]!.lastDay - next[0]!.firstDay).toBe(2)
  })

  it('are seen in the values when they come back', () => {
    const first = bucketOf(day('2010-02-05') * DAY_MS, FRIDAYS)
    const values = Float64Array.from({ length: 104 }, (_, k) => 100 + (k % 3))
    for (const date of ['2010-11-26', '2011-11-25', '2010-07-16']) {
      values[bucketOf(day(date) * DAY_MS, FRIDAYS) - first]! *= 1.6
    }
    const events = eventsFromPeaks(values, first, FRIDAYS)
    expect(events.map(({ firstDay }) => formatDay(firstDay))).toEqual(['2010-11-26', '2011-11-25'])
    expect(events[0]!.kind).toBe('peak')
  })
})
