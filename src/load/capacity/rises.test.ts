import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fewRises } from './rises.ts'

/** Every path over the levels that occur. */
function plainCost(need: readonly number[], prices: readonly number[], riseCost: number): number {
  let ends = new Map([[0, 0]])
  need.forEach((least, t) => {
    const next = new Map<number, number>()
    for (const level of new Set(need)) {
      if (level < least) continue
      for (const [before, cost] of ends) {
        const total = cost + prices[t]! * level + (level > before ? riseCost : 0)
        next.set(level, Math.min(next.get(level) ?? Infinity, total))
      }
    }
    ends = next
  })
  return Math.min(...ends.values())
}

test('rises as often as pays, as trying all paths says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 5 })), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.integer({ min: 0, max: 12 }),
      (weeks, riseCost) => {
        const need = weeks.map(([one]) => one)
        const prices = weeks.map(([, one]) => one)
        const path = fewRises(need, (t, s) => prices[t]! * need[s]!, riseCost)
        expect(path.cost).toBeCloseTo(plainCost(need, prices, riseCost), 9)
        path.level.forEach((s, t) => {
          expect(need[s]!).toBeGreaterThanOrEqual(need[t]!)
        })
      },
    ),
    { numRuns: 300 },
  )
})
