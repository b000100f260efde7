import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replayBaseStock } from './base-stock.ts'
import { foresee } from './bound.ts'
import { hindsightLevels } from './hindsight.ts'
import { createWorld } from './input.ts'
import { luckOf } from './luck.ts'
import { productSums } from './metrics.ts'
import { anyInput, anyParams, oneProduct, QUIET } from './testing.ts'

describe('hindsightLevels', () => {
  it('beats ordering nothing and stays below the bound, product by product', () => {
    fc.assert(
      fc.property(anyInput, anyParams, fc.nat(), (input, params, seed) => {
        const world = createWorld(input, params)
        const luck = luckOf(seed)
        const profitOf = (levels: Float64Array) =>
          productSums(world, replayBaseStock(world, luck, levels)).profitCents
        const levels = hindsightLevels(world, luck)
        const profit = profitOf(levels)
        const nothing = profitOf(levels.map(() => 0))
        const { profitCents: bound } = foresee(world, luck)
        for (let p = 0; p < world.products; p++) {
          expect(profit[p]!).toBeGreaterThanOrEqual(nothing[p]!)
          expect(profit[p]!).toBeLessThanOrEqual(bound[p]! + 1e-6)
        }
      }),
    )
  })

  it('finds the level that steady demand asks for', () => {
    // One a day, lead time 2, review every day: 3 under way or on hand in the morning never run out.
    const input = oneProduct({ demand: Array.from({ length: 60 }, () => 1), initialStock: 3 })
    const world = createWorld(input, { ...QUIET, endCoverDays: 5 })
    const levels = hindsightLevels(world, luckOf(1))
    expect(levels[0]).toBe(4)
    expect(new Set(levels).size).toBe(1)
  })
})
