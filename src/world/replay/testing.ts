import fc from 'fast-check'
import { createRandom } from '../../core/random/random.ts'
import type { ReplayInput } from './input.ts'
import type { ReplayParams } from './knobs.ts'
import { fixedLeadTimes, leadTimesOf } from './lead-times.ts'
import type { ReplayPolicy } from './policy.ts'

/** Inputs and parameters for this folder's tests. */

export const QUIET: ReplayParams = {
  holdingRatePerYear: 0.365,
  orderLineCostCents: 0,
  leftoverLoss: 0.5,
  endCoverDays: 0,
  partialProbability: 0,
  partialShare: 0.5,
  partialDelayDays: 3,
  lostSalePenalty: 0.25,
}

export interface OneProduct {
  readonly demand: readonly number[]
  readonly initialStock?: number
  readonly leadTime?: number
  readonly reviewPeriodDays?: number
  readonly priceCents?: number
  readonly unitCostCents?: number
  readonly casePack?: number
  readonly minimumQuantity?: number
}

/** One product from day 100 (a Saturday: 1970-04-11) on, without history. */
export function oneProduct(one: OneProduct): ReplayInput {
  const { leadTime = 2, priceCents = 300, unitCostCents = 100 } = one
  return {
    products: {
      ids: ['a'],
      unitCostCents: Float64Array.of(unitCostCents),
      minimumQuantity: Float64Array.of(one.minimumQuantity ?? 1),
      casePack: Float64Array.of(one.casePack ?? 1),
      quotedLeadTimeDays: Float64Array.of(leadTime),
      volumeM3: Float64Array.of(0.5),
    },
    priceCents: Float64Array.of(priceCents),
    leadTimes: fixedLeadTimes([leadTime]),
    firstDay: 100,
    days: one.demand.length,
    demand: Float64Array.from(one.demand),
    history: { firstDay: 100, days: 0, stride: 0, units: new Float64Array(0) },
    initialStock: Float64Array.of(one.initialStock ?? 0),
    reviewPeriodDays: one.reviewPeriodDays ?? 1,
  }
}

/** Orders what is written down, review by review. */
export function scriptedPolicy(quantities: readonly number[]): ReplayPolicy {
  return { name: 'scripted', order: ({ review }) => Float64Array.of(quantities[review] ?? 0) }
}

/** Orders at random; deterministic by seed. */
export function randomPolicy(seed: number): ReplayPolicy {
  return {
    name: 'random',
    order({ onHand, review }) {
      const random = createRandom(seed).split(review)
      return onHand.map(() => (random.next() < 0.5 ? random.int(12) : 0))
    },
  }
}

/** Any small world: varying prices, packs, minimums, closed days, random and split deliveries. */
export const anyInput: fc.Arbitrary<ReplayInput> = fc
  .record({
    seed: fc.nat(),
    products: fc.integer({ min: 1, max: 4 }),
    days: fc.integer({ min: 1, max: 40 }),
    historyDays: fc.integer({ min: 0, max: 30 }),
    reviewPeriodDays: fc.integer({ min: 1, max: 9 }),
    closedWeekdays: fc.uniqueArray(fc.constantFrom(0, 1, 2, 3, 4, 5, 6), { maxLength: 3 }),
    dailyPrices: fc.boolean(),
  })
  .map((shape) => {
    const { products: n, days, historyDays } = shape
    const random = createRandom(shape.seed)
    const draw = (length: number, value: () => number) => Float64Array.from({ length }, value)
    const units = () => (random.next() < 0.5 ? 0 : random.int(8))
    return {
      products: {
        ids: Array.from({ length: n }, (_, p) => `p${p}`),
        unitCostCents: draw(n, () => random.int(200)),
        minimumQuantity: draw(n, () => random.int(5)),
        casePack: draw(n, () => 1 + random.int(4)),
        quotedLeadTimeDays: draw(n, () => 1 + random.int(8)),
        ...(random.next() < 0.5 ? { volumeM3: draw(n, () => random.next()) } : {}),
      },
      priceCents: draw(shape.dailyPrices ? n * days : n, () => random.int(400)),
      leadTimes: leadTimesOf(
        [[3], draw(5, () => 1 + random.int(12))],
        draw(n, () => random.int(2)),
      ),
      firstDay: 20_000,
      days,
      demand: draw(n * days, units),
      history: {
        firstDay: 20_000 - historyDays,
        days: historyDays,
        stride: historyDays,
        units: draw(n * historyDays, units),
      },
      initialStock: draw(n, () => random.int(20)),
      reviewPeriodDays: shape.reviewPeriodDays,
      openDays: {
        closedWeekdays: shape.closedWeekdays as (0 | 1 | 2 | 3 | 4 | 5 | 6)[],
        closedDays: new Set([20_003]),
      },
    }
  })

/** Any parameters of the simulator. */
export const anyParams: fc.Arbitrary<ReplayParams> = fc.record({
  holdingRatePerYear: fc.double({ min: 0, max: 20, noNaN: true }),
  orderLineCostCents: fc.double({ min: 0, max: 500, noNaN: true }),
  leftoverLoss: fc.double({ min: 0, max: 1, noNaN: true }),
  endCoverDays: fc.integer({ min: 0, max: 30 }),
  partialProbability: fc.constantFrom(0, 0.3, 1),
  partialShare: fc.double({ min: 0, max: 1, noNaN: true }),
  partialDelayDays: fc.integer({ min: 1, max: 6 }),
  lostSalePenalty: fc.constant(0.25),
})
