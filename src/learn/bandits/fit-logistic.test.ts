import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { fitLogistic, logisticChance } from './fit-logistic.ts'

describe('logistic regression', () => {
  it('finds the coefficients of rare clicks', () => {
    const random = createRandom(5)
    const rows = 20_000
    const truth = Float64Array.of(-4, 1, -0.5)
    const features = new Float64Array(rows * 3)
    const rewards = new Float64Array(rows)
    for (let i = 0; i < rows; i++) {
      features.set([1, random.normal(), random.normal()], 3 * i)
      const chance = logisticChance(features.subarray(3 * i, 3 * i + 3), truth)
      rewards[i] = random.next() < chance ? 1 : 0
    }
    fitLogistic(features, rewards, 3).forEach((c, k) => {
      expect(Math.abs(c - truth[k]!)).toBeLessThan(0.12)
    })
  })

  it('answers the rate where there is nothing but a constant, also of no clicks', () => {
    const ones = new Float64Array(400).fill(1)
    const rewards = ones.map((_, i) => (i % 4 === 0 ? 1 : 0))
    expect(
      logisticChance(Float64Array.of(1), fitLogistic(ones, rewards, 1, { ridge: 1e-9 })),
    ).toBeCloseTo(0.25, 6)
    const none = fitLogistic(ones, new Float64Array(400), 1)
    expect(logisticChance(Float64Array.of(1), none)).toBeLessThan(0.02)
  })

  it('refuses features of another shape', () => {
    expect(() => fitLogistic(new Float64Array(5), new Float64Array(2), 3)).toThrow('5 features')
  })
})
