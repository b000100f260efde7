import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { poissonDemand } from './newsvendor.ts'
import { optimalReorderPolicy, powerApproximation, reorderCost } from './reorder-level.ts'

const example47 = { holdingCost: 1, stockoutCost: 4, fixedCost: 5 }
const problem431 = { holdingCost: 40, stockoutCost: 125, fixedCost: 150 }

/** Zheng & Federgruen (1991), h 1, p 9, K 64: Poisson mean, s, S, cost. */
const ZHENG_FEDERGRUEN = [
  [10, 6, 40, 35.022],
  [15, 10, 49, 42.698],
  [20, 14, 62, 49.173],
  [25, 19, 56, 54.262],
  [30, 23, 66, 57.819],
  [35, 28, 77, 61.215],
  [40, 33, 87, 64.512],
  [45, 37, 97, 67.776],
  [50, 42, 108, 70.975],
  [55, 47, 118, 74.149],
  [60, 52, 129, 77.306],
  [65, 56, 75, 78.518],
  [70, 62, 81, 79.037],
  [75, 67, 86, 79.554],
  [21, 15, 65, 50.406],
  [22, 16, 68, 51.632],
  [23, 17, 52, 52.757],
  [24, 18, 54, 53.518],
  [51, 43, 110, 71.611],
  [52, 44, 112, 72.246],
  [59, 51, 126, 76.679],
  [61, 52, 131, 77.929],
  [63, 54, 73, 78.287],
  [64, 55, 74, 78.402],
] as const

describe('(s, S), published answers', () => {
  it('Snyder & Shen example 4.7, problem 4.31', () => {
    const example = optimalReorderPolicy(example47, poissonDemand(6))
    expect(example).toMatchObject({ reorderLevel: 4, orderUpTo: 10 })
    expect(example.cost).toBeCloseTo(8.034111561471644, 8)
    expect(reorderCost(6, 18, example47, poissonDemand(6))).toBeCloseTo(10.193798671644046, 8)
    const problem = optimalReorderPolicy(problem431, poissonDemand(4))
    expect(problem).toMatchObject({ reorderLevel: 2, orderUpTo: 7 })
    expect(problem.cost).toBeCloseTo(223.5748295669688, 7)
    expect(reorderCost(4, 10, problem431, poissonDemand(4))).toBeCloseTo(262.2755613772775, 7)
  })

  it('all 24 of Zheng & Federgruen (1991)', () => {
    const terms = { holdingCost: 1, stockoutCost: 9, fixedCost: 64 }
    for (const [mean, s, S, cost] of ZHENG_FEDERGRUEN) {
      const policy = optimalReorderPolicy(terms, poissonDemand(mean))
      expect([mean, policy.reorderLevel, policy.orderUpTo]).toEqual([mean, s, S])
      expect(policy.cost).toBeCloseTo(cost, 2)
    }
  })

  it('power approximation: example 4.8, problem 4.32', () => {
    const terms = { holdingCost: 0.18, stockoutCost: 0.7, fixedCost: 2.5 }
    const { reorderLevel, orderUpTo } = powerApproximation(terms, 50, 8)
    expect(reorderLevel).toBeCloseTo(40.194616956474071, 8)
    expect(orderUpTo).toBeCloseTo(74.290170109805786, 8)
    const other = { holdingCost: 2, stockoutCost: 36, fixedCost: 60 }
    const problem = powerApproximation(other, 190, 48)
    expect(problem.reorderLevel).toBeCloseTo(226.6137928222839, 6)
    expect(problem.orderUpTo).toBeCloseTo(324.3797868133974, 6)
  })
})

describe('optimalReorderPolicy', () => {
  it('finds what trying every s and S finds', () => {
    const cost = fc.integer({ min: 1, max: 20 })
    fc.assert(
      fc.property(
        cost,
        cost,
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (h, p, K, mean) => {
          const terms = { holdingCost: h, stockoutCost: p, fixedCost: K }
          const demand = poissonDemand(mean)
          const { cost: least } = optimalReorderPolicy(terms, demand)
          for (let s = -15; s < 2 * mean + 5; s++) {
            for (let S = s + 1; S < s + 30; S++) {
              expect(reorderCost(s, S, terms, demand)).toBeGreaterThanOrEqual(least - 1e-9)
            }
          }
        },
      ),
      { numRuns: 8 },
    )
  })
})
