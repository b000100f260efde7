import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spreadDepartures } from './network-lanes.ts'

const NIGHTS = [0, 1, 2, 3, 4, 5, 6].map((day) => day * 1440 + 22 * 60)

describe('spreadDepartures', () => {
  it('takes every other night of a nightly lane, and adds to a lane that leaves too seldom', () => {
    expect(spreadDepartures(NIGHTS, 7)).toEqual(NIGHTS)
    const four = spreadDepartures(NIGHTS, 4)
    expect(four).toHaveLength(4)
    for (const minute of four) expect(NIGHTS).toContain(minute)
    const twice = spreadDepartures(NIGHTS, 14)
    expect(twice).toHaveLength(14)
    for (const night of NIGHTS) expect(twice).toContain(night)
  })

  it('gives as many departures as asked for, none waited for much longer than an even share', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 10_079 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 60 }),
        (own, count) => {
          const spread = spreadDepartures(own, count)
          expect(spread.length).toBe(new Set(spread).size)
          expect(spread.length).toBeGreaterThan(count / 2)
          expect(spread.length).toBeLessThanOrEqual(count)
          spread.forEach((minute, i) => {
            const next = spread[i + 1] ?? spread[0]! + 10_080
            expect(next - minute).toBeLessThanOrEqual((2 * 10_080) / count + 2)
          })
        },
      ),
    )
  })
})
