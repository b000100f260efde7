import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costOf, defaultCounts, isWithin } from './shares.ts'
import { staticPolicy } from './static-policy.ts'
import { offers, requestOf } from './testing/requests.ts'

describe('the static default', () => {
  it('asks every arm for its usual count while the budget lasts', () => {
    const choice = staticPolicy().choose(requestOf('red shoes'))
    expect(choice.shares.map(({ arm }) => arm)).toEqual(offers.map(({ name }) => name))
    expect(choice).toMatchObject({ choice: 'default', propensity: 1, explored: false })
  })

  it('stays within any budget that lets the first arm bring one candidate', () => {
    const arm = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      source: fc.constant('text' as const),
      costMs: fc.double({ min: 0, max: 5, noNaN: true }),
      defaultCount: fc.integer({ min: 0, max: 300 }),
    })
    fc.assert(
      fc.property(
        fc.array(arm, { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.integer({ min: 10, max: 500 }),
        (arms, ms, candidates) => {
          const counts = defaultCounts(arms, { ms, candidates })
          expect(counts.some((count) => count >= 1)).toBe(true)
          const running = counts.filter((count) => count > 0).length
          if (running > 1) expect(isWithin(arms, counts, { ms, candidates })).toBe(true)
          expect(counts.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(candidates)
        },
      ),
    )
  })

  it('costs more for more candidates, and nothing for none', () => {
    const arm = offers[0]!
    expect(costOf(arm, 0)).toBe(0)
    expect(costOf(arm, arm.defaultCount)).toBeCloseTo(arm.costMs, 12)
    expect(costOf(arm, 2 * arm.defaultCount)).toBeGreaterThan(arm.costMs)
  })

  it('answers an empty offer with no arms', () => {
    expect(staticPolicy().choose({ ...requestOf('x'), arms: [] }).shares).toEqual([])
  })
})
