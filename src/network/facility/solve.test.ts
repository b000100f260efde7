import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FacilityProblem } from './problem.ts'
import { solveFacility } from './solve.ts'
import { solveByModel } from './strong-model.ts'
import { auditPlan, somePlanar } from './testing.ts'

/** Four sites, four customers, by hand: sites 0 and 3 are cheap, but only together do they hold all. */
const small: FacilityProblem = {
  sites: 4,
  customers: 4,
  fixedCost: Float64Array.of(10, 60, 60, 10),
  capacity: Float64Array.of(10, 20, 20, 10),
  demand: Float64Array.of(5, 5, 5, 5),
  cost: Float64Array.from([1, 2, 9, 9, 3, 3, 3, 3, 4, 4, 4, 4, 9, 9, 2, 1]),
  sourcing: 'split',
}

describe('solveFacility', () => {
  it('opens the cheap pair and proves it', async () => {
    const plan = await solveFacility(small)
    auditPlan(small, plan)
    expect(plan).toMatchObject({ value: 26, proven: true })
    expect([...plan.open]).toEqual([1, 0, 0, 1])
    expect([...plan.site]).toEqual([0, 0, 3, 3])
    expect(plan.reasons.join(' ')).toMatch(/Opens 2 of 4 sites for 20.*Full.*site 0, 3/)
  })

  it('shares a customer only where sharing is allowed', async () => {
    const demand = Float64Array.of(6, 6, 4, 4)
    const shared = await solveFacility({ ...small, demand })
    const single = await solveFacility({ ...small, demand, sourcing: 'single' })
    auditPlan({ ...small, demand }, shared)
    auditPlan({ ...small, demand, sourcing: 'single' }, single)
    expect(shared.value).toBeLessThan(single.value)
  })

  it('keeps the best assignment of whole customers where overloading a site would be cheaper', async () => {
    const problem: FacilityProblem = {
      sites: 4,
      customers: 2,
      fixedCost: Float64Array.of(367, 51, 136, 220),
      capacity: Float64Array.of(33, 27, 28, 30),
      demand: Float64Array.of(14, 19),
      cost: Float64Array.of(14, 19, 0, 0, 14, 19, 14, 19),
      sourcing: 'single',
    }
    const plan = await solveFacility(problem)
    auditPlan(problem, plan)
    expect(plan).toMatchObject({ value: 201, bound: 201, proven: true })
    expect([...plan.site]).toEqual([2, 1])
  })

  it.each(['split', 'single'] as const)(
    'finds and proves what HiGHS does, %s',
    async (sourcing) => {
      await fc.assert(
        fc.asyncProperty(somePlanar(sourcing), async (problem) => {
          const [fast, plain] = await Promise.allSettled([
            solveFacility(problem),
            solveByModel(problem),
          ])
          if (fast.status === 'rejected' || plain.status === 'rejected') {
            const codes = [fast, plain].map((one) => one.status === 'rejected' && one.reason.code)
            expect(codes).toEqual(['ERR_INFEASIBLE', 'ERR_INFEASIBLE'])
            return
          }
          auditPlan(problem, fast.value)
          auditPlan(problem, plain.value)
          expect(fast.value.proven).toBe(true)
          expect(fast.value.value).toBeCloseTo(plain.value.value, 4)
          expect(fast.value.bound).toBeLessThanOrEqual(fast.value.value)
        }),
        { numRuns: 40 },
      )
    },
  )

  it('ends when told to, with a bound that holds', async () => {
    const best = await solveFacility(small)
    const stopped = await solveFacility(small, { stop: () => true })
    auditPlan(small, stopped)
    expect(stopped.bound).toBeLessThanOrEqual(best.value)
    expect(stopped.value).toBeGreaterThanOrEqual(best.value)
  })

  it('gives the same plan twice, and starts the model from it', async () => {
    const [one, two] = [await solveFacility(small), await solveFacility(small)]
    expect(one).toEqual(two)
    expect((await solveByModel(small, {}, one)).value).toBeCloseTo(26, 9)
  })

  it('serves nobody for nothing', async () => {
    const empty = { ...small, customers: 0, demand: new Float64Array(0), cost: new Float64Array(0) }
    expect(await solveFacility(empty)).toMatchObject({ value: 0, proven: true })
  })

  it('takes customers without demand and sites without room', async () => {
    const odd = {
      ...small,
      demand: Float64Array.of(5, 0, 5, 0),
      capacity: Float64Array.of(0, 10, 0, 0),
    }
    const plan = await solveFacility(odd)
    auditPlan(odd, plan)
    const plain = await solveByModel(odd)
    expect(plan.value).toBeCloseTo(plain.value, 6)
  })
})

describe('what blocks', () => {
  const refused = (change: Partial<FacilityProblem>) => solveFacility({ ...small, ...change })

  it('says that demand is above all capacity', async () => {
    const demand = Float64Array.of(50, 5, 5, 5)
    await expect(refused({ demand })).rejects.toMatchObject({
      code: 'ERR_INFEASIBLE',
      message: 'Demand of 65 is above the capacity of all sites together, 60.',
    })
  })

  it('names a customer whom no site may serve', async () => {
    const cost = small.cost.map((c, k) => (k % 4 === 2 ? Infinity : c))
    await expect(refused({ cost, customerIds: ['A', 'B', 'C', 'D'] })).rejects.toMatchObject({
      code: 'ERR_INFEASIBLE',
      message: expect.stringContaining('customer C'),
    })
  })

  it('names sites too small for the customers only they may serve', async () => {
    const cost = small.cost.map((c, k) => (k >= 4 && k % 4 < 3 ? Infinity : c))
    await expect(refused({ cost, siteIds: ['N', 'E', 'S', 'W'] })).rejects.toMatchObject({
      code: 'ERR_INFEASIBLE',
      message: '3 customers may be served only from site N: they demand 15, these sites hold 10.',
    })
  })

  it('says that whole customers do not fit although shared ones would', async () => {
    const demand = Float64Array.of(14, 14, 14, 14)
    await expect(refused({ demand, sourcing: 'single' })).rejects.toMatchObject({
      code: 'ERR_INFEASIBLE',
      message: expect.stringContaining('sharing would'),
    })
  })

  it.each([
    [{ fixedCost: Float64Array.of(1, 2, 3) }, 'ERR_ARGUMENT'],
    [{ fixedCost: Float64Array.of(1, NaN, 3, 4) }, 'ERR_NOT_FINITE'],
    [{ demand: Float64Array.of(-1, 5, 5, 5) }, 'ERR_NOT_FINITE'],
    [{ capacity: Float64Array.of(NaN, 5, 5, 5) }, 'ERR_NOT_FINITE'],
  ])('refuses %j', async (change, code) => {
    await expect(refused(change)).rejects.toMatchObject({ code })
  })

  it('does not begin when the signal is aborted', async () => {
    const signal = AbortSignal.abort()
    await expect(solveFacility(small, { signal })).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  })
})
