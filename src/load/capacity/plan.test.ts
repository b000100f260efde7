import { describe, expect, test } from 'vitest'
import { createModelBuilder } from '../../core/optimize/linear/model-builder.ts'
import { loadSolver } from '../../core/optimize/linear/solver.ts'
import { heldBy } from './cover.ts'
import { type Market, openMarket } from './market.ts'
import { planCapacity } from './plan.ts'
import type { NeedPlan } from './plan-need.ts'
import type { CapacityNeed, CapacityProblem } from './problem.ts'
import { makeProblem } from './testing.ts'

const SMALL = { services: 3, types: 3, locations: 1, weeks: 20 }
const TINY = { services: 2, types: 2, locations: 1, weeks: 5 }

/** [weeks] servers of each planned item that run. */
function running({ items }: NeedPlan, { termWeeks, weeks }: Market): Float64Array[] {
  return items.map(({ hourly, starts }) => {
    const count = Float64Array.from(hourly)
    starts.forEach((list, o) => {
      list.forEach((begun, s) => {
        for (let t = s; t < Math.min(weeks, s + termWeeks[o]!); t++) count[t]! += begun
      })
    })
    return count
  })
}

/** What a plan costs, from the prices of the market alone. */
function plainCost({ items }: NeedPlan, market: Market, types: number): number {
  return items.reduce((sum, { type, location, hourly, starts }) => {
    const prices = market.prices[location * types + type]!
    const paid = [prices.hourly, ...prices.starts]
    return [hourly, ...starts].reduce(
      (all, counts, k) =>
        counts.reduce((part, count, t) => (count === 0 ? part : part + count * paid[k]![t]!), all),
      sum,
    )
  }, 0)
}

/** The least cost of holding levels as HiGHS finds it from the plain model: whole servers, a zone gone. */
async function exactCost(
  problem: CapacityProblem,
  need: CapacityNeed,
  held: Float64Array,
): Promise<number> {
  const solver = await loadSolver()
  const market = openMarket(problem)
  const builder = createModelBuilder()
  const rows = Array.from({ length: problem.weeks }, () => ({
    at: [] as number[],
    of: [] as number[],
  }))
  problem.types.forEach((_, j) => {
    const { hourly, starts } = market.prices[j]!
    const perServer = need.perServer[j]!
    const runs: number[][] = rows.map(() => [])
    hourly.forEach((cost, t) => {
      if (Number.isFinite(cost)) runs[t]!.push(builder.column({ cost, integer: true }))
    })
    starts.forEach((list, o) => {
      list.forEach((cost, s) => {
        if (!Number.isFinite(cost)) return
        const column = builder.column({ cost, integer: true })
        const end = Math.min(problem.weeks, s + market.termWeeks[o]!)
        for (let t = s; t < end; t++) runs[t]!.push(column)
      })
    })
    rows.forEach(({ at, of }, t) => {
      const lost = builder.column({ integer: true })
      builder.row(0, Infinity, [lost, ...runs[t]!], [3, ...runs[t]!.map(() => -1)])
      at.push(lost, ...runs[t]!)
      of.push(-perServer, ...runs[t]!.map(() => perServer))
    })
  })
  rows.forEach(({ at, of }, t) => {
    builder.row(held[t]!, Infinity, at, of)
  })
  using model = solver.load(builder.model())
  return model.solveOrThrow({ relativeGap: 1e-5 }).objective
}

