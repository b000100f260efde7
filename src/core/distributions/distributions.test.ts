import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/random.ts'
import {
  gammaCdf,
  negativeBinomialCdf,
  negativeBinomialPmf,
  negativeBinomialQuantile,
  poissonCdf,
  poissonPmf,
  poissonQuantile,
  sampleGamma,
  sampleNegativeBinomial,
  samplePoisson,
} from './counts.ts'
import { normalCdf, normalLoss, normalQuantile } from './normal.ts'
import { betaI, gammaP, logGamma } from './special.ts'

describe('special functions', () => {
  it('agree with published values', () => {
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 13)
    expect(logGamma(10)).toBeCloseTo(Math.log(362880), 12)
    expect(gammaP(3, 2)).toBeCloseTo(1 - Math.exp(-2) * 5, 14)
    expect(betaI(2, 3, 0.4)).toBeCloseTo(0.5248, 13)
  })
})

describe('normal', () => {
  it('agrees with published values', () => {
    expect(normalCdf(1.96)).toBeCloseTo(0.9750021048517795, 14)
    expect(normalCdf(-8) / 6.220960574271786e-16).toBeCloseTo(1, 10)
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13)
    expect(normalLoss(0)).toBeCloseTo(0.3989422804014327, 14)
  })

  it('has a quantile that inverts its cdf', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
        expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-13)
      }),
    )
  })
})

describe('counts', () => {
  it('sum their mass to their cdf', () => {
    for (const mean of [0.05, 1, 7.5, 60]) {
      let poisson = 0
      let negativeBinomial = 0
      for (let k = 0; k < 40; k++) {
        poisson += poissonPmf(k, mean)
        negativeBinomial += negativeBinomialPmf(k, mean, 2.5)
        expect(poissonCdf(k, mean)).toBeCloseTo(poisson, 11)
        expect(negativeBinomialCdf(k, mean, 2.5)).toBeCloseTo(negativeBinomial, 11)
      }
    }
  })

  it('have the smallest quantile that reaches its level', () => {
    const level = fc.double({ min: 0.001, max: 0.999, noNaN: true })
    const mean = fc.double({ min: 0.01, max: 500, noNaN: true })
    fc.assert(
      fc.property(level, mean, (p, m) => {
        const k = poissonQuantile(p, m)
        expect(poissonCdf(k, m)).toBeGreaterThanOrEqual(p)
        expect(k === 0 || poissonCdf(k - 1, m) < p).toBe(true)
        const j = negativeBinomialQuantile(p, m, 1.5)
        expect(negativeBinomialCdf(j, m, 1.5)).toBeGreaterThanOrEqual(p)
        expect(j === 0 || negativeBinomialCdf(j - 1, m, 1.5) < p).toBe(true)
      }),
    )
  })

  it('draw samples with the mean and variance they should have', () => {
    const random = createRandom('counts')
    const draw = (n: number, sample: () => number) => {
      const values = Float64Array.from({ length: n }, sample)
      const mean = values.reduce((a, b) => a + b, 0) / n
      return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / n }
    }
    for (const mean of [0.3, 5, 29, 31, 400]) {
      const poisson = draw(40_000, () => samplePoisson(random, mean))
      expect(Math.abs(poisson.mean / mean - 1)).toBeLessThan(0.04)
      expect(Math.abs(poisson.variance / mean - 1)).toBeLessThan(0.06)
      const mixed = draw(40_000, () => sampleNegativeBinomial(random, mean, 2))
      expect(Math.abs(mixed.mean / mean - 1)).toBeLessThan(0.05)
      expect(Math.abs(mixed.variance / (mean + mean ** 2 / 2) - 1)).toBeLessThan(0.08)
    }
    const gamma = draw(40_000, () => sampleGamma(random, 0.5, 3))
    expect(gamma.mean).toBeCloseTo(1.5, 1)
    expect(gammaCdf(1.5, 1, 1.5)).toBeCloseTo(1 - Math.exp(-1), 12)
  })
})
