import fc from 'fast-check'
import { expect, test } from 'vitest'
import { latencyP99, refusedShare } from './queueing.ts'

test('answers take longer the busier a server is, and never wait without end', () => {
  const busy = fc.double({ min: 0, max: 2, noNaN: true })
  fc.assert(
    fc.property(busy, busy, fc.integer({ min: 1, max: 64 }), (a, b, cores) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)]
      expect(latencyP99(20, cores, less)).toBeLessThanOrEqual(latencyP99(20, cores, more))
      expect(latencyP99(20, cores, more)).toBeLessThanOrEqual(10_100)
      expect(refusedShare(less)).toBeLessThanOrEqual(refusedShare(more))
    }),
  )
})

test('with one core the wait is that of M/M/1: P(wait > t) = ρ exp(−(1−ρ) t / s)', () => {
  const [work, rho] = [10, 0.8]
  const wait = (work * Math.log(100 * rho)) / (1 - rho)
  expect(latencyP99(work, 1, rho) - latencyP99(work, 1, 0)).toBeCloseTo(wait, 9)
})

test('what arrives beyond capacity is refused', () => {
  expect(refusedShare(0.5)).toBeLessThan(1e-4)
  expect(refusedShare(1.92)).toBeCloseTo(0.5, 3)
})