describe('a plan of servers', () => {
  test('is the same on one thread as on two', async () => {
    const made = makeProblem({ services: 13, types: 4, locations: 2, weeks: 26 }, 5)
    const problem = { ...made, limits: [{ type: 1, location: 0, servers: 40 }] }
    const steps: number[] = []
    const onProgress = ({ done }: { done: number }) => steps.push(done)
    const one = await planCapacity(problem, { threads: 1 })
    expect(await planCapacity(problem, { threads: 2, onProgress })).toEqual(one)
    expect(steps.at(-1)).toBe(26)
    const signal = AbortSignal.abort()
    await expect(planCapacity(problem, { threads: 2, signal })).rejects.toMatchObject({
      code: 'ERR_CANCELLED',
    })
  })

  test('holds every level with a zone gone, and costs what its offers do', async () => {
    const problem = makeProblem({ services: 4, types: 6, locations: 2, weeks: 60 }, 3)
    const market = openMarket(problem)
    const { plans, cost, bound, gap } = await planCapacity(problem)
    expect(bound).toBeLessThanOrEqual(cost * (1 + 1e-9))
    expect(gap).toBeLessThan(0.1)
    plans.forEach((plan, n) => {
      const need = problem.needs[n]!
      expect(plainCost(plan, market, 6)).toBeCloseTo(plan.cost, 3)
      const runs = running(plan, market)
      plan.held.forEach((level, t) => {
        const held = plan.items.reduce(
          (sum, item, j) => sum + heldBy(runs[j]![t]!, need.perServer[item.type]!, 3),
          0,
        )
        expect(held).toBeGreaterThanOrEqual(level - 1e-6)
        expect(level).toBeGreaterThanOrEqual(need.need[t]! - 1e-9)
      })
    })
  })

  test('has a bound that the best plan does not undercut, and comes near it', async () => {
    const made = makeProblem(TINY, 5)
    const offers = made.offers.map((one) =>
      one.term === 'hourly' ? one : { ...one, termWeeks: 3 },
    )
    const problem = { ...made, offers }
    const { plans } = await planCapacity(problem)
    for (const [n, plan] of plans.entries()) {
      const exact = await exactCost(problem, problem.needs[n]!, plan.held)
      expect(plan.bound).toBeLessThanOrEqual(exact * (1 + 1e-5))
      expect(plan.cost).toBeGreaterThanOrEqual(exact * (1 - 1e-5))
      expect(plan.cost).toBeLessThanOrEqual(exact * 1.03)
    }
  })

  test('rises less often where a rise costs more', async () => {
    const problem = makeProblem(SMALL, 7)
    const rises = async (riseCents: number) =>
      (await planCapacity({ ...problem, riseCents })).plans.reduce(
        (sum, plan) => sum + plan.rises,
        0,
      )
    expect(await rises(1_000_000)).toBeLessThan(await rises(0))
  })

  test('says what nobody can deliver in time instead of failing', async () => {
    const problem = makeProblem(SMALL, 9)
    const late = { ...problem, offers: problem.offers.map((one) => ({ ...one, firstWeek: 4 })) }
    const { plans } = await planCapacity(late)
    for (const [n, plan] of plans.entries()) {
      expect(plan.short[3]).toBeCloseTo(problem.needs[n]!.need[3]!, 9)
      expect(plan.short[4]).toBe(0)
    }
  })

  test('keeps to what there is of a type, and says whom it leaves out', async () => {
    const problem = makeProblem(SMALL, 11)
    const market = openMarket(problem)
    const free = await planCapacity(problem)
    const mostOf = (plans: readonly NeedPlan[], type: number) => {
      const sums = new Float64Array(problem.weeks)
      for (const plan of plans) {
        const runs = running(plan, market)
        plan.items.forEach((item, j) => {
          if (item.type !== type) return
          for (let t = 0; t < sums.length; t++) sums[t]! += runs[j]![t]!
        })
      }
      return sums.reduce((a, b) => Math.max(a, b), 0)
    }
    const type = [0, 1, 2].reduce((a, b) => (mostOf(free.plans, b) > mostOf(free.plans, a) ? b : a))
    const servers = Math.floor(mostOf(free.plans, type) / 2)
    const tight = await planCapacity({ ...problem, limits: [{ type, location: 0, servers }] })
    expect(mostOf(tight.plans, type)).toBeLessThanOrEqual(servers)
    expect(tight.notes.join()).toMatch(/there are no more/)
    expect(tight.cost).toBeGreaterThanOrEqual(free.bound)
  })
})
