import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { replayBaseStock } from './base-stock.ts'
import { createWorld } from './input.ts'
import { luckOf } from './luck.ts'
import { replayPlain } from './plain.ts'
import { baseStockPolicy } from './policy.ts'
import { anyInput, anyParams, oneProduct, QUIET } from './testing.ts'

describe('replayBaseStock', () => {
  it('agrees with the plain replay exactly, on any world', () => {
    fc.assert(
      fc.property(anyInput, anyParams, fc.nat(), (input, params, seed) => {
        const world = createWorld(input, params)
        const random = createRandom(seed)
        const levels = Float64Array.from(
          { length: world.products * world.reviewDays.length },
          () => random.int(40) - 5,
        )
        const luck = luckOf(seed)
        const fast = replayBaseStock(world, luck, levels)
        const plain = replayPlain(world, luck, baseStockPolicy('levels', levels))
        expect(fast).toEqual(plain)
      }),
      { numRuns: 500 },
    )
  })

  it('refuses levels of another shape', () => {
    const world = createWorld(oneProduct({ demand: [1, 2, 3] }), QUIET)
    expect(() => replayBaseStock(world, luckOf(1), new Float64Array(2))).toThrow('1 × 3')
  })
})
