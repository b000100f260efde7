import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleGamma } from '../../core/distributions/counts.ts'
import { createRandom } from '../../core/random/random.ts'
import { betaThompson, chanceOfBest } from './beta.ts'

/** P(best) by draws: the plain way. */
function counted(betas: readonly (readonly [number, number])[], draws: number): number[] {
  const random = createRandom(4)
  const wins = betas.map(() => 0)
  for (let d = 0; d < draws; d++) {
    const rates = betas.map(([a, b]) => {
      const x = sampleGamma(random, a, 1)
      return x / (x + sampleGamma(random, b, 1))
    })
    wins[rates.indexOf(Math.max(...rates))]!++
  }
  return wins.map((w) => w / draws)
}

describe('the chance to be the best', () => {
  it('is a half for two that are alike, and known for uniform against Beta(2, 1)', () => {
    expect(
      chanceOfBest([
        [3, 5],
        [3, 5],
      ])[0],
    ).toBeCloseTo(0.5, 9)
    // P(U > B) = 1 − E B = 1/3 for B ~ Beta(2, 1).
    expect(
      chanceOfBest([
        [1, 1],
        [2, 1],
      ])[0],
    ).toBeCloseTo(1 / 3, 3)
  })

  it('agrees with draws', () => {
    const count = fc.double({ min: 0.6, max: 300, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(count, count), { minLength: 1, maxLength: 6 }), (betas) => {
        const exact = chanceOfBest(betas)
        const drawn = counted(betas, 3000)
        exact.forEach((p, i) => {
          expect(Math.abs(p - drawn[i]!)).toBeLessThan(0.05)
        })
      }),
      { numRuns: 30 },
    )
  })

  it('tells many narrow rates apart, and is never zero', () => {
    const betas = Array.from({ length: 34 }, (_, i) => [500 + i, 99_500 - i] as const)
    const chances = chanceOfBest(betas)
    expect(chances.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
    for (const p of chances) expect(p).toBeGreaterThan(0)
    expect(chances[33]).toBeGreaterThan(chances[0]!)
  })
})

describe('Beta-Bernoulli Thompson', () => {
  it('counts rewards between 0 and 1 in part, and refuses others', () => {
    const bandit = betaThompson()
    const features = new Float64Array(0)
    bandit.update({ action: 0, features, reward: 0.25, at: 0 })
    const { means } = bandit.estimate({ actions: Int32Array.of(0), features })
    expect(means[0]).toBeCloseTo(1.25 / 3, 12)
    expect(() => bandit.update({ action: 0, features, reward: 2, at: 0 })).toThrow('reward is 2')
  })
})
