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

  it('does not hang on the order of values whose weights add up with rounding', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 10 }), (all, tenths) => {
        const tenth = () => new Float64Array(all.length).fill(0.1)
        const quantileOf = (values: number[]) =>
          weightedQuantile(Float64Array.from(values), tenth(), all.length, tenths / 10)
        const rank = Math.ceil((tenths * all.length) / 10)
        const sorted = all.toSorted((a, b) => a - b)
        expect(quantileOf(all)).toBe(sorted[rank - 1])
        expect(quantileOf(all.toReversed())).toBe(sorted[rank - 1])
      }),
    )
  })
})
