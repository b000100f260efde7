import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalQuantile } from '../core/distributions/normal.ts'
import { fixedLeadTimes } from './lead-times.ts'
import { planPurchases } from './plan.ts'
import type { PlanInput } from './plan-input.ts'
import { planOrders } from './plan-orders.ts'
import { flatForecast, gammaLeadTimes, randomStore } from './testing.ts'

const SEED = fc.nat({ max: 1_000_000 })
const RUNS = { numRuns: 12 }
const NO_LINES = { 'inventory.order-line-cost': 0 }

/** One product with normal days (mean 50, sd 8) that all rise and fall together. */
function normalDay(overrides: Partial<PlanInput> = {}): PlanInput {
  const levels = Array.from({ length: 199 }, (_, i) => (i + 1) / 200)
  const quantiles = levels.map((level) => 50 + 8 * normalQuantile(level))
  const one = (value: number) => Float64Array.of(value)
  const forecast = flatForecast(1, 28, () => ({ mean: 50, quantiles }), levels)
  return {
    today: forecast.origin,
    forecast,
    onHand: one(0),
    incoming: {
      product: new Int32Array(),
      arrivalDay: new Int32Array(),
      units: new Float64Array(),
    },
    unitCostCents: one(100),
    priceCents: one(100 + 0.7),
    volumeM3: one(0.001),
    minimumQuantity: one(1),
    casePack: one(1),
    leadTimes: fixedLeadTimes(1, 0),
    reviewPeriodDays: 1,
    levelCorrelation: one(1),
    settings: {
      ...NO_LINES,
      'inventory.samples': 4096,
      'inventory.tail-limit': 100,
      'inventory.lost-sale-penalty': 0,
      'inventory.obsolescence-rate': 0,
      'inventory.excess-loss': 0,
      // 0.18 cents a unit-day on a cost of 100.
      'inventory.holding-rate': (0.18 * 365) / 100,
    },
    seed: 1,
    ...overrides,
  }
}

/** Snyder & Shen example 4.3: h = 0.18, p = 0.7, normal(50, 8). */
describe('the plan where the textbook applies', () => {
  it('orders the newsvendor quantity', () => {
    const { quantity } = planOrders(normalDay())
    expect(Math.abs(quantity[0]! - 56.603955927433887)).toBeLessThan(1)
  })

  it('orders the newsvendor quantity of the sum when days move together', () => {
    const input = normalDay({ reviewPeriodDays: 4 })
    const ratio = (under: number, over: number) => under / (under + over)
    const { quantity } = planOrders(input)
    // Holding a unit until it sells in the window (1.5 days of 4 on average) is not saved.
    const expected = 200 + 32 * normalQuantile(ratio(0.7 - 0.18 * 1.5, 0.18 * 4))
    expect(Math.abs(quantity[0]! - expected)).toBeLessThan(6)
  })

  it('subtracts what is on hand and on the way, unit by unit', () => {
    const bare = planOrders(normalDay()).quantity[0]!
    const stocked = planOrders(normalDay({ onHand: Float64Array.of(20) })).quantity[0]!
    expect(stocked).toBe(bare - 20)
  })
})

