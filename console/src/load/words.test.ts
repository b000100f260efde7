import fc from 'fast-check'
import { expect, test } from 'vitest'
import { momentOf, wallTime } from './words.ts'

const ZONES = ['UTC', 'America/New_York', 'Europe/Paris', 'Asia/Kolkata', 'Australia/Lord_Howe']

test('a wall time names the moment that shows it, but in the hour that clocks skip', () => {
  const minutes = fc.integer({
    min: Date.UTC(2026, 0, 1) / 60_000,
    max: Date.UTC(2028, 0, 1) / 60_000,
  })
  fc.assert(
    fc.property(minutes, fc.constantFrom(...ZONES), (minute, zone) => {
      const wall = wallTime(new Date(minute * 60_000).toISOString(), zone)
      expect(wallTime(momentOf(wall, zone)!, zone)).toBe(wall)
    }),
  )
  expect(momentOf('2026-04-09T19:00', 'America/New_York')).toBe('2026-04-09T23:00:00.000Z')
  expect(momentOf('', 'UTC')).toBe(undefined)
})
