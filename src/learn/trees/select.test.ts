import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { weightedQuantile } from './select.ts'

/** The plain way: sort, then add weights until they reach the share. */
function plainQuantile(values: readonly number[], weights: readonly number[], level: number) {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const goal = level * weights.reduce((a, b) => a + b, 0)
  let reached = 0
  for (const i of order) {
    reached += weights[i]!
    if (reached >= goal) return values[i]!
  }
  return Math.max(...values)
}

// Eighths, so that sums are exact in any order.
const eighths = (most: number) => fc.integer({ min: 0, max: 8 * most }).map((n) => n / 8)

describe('the weighted quantile', () => {
  it('is that of sorted values, ties and weights of nothing among them', () => {
    const pair = fc.tuple(fc.integer({ min: -9, max: 9 }), eighths(3))
    const levels = fc.integer({ min: 0, max: 32 }).map((n) => n / 32)
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 60 }), levels, (pairs, level) => {
        const values = pairs.map(([value]) => value)
        const weights = pairs.map(([, weight]) => weight)
        const own = Float64Array.from([...values, -99])
        const shares = Float64Array.from([...weights, 1])
        const found = weightedQuantile(own, shares, pairs.length, level)
        expect(found).toBe(plainQuantile(values, weights, level))
        expect(own[pairs.length]).toBe(-99)
      }),
      { numRuns: 2000 },
    )
  })

  it('is one of the values where weights add up with rounding', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (all) => {
        const weights = Float64Array.from(all, (_, i) => 0.1 * (1 + (i % 3)))
        expect(all).toContain(weightedQuantile(Float64Array.from(all), weights, all.length, 1))
        const found = weightedQuantile(Float64Array.from(all), weights, all.length, 0.3)
        expect(all).toContain(found)
      }),
    )
  })
})
