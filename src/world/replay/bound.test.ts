import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { replayBaseStock } from './base-stock.ts'
import { foresee } from './bound.ts'
import { createWorld, type ReplayInput, type World } from './input.ts'
import type { ReplayParams } from './knobs.ts'
import { type Luck, luckOf } from './luck.ts'
import { productSums } from './metrics.ts'
import { naivePolicy, naiveReplacePolicy } from './naive.ts'
import { replayPlain } from './plain.ts'
import type { ReplayPolicy } from './policy.ts'
import type { Tally } from './tally.ts'
import { anyInput, anyParams, oneProduct, QUIET, randomPolicy, scriptedPolicy } from './testing.ts'

const profits = (world: World, tally: Tally) => productSums(world, tally).profitCents

function profitOf(world: World, luck: Luck, policy: ReplayPolicy): Float64Array {
  return profits(world, replayPlain(world, luck, policy))
}

/** The best profit over every list of whole quantities 0 … most, by trying them all. */
function bruteForce(world: World, luck: Luck, most: number): number {
  const reviews = world.reviewDays.length
  let best = -Infinity
  for (let code = 0; code < (most + 1) ** reviews; code++) {
    const script = Array.from(
      { length: reviews },
      (_, k) => Math.floor(code / (most + 1) ** k) % (most + 1),
    )
    best = Math.max(best, profitOf(world, luck, scriptedPolicy(script))[0]!)
  }
  return best
}

describe('foresee', () => {
  it('is never exceeded by a policy, product by product, on any world', () => {
    fc.assert(
      fc.property(anyInput, anyParams, fc.nat(), (input, params, seed) => {
        const world = createWorld(input, params)
        const luck = luckOf(seed)
        const bound = foresee(world, luck).profitCents
        const random = createRandom(seed)
        const levels = Float64Array.from({ length: world.products * world.reviewDays.length }, () =>
          random.int(30),
        )
        const all = [
          ...[naivePolicy, naiveReplacePolicy, randomPolicy(seed)].map((policy) =>
            profitOf(world, luck, policy),
          ),
          profits(world, replayBaseStock(world, luck, levels)),
        ]
        for (const profit of all) {
          profit.forEach((cents, p) => {
            expect(cents).toBeLessThanOrEqual(bound[p]! + 1e-6)
          })
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('is the optimum, found by trying every order, with single units and whole deliveries', () => {
    const instance = fc.record({
      demand: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 5, maxLength: 9 }),
      initialStock: fc.integer({ min: 0, max: 3 }),
      reviewPeriodDays: fc.integer({ min: 2, max: 3 }),
      margin: fc.integer({ min: 1, max: 60 }),
      orderLineCostCents: fc.constantFrom(0, 15, 60),
      holdingRatePerYear: fc.constantFrom(0, 10, 40),
      leadTimes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
      seed: fc.nat(),
    })
    let positive = 0
    fc.assert(
      fc.property(instance, ({ demand, margin, leadTimes, seed, ...rest }) => {
        // Four reviews at most, so that all lists of quantities can be tried.
        const input: ReplayInput = {
          ...oneProduct({
            ...rest,
            demand: demand.slice(0, rest.reviewPeriodDays * 4),
            priceCents: 100 + margin,
          }),
          leadTimes: {
            distributionOf: Int32Array.of(0),
            offsets: Int32Array.of(0, leadTimes.length),
            values: Int32Array.from(leadTimes),
          },
        }
        const { orderLineCostCents, holdingRatePerYear } = rest
        const params: ReplayParams = { ...QUIET, orderLineCostCents, holdingRatePerYear }
        const world = createWorld(input, params)
        const luck = luckOf(seed)
        const bound = foresee(world, luck).profitCents[0]!
        const most = 8
        if (demand.reduce((a, b) => a + b, 0) > most) return
        if (world.reviewDays.length > 3 && seed % 4 > 0) return
        const optimum = bruteForce(world, luck, most)
        expect(bound).toBeCloseTo(optimum, 6)
        if (bound > 0) positive++
      }),
      { numRuns: 150, seed: 7 },
    )
    expect(positive).toBeGreaterThan(20)
  })

  it('is not exceeded by the best of all orders where it is relaxed: splits, packs, prices', () => {
    const instance = fc.record({
      demand: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 6, maxLength: 9 }),
      initialStock: fc.integer({ min: 0, max: 2 }),
      casePack: fc.integer({ min: 1, max: 3 }),
      orderLineCostCents: fc.constantFrom(0, 40, 100),
      partialShare: fc.constantFrom(0.3, 0.5, 1),
      partialDelayDays: fc.integer({ min: 1, max: 3 }),
      prices: fc.array(fc.integer({ min: 50, max: 300 }), { minLength: 9, maxLength: 9 }),
      seed: fc.nat(),
    })
    let close = 0
    fc.assert(
      fc.property(instance, ({ demand, initialStock, casePack, prices, seed, ...costs }) => {
        const input: ReplayInput = {
          ...oneProduct({ demand, initialStock, casePack, reviewPeriodDays: 3, leadTime: 1 }),
          priceCents: Float64Array.from(prices.slice(0, demand.length)),
        }
        const params = { ...QUIET, ...costs, holdingRatePerYear: 10, partialProbability: 1 }
        const world = createWorld(input, params)
        const luck = luckOf(seed)
        const bound = foresee(world, luck).profitCents[0]!
        const optimum = bruteForce(world, luck, 6)
        expect(optimum).toBeLessThanOrEqual(bound + 1e-6)
        if (bound > 0 && optimum > 0.8 * bound) close++
      }),
      { numRuns: 300, seed: 3 },
    )
    // The relaxations are mild, so the test has teeth.
    expect(close).toBeGreaterThan(100)
  })

  it('is made of its parts, and sells no more than is wanted', () => {
    fc.assert(
      fc.property(anyInput, anyParams, fc.nat(), (input, params, seed) => {
        const world = createWorld(input, params)
        const bound = foresee(world, luckOf(seed))
        const wanted = world.demand.reduce((a, b) => a + b, 0)
        expect(bound.soldUnits.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(wanted)
        for (const part of [bound.holdingCents, bound.orderingCents, bound.writeDownCents]) {
          expect(Math.min(...part)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('agrees with the classic example worked by hand', () => {
    // Lead time 1, two batches of demand 5 on day 1 and day 4; K = 60, a night costs 10 cents a
    // unit, margin 20. One order on day 0 for both: 5·20 − 0 + 5·(20 − 30)⁺ = 100 − 60 = 40.
    // Two orders: 100 − 60 + 100 − 60 = 80.
    const input = oneProduct({ demand: [0, 5, 0, 0, 5], leadTime: 1, priceCents: 120 })
    const params = { ...QUIET, holdingRatePerYear: 36.5, orderLineCostCents: 60 }
    expect(foresee(createWorld(input, params), luckOf(1)).profitCents[0]).toBeCloseTo(80, 9)
    // At a night of 1 cent: one order earns 100 + 5·17 − 60 = 125, two 80.
    const cheap = { ...params, holdingRatePerYear: 3.65 }
    expect(foresee(createWorld(input, cheap), luckOf(1)).profitCents[0]).toBeCloseTo(125, 9)
  })
})
