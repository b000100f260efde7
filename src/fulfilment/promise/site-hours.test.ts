import { describe, expect, it } from 'vitest'
import { createHandlingBook, handledFrom } from './handling-book.ts'
import { capacityOfSites, type SiteDay } from './site-hours.ts'

// Monday 2026-03-02 00:00 UTC; New York changes its clocks on Sunday the 8th.
const BASE = Date.UTC(2026, 2, 2) / 60_000
const NEW_YORK = {
  timeZone: 'America/New_York',
  opensMinute: 450,
  closesMinute: 1080,
  unitsPerHour: 100,
}

function capacity(days: readonly SiteDay[] = []) {
  const of = capacityOfSites([NEW_YORK], days, BASE, BASE + 14 * 1440)
  return (utc: string) => of(0, Date.parse(utc) / 3_600_000)
}

describe('hours of sites', () => {
  it('are those of the site’s clock, the first hour in part, on both sides of a change', () => {
    const at = capacity()
    expect(at('2026-03-02T11:00Z')).toBe(0)
    expect(at('2026-03-02T12:00Z')).toBe(50)
    expect(at('2026-03-02T22:00Z')).toBe(100)
    expect(at('2026-03-02T23:00Z')).toBe(0)
    expect(at('2026-03-09T11:00Z')).toBe(50)
    expect(at('2026-03-09T22:00Z')).toBe(0)
  })

  it('follow the calendar of the site, so that nothing is handled on a closed day', () => {
    const day = Date.UTC(2026, 2, 3) / 86_400_000
    const days = [
      { site: 0, day, isOpen: false },
      { site: 0, day: day + 1, isOpen: true, opensMinute: 600, closesMinute: 660 },
    ]
    const at = capacity(days)
    expect(at('2026-03-03T15:00Z')).toBe(0)
    expect(at('2026-03-04T15:00Z')).toBe(100)
    expect(at('2026-03-04T16:00Z')).toBe(0)
    const book = createHandlingBook(
      { startMinute: BASE, hours: 14 * 24, sites: 1, countedIn: 'units' },
      capacityOfSites([NEW_YORK], days, BASE, BASE + 14 * 1440),
    )
    const evening = Date.parse('2026-03-02T23:30Z') / 60_000
    expect(handledFrom(book, 0, evening, 1)).toBe(Date.parse('2026-03-04T15:00Z') / 60_000)
  })
})
