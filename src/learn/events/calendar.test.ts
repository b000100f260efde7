import { describe, expect, it } from 'vitest'
import { formatDay, parseDay } from '../../core/calendar.ts'
import { nthWeekday, publicHolidays, retailOccasions } from './calendar.ts'

const datesOf = (name: string, from: string, to: string) =>
  retailOccasions(parseDay(from), parseDay(to))
    .filter((event) => event.name === name)
    .map(({ firstDay }) => formatDay(firstDay))

describe('calendars', () => {
  it('finds occasions on the days the almanac says', () => {
    expect(datesOf('Thanksgiving', '2010-01-01', '2012-12-31')).toEqual([
      '2010-11-25',
      '2011-11-24',
      '2012-11-22',
    ])
    expect(datesOf('Super Bowl', '2010-01-01', '2012-12-31')).toEqual([
      '2010-02-07',
      '2011-02-06',
      '2012-02-05',
    ])
    expect(datesOf("Mother's Day", '2026-01-01', '2026-12-31')).toEqual(['2026-05-10'])
    expect(formatDay(nthWeekday(2026, 5, 0, -1))).toBe('2026-05-25')
    expect(formatDay(nthWeekday(2026, 12, 3, -1))).toBe('2026-12-31')
    const sale = retailOccasions(parseDay('2011-11-26'), parseDay('2011-11-26'))
    expect(sale.map(({ name }) => name)).toEqual(['Black Friday weekend'])
  })

  it('knows public holidays by country and region', () => {
    const year = [parseDay('2026-01-01'), parseDay('2026-12-31')] as const
    const british = publicHolidays('GB', ...year).map(({ firstDay }) => formatDay(firstDay))
    expect(british).toEqual(expect.arrayContaining(['2026-01-01', '2026-04-03', '2026-12-25']))
    const bavarian = publicHolidays('DE', ...year, 'BY').map(({ firstDay }) => formatDay(firstDay))
    const german = publicHolidays('DE', ...year).map(({ firstDay }) => formatDay(firstDay))
    expect(bavarian).toContain('2026-01-06')
    expect(german).not.toContain('2026-01-06')
    expect(publicHolidays('GB', parseDay('2026-12-25'), parseDay('2026-12-25')).length).toBe(1)
  })

  it('says which country or region it does not know', () => {
    expect(() => publicHolidays('XX', 0, 10)).toThrow('country "XX"')
    expect(() => publicHolidays('DE', 0, 10, 'ZZ')).toThrow('region "ZZ" of DE')
  })
})