describe('planPurchases', () => {
  it('gives finite numbers, whole cases and at least the minimum quantity', () => {
    fc.assert(
      fc.property(SEED, (seed) => {
        const input = randomStore(seed, 20)
        for (const line of planPurchases(input).lines) {
          const i = input.forecast.ids.indexOf(line.productId)
          expect(line.quantity % input.casePack[i]!).toBe(0)
          expect(line.quantity).toBeGreaterThanOrEqual(input.minimumQuantity[i]!)
          expect(line.expectedGainCents).toBeGreaterThan(0)
          const { steps, reasons, alternatives, risk, productId, ...rest } = line
          const numbers = [rest, risk, ...steps, ...reasons.map((reason) => reason.numbers)]
          for (const group of [...numbers, ...alternatives]) {
            for (const value of Object.values(group)) {
              if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
            }
          }
        }
      }),
      RUNS,
    )
  })

  it('cuts lines into steps that sum to their cost and gain, gain per money falling', () => {
    const plan = planPurchases(randomStore(5, 200))
    expect(plan.lines.length).toBeGreaterThan(20)
    for (const { steps, costCents, expectedGainCents, wantedQuantity } of plan.lines) {
      const sum = (pick: (step: (typeof steps)[number]) => number) =>
        steps.reduce((total, step) => total + pick(step), 0)
      expect(steps.at(-1)!.quantity).toBe(wantedQuantity)
      expect(sum((step) => step.costCents)).toBeCloseTo(costCents, 6)
      expect(sum((step) => step.gainCents)).toBeCloseTo(expectedGainCents, 6)
      const ratios = steps.map((step) => step.gainCents / step.costCents)
      for (let s = 1; s < ratios.length; s++) expect(ratios[s]!).toBeLessThan(ratios[s - 1]!)
      const ranks = steps.map((step) => step.rank)
      expect([...ranks].sort((a, b) => a - b)).toEqual(ranks)
    }
  })

  it('never gains less with more budget or space, and stays within both', () => {
    const share = fc.double({ min: 0, max: 1.1, noNaN: true })
    fc.assert(
      fc.property(SEED, share, share, share, (seed, a, b, c) => {
        const input = randomStore(seed, 15)
        const all = planPurchases(input)
        const [less, more] = [Math.min(a, b) * all.costCents, Math.max(a, b) * all.costCents]
        const plan = (budgetCents: number, spaceM3?: number) =>
          planPurchases({ ...input, budgetCents, ...(spaceM3 === undefined ? {} : { spaceM3 }) })
        const small = plan(less)
        expect(small.costCents).toBeLessThanOrEqual(less + 1e-6)
        expect(plan(more).expectedGainCents).toBeGreaterThanOrEqual(small.expectedGainCents)
        const tight = plan(more, (c * all.volumeM3) / 2)
        expect(tight.volumeM3).toBeLessThanOrEqual((c * all.volumeM3) / 2 + 1e-9)
        expect(plan(more, c * all.volumeM3).expectedGainCents).toBeGreaterThanOrEqual(
          tight.expectedGainCents,
        )
      }),
      RUNS,
    )
  })

  it('keeps lines that the budget cuts and says so', () => {
    const input = randomStore(7, 60)
    const all = planPurchases(input)
    const half = planPurchases({ ...input, budgetCents: all.costCents / 2 })
    expect(half.lines.map((line) => line.productId).sort()).toEqual(
      all.lines.map((line) => line.productId).sort(),
    )
    const cut = half.lines.filter((line) => line.cut !== 'none')
    expect(cut.length).toBeGreaterThan(0)
    for (const line of cut) expect(line.reasons[0]!.kind).toBe('budget')
    expect(half.wantedCostCents).toBeCloseTo(all.costCents, 6)
  })

  it('offers alternatives that gain no more than the line itself', () => {
    for (const { alternatives } of planPurchases(randomStore(11, 200)).lines) {
      expect(alternatives.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['more', 'wait']))
      for (const { differenceCents } of alternatives) expect(differenceCents).toBeLessThan(1e-9)
    }
  })

  it('gives the same plan for the same input and the orders of planOrders', () => {
    const input = { ...randomStore(13, 80), budgetCents: 400_000 }
    const plan = planPurchases(input)
    expect(planPurchases(input)).toEqual(plan)
    const { quantity, costCents, expectedGainCents } = planOrders(input)
    expect({ costCents, expectedGainCents }).toEqual({
      costCents: plan.costCents,
      expectedGainCents: plan.expectedGainCents,
    })
    for (const line of plan.lines) {
      expect(quantity[input.forecast.ids.indexOf(line.productId)]).toBe(line.quantity)
    }
  })

  it('passes over products without price and cost, and says which', () => {
    const input = randomStore(17, 5)
    const unknown = Float64Array.from(input.priceCents).fill(Number.NaN)
    const plan = planPurchases({ ...input, priceCents: unknown, unitCostCents: unknown })
    expect(plan.lines).toEqual([])
    expect(plan.skipped.map(({ productId }) => productId)).toEqual(input.forecast.ids)
    const priced = planPurchases({ ...input, unitCostCents: unknown, onHand: unknown })
    expect(priced.lines.length).toBeGreaterThan(0)
  })

  it('buys nothing that is not to be bought', () => {
    const input = randomStore(29, 20)
    const [first] = planPurchases(input).lines
    const orderable = input.forecast.ids.map((id) => (id === first!.productId ? 0 : 1))
    const plan = planPurchases({ ...input, orderable })
    expect(plan.lines.some((line) => line.productId === first!.productId)).toBe(false)
    expect(plan.skipped.map(({ productId }) => productId)).toEqual([first!.productId])
  })

  it('refuses input that does not fit together', () => {
    const input = randomStore(19, 5)
    const argument = expect.objectContaining({ code: 'ERR_ARGUMENT' })
    expect(() => planPurchases({ ...input, today: input.today + 99 })).toThrow(argument)
    expect(() => planPurchases({ ...input, onHand: new Float64Array(4) })).toThrow(argument)
    expect(() => planPurchases({ ...input, reviewPeriodDays: 0 })).toThrow(argument)
    expect(() => planPurchases({ ...input, budgetCents: -1 })).toThrow(argument)
  })

  it('stops when it is told to', () => {
    const stop = AbortSignal.abort()
    expect(() => planPurchases(randomStore(1, 3), { signal: stop })).toThrow(
      expect.objectContaining({ code: 'ERR_CANCELLED' }),
    )
  })
})

