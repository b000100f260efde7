import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanPinballLoss } from '../quantiles.ts'
import { fastMeanPinballLoss, hasPinballKernel } from './pinball.ts'

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })

describe('fastMeanPinballLoss', () => {
  it('runs on the compiled kernel (npm run build:wasm)', () => {
    expect(hasPinballKernel()).toBe(true)
  })

  it('agrees with the plain path', () => {
    const levelSets = fc.constantFrom([0.5], [0.1, 0.9], [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
    fc.assert(
      fc.property(
        levelSets,
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(number),
        (levels, n, s) => {
          const draw = (count: number) =>
            Float64Array.from({ length: count }, () => s.next().value as number)
          const actuals = draw(n)
          const quantiles = draw(n * levels.length)
          const plain = meanPinballLoss(actuals, quantiles, levels)
          const fast = fastMeanPinballLoss(actuals, quantiles, Float64Array.from(levels))
          expect(Math.abs(fast - plain)).toBeLessThanOrEqual(1e-12 * Math.max(1, plain))
        },
      ),
    )
  })
})
