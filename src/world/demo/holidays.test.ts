import { expect, test } from 'vitest'
import { formatDay, parseDay } from '../../core/calendar.ts'
import { closedDaysBetween, easterSunday, eventsBetween, nthWeekday } from './holidays.ts'

test('Easter falls on the days of the published tables', () => {
  const dates = ['2000-04-23', '2008-03-23', '2011-04-24', '2019-04-21', '2024-03-31', '2025-04-20']
  for (const date of [...dates, '2026-04-05', '2038-04-25']) {
    expect(formatDay(easterSunday(Number(date.slice(0, 4))))).toBe(date)
  }
})

test('weekdays are counted within the month', () => {
  expect(formatDay(nthWeekday(2024, 11, 3, 4))).toBe('2024-11-28') // Thanksgiving
  expect(formatDay(nthWeekday(2025, 5, 0, -1))).toBe('2025-05-26') // Memorial Day
  expect(formatDay(nthWeekday(2025, 12, 2, -1))).toBe('2025-12-31')
  expect(formatDay(nthWeekday(2025, 9, 0, 1))).toBe('2025-09-01') // Labor Day
})

test('events of a period are those that touch it, with distinct ids', () => {
  const events = eventsBetween(parseDay('2024-04-01'), parseDay('2026-03-31'))
  const ids = events.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toContain('black-friday-week-2024')
  expect(ids).toContain('black-friday-week-2025')
  expect(ids).not.toContain('black-friday-week-2023')
  const black = events.find(({ id }) => id === 'black-friday-week-2025')!
  expect([formatDay(black.startsOn), formatDay(black.endsOn)]).toEqual(['2025-11-28', '2025-12-01'])
  // Easter 2026 begins to sell in March, though it falls after the end.
  expect(ids).toContain('easter-2026')
  for (const { startsOn, endsOn } of events) expect(endsOn).toBeGreaterThanOrEqual(startsOn)
})

test('the store is closed on Christmas Day alone', () => {
  const closed = closedDaysBetween(parseDay('2024-01-01'), parseDay('2025-12-31'))
  expect(closed.map(formatDay)).toEqual(['2024-12-25', '2025-12-25'])
})