describe('order-up-to levels', () => {
  const noStock = (input: PlanInput): PlanInput => ({ ...input, onHand: new Float64Array(20) })

  it('rise with the lead time', () => {
    fc.assert(
      fc.property(SEED, fc.integer({ min: 0, max: 20 }), (seed, days) => {
        const input = noStock(randomStore(seed, 20))
        const short = planOrders({ ...input, leadTimes: fixedLeadTimes(20, days) }).level
        const long = planOrders({ ...input, leadTimes: fixedLeadTimes(20, days + 5) }).level
        long.forEach((level, i) => {
          if (Number.isNaN(short[i]!)) return
          expect(level).toBeGreaterThanOrEqual(short[i]! - 1e-9)
        })
      }),
      RUNS,
    )
  })

  it('rise with the penalty of a lost sale and fall with the cost of holding', () => {
    const levels = (input: PlanInput, settings: Record<string, number>) =>
      planOrders({ ...input, settings: { ...NO_LINES, ...settings } }).level
    fc.assert(
      fc.property(SEED, (seed) => {
        const input = noStock(randomStore(seed, 20))
        const usual = levels(input, {})
        const dear = levels(input, { 'inventory.lost-sale-penalty': 2 })
        const held = levels(input, { 'inventory.holding-rate': 2 })
        usual.forEach((level, i) => {
          // What hardly ever sells has no level.
          if (Number.isNaN(level)) return
          expect(dear[i]!).toBeGreaterThanOrEqual(level)
          expect(held[i]!).toBeLessThanOrEqual(level)
        })
      }),
      RUNS,
    )
  })

  it('grow with the spread of lead times', () => {
    const input = noStock(randomStore(23, 20))
    const sum = (levels: Float64Array) => levels.reduce((total, level) => total + level, 0)
    const steady = planOrders({ ...input, leadTimes: gammaLeadTimes(20, 14, 1) }).level
    const wild = planOrders({ ...input, leadTimes: gammaLeadTimes(20, 14, 8) }).level
    expect(sum(wild)).toBeGreaterThan(sum(steady))
  })
})
