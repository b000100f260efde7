import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nelderMead } from './nelder-mead.ts'
import { residualShape, weightedQuantiles } from './shape.ts'
import { sortPairs } from './sort-pairs.ts'

describe('sortPairs', () => {
  it('sorts like the plain sort and keeps partners', () => {
    const pair = fc.tuple(
      fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true })),
      fc.nat(),
    )
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 300 }), (pairs) => {
        const keys = Float64Array.from(pairs, (p) => p[0] + 0)
        const partners = Float64Array.from(pairs, (p) => p[1])
        sortPairs(keys, partners, pairs.length)
        const key = (a: readonly number[]) => a.join()
        const expected = pairs
          .map((p) => [p[0] + 0, p[1]])
          .sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)
        const actual = Array.from(keys, (k, i) => [k, partners[i]!])
        expect(actual.map((p) => p[0])).toEqual(expected.map((p) => p[0]))
        expect(actual.map(key).sort()).toEqual(expected.map(key).sort())
      }),
    )
  })

  it('stays quick on runs of equal keys and on sorted ones', () => {
    for (const make of [() => 1, (i: number) => i, (i: number) => -i, (i: number) => i % 2]) {
      const keys = Float64Array.from({ length: 20_000 }, (_, i) => make(i))
      sortPairs(keys, new Float64Array(20_000), 20_000)
      expect(keys.every((k, i) => i === 0 || keys[i - 1]! <= k)).toBe(true)
    }
  })
})

describe('weightedQuantiles', () => {
  const level = fc.double({ min: 0.01, max: 0.99, noNaN: true })
  const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), {
    minLength: 1,
    maxLength: 30,
  })

  it('gives the Hazen quantile for equal weights', () => {
    fc.assert(
      fc.property(values, level, (ys, p) => {
        const sorted = Float64Array.from(ys).sort()
        const q = new Float64Array(1)
        weightedQuantiles(
          sorted,
          new Float64Array(ys.length).fill(2),
          ys.length,
          2 * ys.length,
          [p],
          1,
          q,
          0,
        )
        const position = Math.min(ys.length - 1, Math.max(0, p * ys.length - 0.5))
        const low = Math.floor(position)
        const high = Math.min(low + 1, ys.length - 1)
        const expected = sorted[low]! + (position - low) * (sorted[high]! - sorted[low]!)
        expect(Math.abs(q[0]! - expected)).toBeLessThan(1e-9 * 100)
      }),
    )
  })

  it('rises with the level and stays within the sample, whatever the weights', () => {
    const weights = fc.array(fc.double({ min: 1e-6, max: 10, noNaN: true }), {
      minLength: 30,
      maxLength: 30,
    })
    fc.assert(
      fc.property(
        values,
        weights,
        fc.array(level, { minLength: 2, maxLength: 9 }),
        (ys, w, levels) => {
          const sorted = Float64Array.from(ys).sort()
          const own = Float64Array.from(w).subarray(0, ys.length)
          const rising = levels.toSorted((a, b) => a - b)
          const q = new Float64Array(rising.length)
          const total = own.reduce((a, b) => a + b, 0)
          weightedQuantiles(sorted, own, ys.length, total, rising, rising.length, q, 0)
          for (let l = 0; l < q.length; l++) {
            expect(q[l]).toBeGreaterThanOrEqual(sorted[0]!)
            expect(q[l]).toBeLessThanOrEqual(sorted.at(-1)!)
            if (l > 0) expect(q[l]! + 1e-9).toBeGreaterThanOrEqual(q[l - 1]!)
          }
        },
      ),
    )
  })
})

describe('residualShape', () => {
  it('is normal without residuals and the residuals’ own with many', () => {
    const z = new Float64Array(3)
    const levels = Float64Array.from([0.05, 0.5, 0.95])
    residualShape(new Float64Array(0), 0, 0, 15, levels, z)
    expect(z[2]).toBeCloseTo(1.6448536, 6)
    // Residuals of −1 and 9 that are rarely 9: nothing like a normal.
    const residuals = Float64Array.from({ length: 2000 }, (_, i) => (i % 10 === 0 ? 9 : -1))
    residualShape(residuals, 2000, 3, 15, levels, z)
    expect(z[1]).toBeCloseTo(-1 / 3, 1)
    expect(z[2]).toBeCloseTo(3, 1)
  })
})

describe('nelderMead', () => {
  it('finds the minimum of a banana inside the box and of a plane on its edge', () => {
    const best = Float64Array.from([0.1, 0.1])
    const banana = (x: Float64Array) => (0.6 - x[0]!) ** 2 + 20 * (x[1]! - x[0]! ** 2) ** 2
    nelderMead(banana, best, [0.25, 0.25], { evaluations: 400, tolerance: 1e-12 })
    expect(best[0]).toBeCloseTo(0.6, 3)
    expect(best[1]).toBeCloseTo(0.36, 3)
    const corner = Float64Array.from([0.5, 0.5])
    nelderMead((x) => x[0]! - x[1]!, corner, [0.25, 0.25], { evaluations: 200, tolerance: 1e-12 })
    expect([...corner]).toEqual([0, 1])
  })
})
