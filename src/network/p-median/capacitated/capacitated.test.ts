import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { smallProblems } from '../testing/problems.ts'
import { fractionalWorth, type Knapsack, wholeWorth } from './knapsack.ts'
import type { CapacitatedProblem } from './problem.ts'
import { solveCapacitatedPMedian } from './solve.ts'

/** Small problems with capacities, some tight. */
const problems: fc.Arbitrary<CapacitatedProblem> = smallProblems
  .filter(({ customers, sites }) => customers <= 6 && sites <= 5)
  .chain((problem) => {
    const units = (length: number, most: number) =>
      fc
        .array(fc.integer({ min: 0, max: most }), { minLength: length, maxLength: length })
        .map((list) => Float64Array.from(list))
    return fc
      .tuple(units(problem.customers, 6), units(problem.sites, 20))
      .map(([demands, capacities]) => ({ ...problem, demands, capacities }))
  })

/** Least cost over every choice of sites and every assignment; Infinity where none fits. */
function plainOptimum(problem: CapacitatedProblem): number {
  const { sites, p, mustOpen = [], forbidden = [], today = [], maxNewSites = p } = problem
  let best = Infinity
  for (let set = 0; set < 2 ** sites; set++) {
    const open = Array.from({ length: sites }, (_, j) => j).filter((j) => (set >> j) & 1)
    const fresh = open.filter((j) => !today.includes(j)).length
    if (open.length !== p || fresh > maxNewSites) continue
    if (forbidden.some((j) => open.includes(j)) || !mustOpen.every((j) => open.includes(j)))
      continue
    best = Math.min(best, plainAssignment(problem, open))
  }
  return best
}

function plainAssignment(problem: CapacitatedProblem, open: readonly number[]): number {
  const { customers, sites, costs, weights, demands, capacities } = problem
  const left = capacities.slice()
  const assign = (i: number): number => {
    if (i === customers) return 0
    let best = Infinity
    for (const j of open) {
      if (left[j]! < demands[i]!) continue
      const unit = costs[i * sites + j]!
      if (unit === Infinity) continue
      left[j]! -= demands[i]!
      best = Math.min(best, (weights?.[i] ?? 1) * unit + assign(i + 1))
      left[j]! += demands[i]!
    }
    return best
  }
  return assign(0)
}

function answerOf(problem: CapacitatedProblem) {
  try {
    return solveCapacitatedPMedian(problem)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_INFEASIBLE' })
    return undefined
  }
}

describe('solveCapacitatedPMedian', () => {
  it('bounds the optimum from both sides, keeps within capacities, and is seldom off', () => {
    let [feasible, missed] = [0, 0]
    fc.assert(
      fc.property(problems, (problem) => {
        const plain = plainOptimum(problem)
        const result = answerOf(problem)
        if (plain === Infinity) {
          expect(result).toBeUndefined()
          return
        }
        feasible++
        if (result === undefined || result.value > plain + 1e-6) missed++
        if (result === undefined) return
        expect(result.value).toBeGreaterThan(plain - 1e-6)
        expect(result.bound).toBeLessThan(plain + 1e-6)
        if (result.proven) expect(result.value).toBeCloseTo(plain, 6)
        const loads = new Float64Array(problem.sites)
        result.assigned.forEach((j, i) => {
          loads[j]! += problem.demands[i]!
        })
        loads.forEach((load, j) => {
          expect(load).toBeLessThanOrEqual(problem.capacities[j]!)
          expect(load).toBeCloseTo(result.loads[j]!, 9)
          if (load > 0) expect(result.open).toContain(j)
        })
      }),
      { numRuns: 300, seed: 11 },
    )
    expect(feasible).toBeGreaterThan(40)
    expect(missed / feasible).toBeLessThan(0.05)
  })

  it('says what blocks', () => {
    const problem: CapacitatedProblem = {
      customers: 3,
      sites: 2,
      p: 1,
      costs: Float64Array.of(1, 2, 1, Infinity, 1, 2),
      demands: Float64Array.of(4, 4, 4),
      capacities: Float64Array.of(10, 12),
    }
    const solve = (part: Partial<CapacitatedProblem>) => () =>
      solveCapacitatedPMedian({ ...problem, ...part })
    expect(solve({ demands: Float64Array.of(5, 11, 1) })).toThrow(
      'the demand of customer 1 is above the capacity of every site that reaches it',
    )
    expect(solve({ demands: Float64Array.of(5, 5, 5) })).toThrow(
      'demand is 15, the 1 largest sites that may be open together hold 12',
    )
    expect(solve({ mustOpen: [0] })).toThrow('demand is 12, the 1 largest sites')
    expect(solve({ capacities: Float64Array.of(6, 7), p: 2 })).toThrow(
      'no assignment within all capacities was found: the best is',
    )
    expect(solve({ demands: Float64Array.of(1, -1, 1) })).toThrow('demands, number 1: -1')
  })

  it('gives the same result for the same seed', () => {
    const random = createRandom(4)
    const costs = Float64Array.from({ length: 30 * 30 }, () => random.int(100))
    const demands = Float64Array.from({ length: 30 }, () => 1 + random.int(9))
    const capacities = new Float64Array(30).fill(40)
    const problem = { customers: 30, sites: 30, p: 5, costs, demands, capacities }
    const [one, two] = [1, 2].map(() => solveCapacitatedPMedian(problem, { seed: 3 }))
    expect(one).toEqual(two)
    expect(one!.gap).toBeLessThan(0.2)
  })
})

describe('knapsacks', () => {
  it('are worth what the best set of items is, or more where items may be cut', () => {
    const item = fc.record({
      worth: fc.integer({ min: 1, max: 30 }),
      weight: fc.integer({ min: 0, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(item, { maxLength: 9 }), fc.nat({ max: 30 }), (list, capacity) => {
        const sorted = [...list].sort((a, b) => b.worth / b.weight - a.worth / a.weight)
        const items: Knapsack = {
          worth: Float64Array.from(sorted, (one) => one.worth),
          weight: Float64Array.from(sorted, (one) => one.weight),
          count: sorted.length,
        }
        let best = 0
        for (let set = 0; set < 2 ** sorted.length; set++) {
          const taken = sorted.filter((_, k) => (set >> k) & 1)
          const weight = taken.reduce((sum, one) => sum + one.weight, 0)
          if (weight <= capacity)
            best = Math.max(
              best,
              taken.reduce((sum, one) => sum + one.worth, 0),
            )
        }
        expect(wholeWorth(items, capacity)).toBeCloseTo(best, 6)
        expect(fractionalWorth(items, capacity)).toBeGreaterThan(best - 1e-9)
      }),
    )
  })
})
