import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { totalQuantile } from './total-band.ts'

describe('totalQuantile', () => {
  it('spreads a slow product at least as a Poisson does', () => {
    // 28 days of 0.05 units: every daily quantile is zero, and so 0.05 below the mean.
    const days = { sum: -28 * 0.05, squares: 28 * 0.05 ** 2 }
    expect(totalQuantile(1.4, days, 0.95)).toBe(4)
    expect(totalQuantile(1.4, days, 0.05)).toBe(0)
  })

  it('brackets the mean, and is never negative', () => {
    const deviation = fc.double({ min: 0, max: 100, noNaN: true })
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), deviation, (mean, d) => {
        const low = totalQuantile(mean, { sum: -28 * d, squares: 28 * d * d }, 0.05)
        const high = totalQuantile(mean, { sum: 28 * d, squares: 28 * d * d }, 0.95)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(mean)
        expect(high).toBeGreaterThanOrEqual(mean)
      }),
    )
  })
})
