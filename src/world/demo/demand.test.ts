import fc from 'fast-check'
import { expect, test } from 'vitest'
import { negativeBinomialCdf } from '../../core/distributions/counts.ts'
import { createRandom } from '../../core/random/random.ts'
import { countAt, drawDemand, meanOfShares } from './demand.ts'

test('the running sum agrees with the distribution function of core', () => {
  const u = fc.double({ min: 0, max: 0.9999, noNaN: true })
  const mean = fc.double({ min: 1e-4, max: 200, noNaN: true })
  const size = fc.double({ min: 0.5, max: 50, noNaN: true })
  fc.assert(
    fc.property(u, mean, size, (level, m, r) => {
      const k = countAt(level, m, r)
      // k is the smallest count whose probability reaches the level, up to rounding of the sum.
      expect(negativeBinomialCdf(k, m, r)).toBeGreaterThanOrEqual(level - 1e-9)
      if (k > 0) expect(negativeBinomialCdf(k - 1, m, r)).toBeLessThanOrEqual(level + 1e-9)
    }),
  )
})

test('demand has the mean asked for and more than Poisson spread', () => {
  const days = 60_000
  const mean = new Float32Array(days).fill(3)
  const lines = new Uint16Array(days)
  const units = new Uint16Array(days)
  const shares = [0.6, 0.3, 0.1]
  drawDemand(mean, 2, shares, createRandom(1), lines, units)
  const average = (values: Uint16Array) => values.reduce((a, b) => a + b, 0) / days
  const n = 3 / meanOfShares(shares)
  expect(Math.abs(average(units) - 3)).toBeLessThan(0.08)
  expect(Math.abs(average(lines) - n)).toBeLessThan(0.06)
  const spread = lines.reduce((sum, k) => sum + (k - n) ** 2, 0) / days
  expect(Math.abs(spread - (n + (n * n) / 2))).toBeLessThan(0.25)
})

test('nothing is wanted on days of zero mean', () => {
  const units = new Uint16Array(3)
  drawDemand(Float32Array.of(0, 5, 0), 3, [1], createRandom(2), new Uint16Array(3), units)
  expect([units[0], units[2]]).toEqual([0, 0])
})
