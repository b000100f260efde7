import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { daysSeen, effortFor, whyNotSought } from './effort.ts'

const DAY_MS = 86_400_000

describe('effortFor', () => {
  it('is a share of what is asked until the horizon', () => {
    const workload = { fromMs: 0, toMs: 4 * DAY_MS }
    expect(effortFor(workload, 800, { horizonDays: 2 }, 0.25)).toEqual({
      askedMs: 400,
      hopedMs: 100,
    })
  })
  it('takes less than a day for a day, and a horizon that nobody named for no end', () => {
    expect(daysSeen({ fromMs: 0, toMs: 1000 })).toBe(1)
    expect(effortFor({ fromMs: 0, toMs: 0 }, 5, {}, 0.5).hopedMs).toBe(Infinity)
    expect(effortFor({ fromMs: 0, toMs: 0 }, 0, {}, 0.5).hopedMs).toBe(0)
  })
  it('never allows more than is asked', () => {
    const positive = fc.double({ min: 0.001, max: 1e6, noNaN: true })
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(positive, positive, share, (cpuMs, horizonDays, hope) => {
        const effort = effortFor({ fromMs: 0, toMs: DAY_MS }, cpuMs, { horizonDays }, hope)
        expect(effort.hopedMs).toBeLessThanOrEqual(effort.askedMs)
        expect(whyNotSought('trying', effort.hopedMs, effort)).toBeUndefined()
        expect(whyNotSought('trying', effort.hopedMs + 1, effort)).toMatch(/may be saved/)
      }),
    )
  })
})
