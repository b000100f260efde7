import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTime, styleOf, timeReader } from './times.ts'

describe('times', () => {
  it('come back as they were written, in each style', () => {
    const ms = fc.integer({ min: 0, max: 4_000_000_000 }).map((s) => s * 1000)
    const separator = fc.constantFrom(' ' as const, 'T' as const)
    fc.assert(
      fc.property(ms, separator, fc.boolean(), (time, between, zoned) => {
        const style = { separator: between, dateOnly: false, seconds: true, zoned }
        const text = formatTime(time, style)
        expect(timeReader()(text)).toEqual({ ms: time, zoned })
        expect(styleOf(text, zoned)).toEqual(style)
      }),
    )
  })

  it('reads offsets, fractions and minutes alone, and refuses what is no time', () => {
    const read = timeReader()
    expect(read('2026-05-01T10:00:00+05:30')?.ms).toBe(Date.UTC(2026, 4, 1, 4, 30))
    expect(read('2026-05-01 10:00:00.250')?.ms).toBe(Date.UTC(2026, 4, 1, 10, 0, 0, 250))
    expect(read('2026-05-01 10:05')?.ms).toBe(Date.UTC(2026, 4, 1, 10, 5))
    for (const text of ['', '2026-05-01 25:00:00', '2026-5-1', '2026-13-01', '1651399200']) {
      expect(read(text)).toBeUndefined()
    }
  })
})
