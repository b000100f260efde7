import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { linearThompson, linUcb } from './linear.ts'
import { feasibleSlates, shareCredit, slateSituation } from './slates.ts'

const cost = (arm: number, count: number) => [1 + arm, count]

describe('slates', () => {
  it('are all combinations within the budgets where there are few', () => {
    const slates = feasibleSlates({
      levels: [
        [0, 10],
        [0, 10, 20],
      ],
      costs: cost,
      budgets: [3, 25],
      keep: [[10, 10]],
      maximum: 100,
      seed: 1,
    })
    const words = slates.map((s) => [...s].join())
    expect(words).toEqual(['10,10', '0,10', '0,20', '10,0'])
  })

  it('keep what must be kept, stay within budgets and the maximum', () => {
    const level = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(
        fc.array(level, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 100 }),
        (levels, maximum, budget) => {
          const keep = [levels.map((counts) => counts[0]!)]
          const slates = feasibleSlates({
            levels,
            costs: (_, count) => [count],
            budgets: [budget],
            keep,
            maximum,
            seed: 3,
          })
          expect([...slates[0]!]).toEqual(keep[0])
          expect(slates.length).toBeLessThanOrEqual(maximum)
          expect(new Set(slates.map((s) => s.join())).size).toBe(slates.length)
          for (const slate of slates.slice(1)) {
            expect(slate.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(budget)
            expect(slate.some((count) => count > 0)).toBe(true)
          }
        },
      ),
    )
  })

  it('share the credit of a reward among the arms that brought it', () => {
    const credits = new Float64Array(3)
    shareCredit(1, [0, 2], credits)
    shareCredit(0.5, [2], credits)
    shareCredit(1, [], credits)
    shareCredit(1, [-1, 7], credits)
    expect([...credits]).toEqual([0.5, 0, 1])
  })

  it.each([
    ['Thompson', linearThompson],
    ['UCB', linUcb],
  ])('are learned from the credit of each arm by %s', (_, make) => {
    const worth = [0.5, 0.1, 0.3, -0.2]
    const slates = feasibleSlates({
      levels: worth.map(() => [0, 1]),
      costs: () => [1],
      budgets: [2],
      keep: [[0, 1, 0, 1]],
      maximum: 50,
      seed: 1,
    })
    const row = (arm: number) => Float64Array.from({ length: 4 }, (_, i) => (i === arm ? 1 : 0))
    const bandit = make({ dimension: 4 })
    const random = createRandom(2)
    let regret = 0
    for (let t = 0; t < 1500; t++) {
      const situation = slateSituation(slates, 4, (_, arm) => row(arm))
      const slate = slates[bandit.choose(situation, t).place]!
      slate.forEach((count, arm) => {
        if (count === 0) return
        regret -= worth[arm]!
        const reward = worth[arm]! + 0.3 * random.normal()
        bandit.update({ action: 0, features: row(arm), reward, at: t })
      })
      regret += 0.8
    }
    expect(regret / 1500).toBeLessThan(0.03)
  })
})
