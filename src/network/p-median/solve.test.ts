import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterSeconds } from '../../core/optimize/stop.ts'
import { createRandom } from '../../core/random/random.ts'
import { instanceOf } from './instance.ts'
import type { PMedianProblem } from './problem.ts'
import { createRelaxation, fixSites, relax } from './relaxation.ts'
import { selectLeast } from './select.ts'
import { solvePMedian } from './solve.ts'
import { plainOptimum, plainValue } from './testing/plain.ts'
import { planeProblem, smallProblems } from './testing/problems.ts'

/** The plain answer: undefined where no choice is allowed or reaches everyone. */
function plainAnswer(problem: PMedianProblem): number | undefined {
  const { customers, sites, costs, mustOpen = [], forbidden = [] } = problem
  if (mustOpen.some((site) => forbidden.includes(site))) return undefined
  const instance = instanceOf(problem)
  const best = plainOptimum(instance)
  if (best === undefined) return undefined
  const reached = [...best.assigned].every((j, i) => costs[i * sites + j]! < Infinity)
  return reached && best.assigned.length === customers ? best.value : undefined
}

const near = (value: number) => 1e-7 * Math.max(1, value)

describe('solvePMedian', () => {
  it('finds and proves the optimum that trying every choice finds, or says that there is none', () => {
    fc.assert(
      fc.property(smallProblems, (problem) => {
        const plain = plainAnswer(problem)
        if (plain === undefined) {
          expect(() => solvePMedian(problem)).toThrow(
            expect.objectContaining({ code: 'ERR_INFEASIBLE' }),
          )
          return
        }
        const result = solvePMedian(problem)
        expect(Math.abs(result.value - plain)).toBeLessThan(near(plain))
        expect(result.proven).toBe(true)
        expect(result.gap).toBe(0)
        expect(plainValue(instanceOf(problem), [...result.open])).toBeCloseTo(result.value, 6)
      }),
      { numRuns: 400 },
    )
  })

  it('never claims a bound above the optimum, however little it may compute', () => {
    const settings = fc.record({
      'network.p-median-restarts': fc.integer({ min: 1, max: 3 }),
      'network.p-median-bound-rounds': fc.integer({ min: 0, max: 60 }),
      'network.p-median-nodes': fc.integer({ min: 0, max: 5 }),
    })
    fc.assert(
      fc.property(fc.nat({ max: 999 }), fc.boolean(), settings, (seed, whole, set) => {
        const random = createRandom(seed)
        const problem = planeProblem(14, 4, () => random.next(), whole)
        const result = solvePMedian(problem, { settings: set })
        const plain = plainOptimum(instanceOf(problem))!.value
        expect(result.bound).toBeLessThan(plain + near(plain))
        expect(result.value).toBeGreaterThan(plain - near(plain))
        if (result.proven) expect(Math.abs(result.value - plain)).toBeLessThan(near(plain))
      }),
      { numRuns: 60 },
    )
  })

  it('gives the same result for the same seed', () => {
    const random = createRandom(7)
    const problem = planeProblem(60, 7, () => random.next())
    const settings = { 'network.p-median-bound-rounds': 40, 'network.p-median-nodes': 3 }
    const [one, two] = [1, 2].map(() => solvePMedian(problem, { seed: 5, settings }))
    expect(one).toEqual(two)
  })

  it('stops when it is told to, with what it has', () => {
    const random = createRandom(8)
    const problem = planeProblem(60, 7, () => random.next())
    let readings = 0
    const result = solvePMedian(problem, { stop: afterSeconds(2, () => readings++) })
    expect(readings).toBeLessThan(8)
    expect(result.open.length).toBe(7)
    expect(result.bound).toBeLessThanOrEqual(result.value)
  })
})

describe('what blocks is named', () => {
  const costs = Float64Array.of(1, 2, Infinity, 4, Infinity, Infinity)
  const problem: PMedianProblem = { customers: 2, sites: 3, p: 1, costs }
  const cases: [words: string, part: Partial<PMedianProblem>][] = [
    [
      'costs, customer 0, site 1: -2 is not a number from 0',
      { costs: costs.map((c) => (c === 2 ? -2 : c)) },
    ],
    ['costs has 5 numbers, not 6', { costs: costs.slice(1) }],
    [
      'weights, customer 1: NaN is not a number from 0',
      { weights: Float64Array.of(1, Number.NaN) },
    ],
    ['mustOpen names site 3; sites are 0 to 2', { mustOpen: [3] }],
    ['site 0 must be open and is forbidden', { mustOpen: [0], forbidden: [0] }],
    ['2 sites are to be open, 1 of 3 are not forbidden', { p: 2, forbidden: [0, 1] }],
    ['2 sites must be open, p is 1', { mustOpen: [0, 1] }],
    ['no allowed site reaches customer 1', { forbidden: [0] }],
    [
      '1 new sites are needed: 0 of today’s may stay, p is 1; at most 0',
      { today: [], maxNewSites: 0 },
    ],
    ['1 sites that must be open are not open today', { mustOpen: [0], today: [1], maxNewSites: 0 }],
    [
      'no choice of 1 sites was found that reaches everyone; the best leaves out customer 1',
      { mustOpen: [1] },
    ],
  ]
  for (const [words, part] of cases) {
    it(words, () => {
      expect(() => solvePMedian({ ...problem, ...part })).toThrow(words)
    })
  }
})

describe('the relaxation', () => {
  it('bounds every choice, and fixes no site that an allowed better choice needs', () => {
    const one = smallProblems.filter((problem) => {
      return problem.p >= 2 && plainOptimum(instanceOf(problem)) !== undefined
    })
    const multiplier = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 9 })
    fc.assert(
      fc.property(one, multiplier, (problem, list) => {
        const instance = instanceOf(problem)
        const relaxation = createRelaxation(instance)
        const u = Float64Array.from({ length: instance.customers }, (_, i) => list[i] ?? 0)
        const bound = relax(relaxation, u)
        const best = plainOptimum(instance)!
        expect(bound).toBeLessThan(best.value + near(best.value))
        const closed = new Uint8Array(instance.sites)
        const locked = instance.locked.slice()
        fixSites(relaxation, best.value + near(best.value), closed, locked)
        const open = new Set(best.open)
        closed.forEach((is, site) => {
          expect(is === 1 && open.has(site)).toBe(false)
        })
        locked.forEach((is, site) => {
          expect(is === 1 && !open.has(site)).toBe(false)
        })
      }),
      { numRuns: 300 },
    )
  })

  it('selects the least items', () => {
    const keys = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(keys, fc.nat(), (list, draw) => {
        const count = draw % (list.length + 1)
        const items = Int32Array.from(list, (_, k) => k)
        selectLeast(items, Float64Array.from(list), count)
        const chosen = [...items.subarray(0, count)].map((k) => list[k]!).sort((a, b) => a - b)
        expect(chosen).toEqual([...list].sort((a, b) => a - b).slice(0, count))
        expect([...items].sort((a, b) => a - b)).toEqual(list.map((_, k) => k))
      }),
    )
  })
})
