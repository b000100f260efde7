import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLevelReader, meanWeights } from './levels.ts'

const TRAINED = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]

function read(quantiles: readonly number[], levels: readonly number[]): number[] {
  const into = new Float64Array(levels.length)
  createLevelReader(TRAINED, Float64Array.from(levels)).read(
    Float64Array.from(quantiles),
    0,
    into,
    0,
  )
  return [...into]
}

describe('levels read off between trained ones', () => {
  it('rise wherever they lie, and are the trained ones where they are the same', () => {
    const gaps = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
      minLength: 7,
      maxLength: 7,
    })
    const many = Array.from({ length: 199 }, (_, k) => (k + 1) / 200)
    fc.assert(
      fc.property(gaps, (steps) => {
        let sum = -1e5
        const quantiles = steps.map((step) => {
          sum += step
          return sum
        })
        const all = read(quantiles, many)
        all.forEach((q, k) => {
          if (k > 0) expect(q).toBeGreaterThanOrEqual(all[k - 1]! - 1e-6)
        })
        read(quantiles, TRAINED).forEach((q, l) => {
          expect(q).toBeCloseTo(quantiles[l]!, 6)
        })
      }),
    )
  })

  it('follow the tail of an exponential distribution, and its mean', () => {
    const exponential = (level: number) => -Math.log(1 - level)
    const quantiles = TRAINED.map(exponential)
    expect(read(quantiles, [0.99, 0.999])).toEqual([
      expect.closeTo(exponential(0.99), 10),
      expect.closeTo(exponential(0.999), 10),
    ])
    const mean = meanWeights(TRAINED).reduce((sum, w, l) => sum + w * quantiles[l]!, 0)
    expect(meanWeights(TRAINED).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
    expect(mean).toBeGreaterThan(0.97)
    expect(mean).toBeLessThan(1.06)
  })
})
