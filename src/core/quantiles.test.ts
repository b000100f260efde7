import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  coverage,
  crpsFromQuantiles,
  crpsFromSamples,
  interpolateQuantile,
  meanPinballLoss,
  pinballLoss,
  repairCrossing,
  requireLevels,
  sortedQuantile,
} from './quantiles.ts'

const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })

describe('repairCrossing', () => {
  it('orders each group and never worsens the pinball loss', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 7, maxLength: 7 }), finite, (raw, actual) => {
        const repaired = Float64Array.from(raw)
        repairCrossing(repaired, 7)
        for (let i = 1; i < 7; i++) expect(repaired[i]!).toBeGreaterThanOrEqual(repaired[i - 1]!)
        const before = meanPinballLoss([actual], raw, LEVELS)
        expect(meanPinballLoss([actual], repaired, LEVELS)).toBeLessThanOrEqual(before + 1e-6)
      }),
    )
  })
})

describe('losses', () => {
  it('weigh misses above and below by the level', () => {
    expect(pinballLoss(10, 8, 0.9)).toBeCloseTo(1.8)
    expect(pinballLoss(8, 10, 0.9)).toBeCloseTo(0.2)
  })

  it('count coverage per level', () => {
    expect([...coverage([1, 2, 3, 4], [2, 5, 2, 5, 2, 5, 2, 5], [0.5, 0.9])]).toEqual([0.5, 1])
  })

  it('CRPS of many quantiles comes near that of the sample they are from', () => {
    const samples = Array.from({ length: 999 }, (_, i) => ((i * 7919) % 999) / 10)
    const sorted = Float64Array.from(samples).sort()
    const levels = Array.from({ length: 199 }, (_, i) => (i + 1) / 200)
    const quantiles = levels.map((level) => sortedQuantile(sorted, level))
    const exact = crpsFromSamples(42, samples)
    expect(Math.abs(crpsFromQuantiles(42, quantiles, levels) / exact - 1)).toBeLessThan(0.01)
  })
})

describe('interpolateQuantile', () => {
  it('passes through its knots, rises with u and respects its floor', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 7, maxLength: 7 }),
        (raw) => {
          const quantiles = Float64Array.from(raw).sort()
          LEVELS.forEach((level, i) => {
            expect(interpolateQuantile(quantiles, 0, LEVELS, level, 0)).toBeCloseTo(
              quantiles[i]!,
              9,
            )
          })
          let previous = 0
          for (let u = 0.001; u < 1; u += 0.007) {
            const value = interpolateQuantile(quantiles, 0, LEVELS, u, 0)
            expect(value).toBeGreaterThanOrEqual(previous - 1e-9)
            previous = value
          }
        },
      ),
    )
  })
})

describe('requireLevels', () => {
  it('says which level is wrong', () => {
    expect(() => requireLevels([0.5, 0.4])).toThrow('0.4 follows 0.5')
    expect(() => requireLevels([0, 0.5])).toThrow('0 is not between 0 and 1')
    expect(() => requireLevels([])).toThrow('at least one')
    expect(() => requireLevels([0.5, Number.NaN])).toThrow('NaN is not between')
  })
})
