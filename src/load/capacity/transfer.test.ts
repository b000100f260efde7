import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { risingFit } from './monotone.ts'
import { fitTransfer, type TransferPoints } from './transfer.ts'

const GOAL = { latencyTargetMs: 100, cpuMsPerRequest: Number.NaN, errorTarget: 0.01 }

/** Points of a queue with full load 200/s and 20 ms at rest, with noise and outliers. */
function queue(count: number, largest: number, noise: number, seed = 1): TransferPoints {
  const random = createRandom(seed)
  const load = Float64Array.from({ length: count }, () => 5 + random.next() * (largest - 5))
  const latencyMs = load.map((x) => {
    const outlier = random.next() < 0.03 ? 8 : 1
    return (20 / (1 - x / 200)) * Math.exp(noise * random.normal()) * outlier
  })
  return { load, latencyMs, errorShare: new Float64Array(count) }
}

describe('the load that a core holds', () => {
  test('is found from noisy points with outliers', () => {
    // 20 / (1 − x / 200) = 100 at x = 160.
    const { middle, perCore, range } = fitTransfer(queue(400, 190, 0.2), GOAL, 1)
    expect(Math.abs(middle - 160)).toBeLessThan(8)
    expect(perCore).toBeLessThanOrEqual(middle)
    expect(range[0]).toBeLessThan(165)
    expect(range[1]).toBeGreaterThan(155)
  })

  test('is less, and less sure, from few points', () => {
    const wide = fitTransfer(queue(12, 190, 0.3), GOAL, 1)
    const narrow = fitTransfer(queue(600, 190, 0.3), GOAL, 1)
    expect(wide.range[1] - wide.range[0]).toBeGreaterThan(narrow.range[1] - narrow.range[0])
  })

  test('is not counted on far beyond what was seen', () => {
    const { middle } = fitTransfer(queue(200, 60, 0.1), { ...GOAL, cpuMsPerRequest: 5 }, 1)
    expect(middle).toBeGreaterThan(60)
    expect(middle).toBeLessThanOrEqual(75 + 1e-9)
  })

  test('ends where requests begin to fail', () => {
    const points = queue(300, 190, 0.1)
    const errorShare = points.load.map((x) => (x > 120 ? 0.05 : 0))
    const { middle } = fitTransfer({ ...points, errorShare }, GOAL, 1)
    expect(middle).toBeGreaterThan(115)
    expect(middle).toBeLessThan(125)
  })

  test('comes from CPU time alone where nothing was measured', () => {
    const none = new Float64Array(0)
    const empty = { load: none, latencyMs: none, errorShare: none }
    const { perCore } = fitTransfer(empty, { ...GOAL, cpuMsPerRequest: 5 }, 1)
    expect(perCore).toBeCloseTo(200 * (1 - (Math.log(100) * 5) / 100), 9)
    expect(() => fitTransfer(empty, GOAL, 1)).toThrow(/neither load tests/)
  })
})

test('pooling gives the nearest rising sequence, as checking every step says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 12 }),
      (values) => {
        const fit = risingFit(
          values,
          values.map(() => 1),
        )
        for (let i = 1; i < fit.length; i++)
          expect(fit[i]!).toBeGreaterThanOrEqual(fit[i - 1]! - 1e-12)
        // max over starts of min over ends of means: the closed form of the same fit.
        values.forEach((_, i) => {
          let most = -Infinity
          for (let a = 0; a <= i; a++) {
            let least = Infinity
            for (let b = i; b < values.length; b++) {
              const part = values.slice(a, b + 1)
              least = Math.min(least, part.reduce((x, y) => x + y, 0) / part.length)
            }
            most = Math.max(most, least)
          }
          expect(fit[i]!).toBeCloseTo(most, 9)
        })
      },
    ),
  )
})
