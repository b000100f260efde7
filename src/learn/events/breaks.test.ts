import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { findBreaks, pelt } from './breaks.ts'
import { segmentCosts } from './segment-cost.ts'

/** Optimal partitioning without pruning: every last cut is tried. */
function plainSegmentation(
  cost: (from: number, to: number) => number,
  length: number,
  least: number,
  beta: number,
): number {
  const best = [-beta]
  for (let to = 1; to <= length; to++) {
    best[to] = Infinity
    for (let from = 0; from <= to - least; from++) {
      if (best[from]! < Infinity) {
        best[to] = Math.min(best[to]!, best[from]! + cost(from, to) + beta)
      }
    }
  }
  return best[length]!
}

describe('breaks', () => {
  it.each(['level', 'slope'] as const)('prunes without losing the best (%s)', (kind) => {
    const value = fc.double({ min: -10, max: 10, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 6, maxLength: 40 }),
        fc.integer({ min: 2, max: 5 }),
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        (values, least, beta) => {
          const { cost } = segmentCosts(Float64Array.from(values), kind)
          const bounds = [0, ...pelt(cost, values.length, least, beta), values.length]
          let total = -beta
          for (let k = 1; k < bounds.length; k++) {
            total += cost(bounds[k - 1]!, bounds[k]!) + beta
          }
          const wanted = plainSegmentation(cost, values.length, least, beta)
          expect(Math.abs(total - wanted)).toBeLessThan(1e-6 * (1 + Math.abs(wanted)))
        },
      ),
    )
  })

  it('finds where a level steps and by how much', () => {
    const random = createRandom('steps')
    const y = Float64Array.from({ length: 300 }, (_, t) => {
      return (t < 120 ? 50 : t < 200 ? 65 : 40) + 4 * random.normal()
    })
    const breaks = findBreaks(y)
    expect(breaks.map(({ index }) => Math.round(index / 4))).toEqual([30, 50])
    expect(Math.abs(breaks[0]!.size - 15)).toBeLessThan(2)
    expect(Math.abs(breaks[1]!.size + 25)).toBeLessThan(2)
    expect(breaks[0]!.pValue).toBeLessThan(1e-6)
    // The same through bins: the place is that of a bin.
    const coarse = findBreaks(y, { maxPoints: 100 })
    expect(coarse.length).toBe(2)
    expect(Math.abs(coarse[0]!.index - 120)).toBeLessThanOrEqual(3)
  })

  it('finds where growth turns', () => {
    const random = createRandom('turns')
    const y = Float64Array.from({ length: 200 }, (_, t) => {
      return (t < 100 ? t : 200 - t) + 3 * random.normal()
    })
    const breaks = findBreaks(y, { kind: 'slope' })
    expect(breaks.length).toBe(1)
    expect(Math.abs(breaks[0]!.index - 100)).toBeLessThan(8)
    expect(Math.abs(breaks[0]!.slopeChange + 2)).toBeLessThan(0.2)
  })

  it('finds none in noise, also where neighbours hang together', () => {
    const random = createRandom('noise')
    let found = 0
    for (let run = 0; run < 40; run++) {
      let drift = 0
      const y = Float64Array.from({ length: 250 }, () => {
        drift = 0.5 * drift + random.normal()
        return drift
      })
      found += findBreaks(y).length
    }
    expect(found).toBeLessThanOrEqual(4)
  })

  it('copes with constants, gaps, short series and exact steps', () => {
    expect(findBreaks(new Float64Array(50))).toEqual([])
    expect(findBreaks([1, 2, 3])).toEqual([])
    expect(findBreaks(new Float64Array(50).fill(Number.NaN))).toEqual([])
    const step = Float64Array.from({ length: 40 }, (_, t) => (t < 20 ? 1 : 5))
    expect(findBreaks(step).map(({ index, size }) => [index, size])).toEqual([[20, 4]])
    expect(() => findBreaks([], { minLength: 1 })).toThrow('minLength')
  })
})
