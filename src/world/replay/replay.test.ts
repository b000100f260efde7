import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { ReplayInput } from './input.ts'
import { leadTimesOf } from './lead-times.ts'
import { baseStockPolicy, type ReplayPolicy } from './policy.ts'
import { replay } from './replay.ts'

/** Twenty products with steady random demand, weekly reviews, uncertain lead times. */
function smallShop(): ReplayInput {
  const random = createRandom('small shop')
  const n = 20
  const days = 60
  const historyDays = 56
  const each = (value: () => number) => Float64Array.from({ length: n }, value)
  const units = (length: number) =>
    Float64Array.from({ length: n * length }, (_, i) =>
      random.int(2 + (Math.floor(i / length) % 9)),
    )
  return {
    products: {
      ids: Array.from({ length: n }, (_, p) => `p${p}`),
      unitCostCents: each(() => 100 + random.int(400)),
      minimumQuantity: each(() => 1),
      casePack: each(() => 1 + random.int(3)),
      quotedLeadTimeDays: each(() => 9),
    },
    priceCents: each(() => 800 + random.int(400)),
    leadTimes: leadTimesOf(
      [[5, 7, 9, 9, 12, 14]],
      each(() => 0),
    ),
    firstDay: 15_000,
    days,
    demand: units(days),
    history: {
      firstDay: 15_000 - historyDays,
      days: historyDays,
      stride: historyDays,
      units: units(historyDays),
    },
    initialStock: each(() => 40),
    reviewPeriodDays: 7,
  }
}

/** Naive, with one more week of cover. */
const cautious: ReplayPolicy = {
  name: 'cautious',
  order({ sold, products, onHand, onOrder, reviewPeriodDays }) {
    return onHand.map((stock, p) => {
      const from = p * sold.stride + sold.days
      const daily = sold.units.subarray(from - 28, from).reduce((a, b) => a + b, 0) / 28
      const cover = products.quotedLeadTimeDays[p]! + reviewPeriodDays + 7
      return Math.max(0, daily * cover - stock - onOrder[p]!)
    })
  },
}

describe('replay', () => {
  it('sets policies beside the naive ones and the bound, in the order one expects', async () => {
    const result = await replay(smallShop(), [cautious], { seed: 1 })
    expect(result.policies.map((policy) => policy.name)).toEqual([
      'naive',
      'naive-replace',
      'cautious',
    ])
    const [naive, , careful] = result.policies
    expect(result.seeds).toBe(8)
    expect(naive!.gapClosed).toEqual({ mean: 0, low: 0, high: 0 })
    expect(careful!.totals.profitCents).toBeGreaterThan(naive!.totals.profitCents)
    expect(careful!.totals.fillRate).toBeGreaterThan(naive!.totals.fillRate)
    expect(result.bound.profitCents.mean).toBeGreaterThan(careful!.totals.profitCents)
    expect(careful!.gapClosed!.mean).toBeGreaterThan(0)
    expect(careful!.gapClosed!.high).toBeLessThan(1)
    const { mean, low, high } = careful!.intervals.profitCents
    expect(mean).toBeCloseTo(careful!.totals.profitCents, 4)
    expect(low).toBeLessThan(mean)
    expect(high).toBeGreaterThan(mean)
  })

  it('adds up: products and days both sum to the totals', async () => {
    const { policies, bound } = await replay(smallShop(), [cautious], { seed: 2, seeds: 3 })
    for (const { totals, products, days } of policies) {
      const overProducts = (name: keyof typeof totals) =>
        products.reduce((sum, metrics) => sum + metrics[name], 0)
      const overDays = (values: Float64Array) => values.reduce((a, b) => a + b, 0)
      expect(overProducts('profitCents')).toBeCloseTo(totals.profitCents, 4)
      expect(overProducts('demandUnits')).toBeCloseTo(totals.soldUnits + totals.lostUnits, 6)
      expect(overDays(days.marginCents)).toBeCloseTo(totals.marginCents, 4)
      expect(overDays(days.holdingCents)).toBeCloseTo(totals.holdingCents, 4)
      expect(overDays(days.orders)).toBeCloseTo(totals.orders, 6)
      expect(overDays(days.lostUnits)).toBeCloseTo(totals.lostUnits, 6)
      expect(overDays(days.stockCents) / 60).toBeCloseTo(totals.averageStockCents, 4)
      expect(overDays(days.inStockRate) / 60).toBeCloseTo(totals.inStockRate, 9)
    }
    const boundSum = bound.products.profitCents.reduce((a, b) => a + b, 0)
    expect(boundSum).toBeCloseTo(bound.profitCents.mean, 4)
  })

  it('gives the same result for the same seed and another for another', async () => {
    const input = smallShop()
    const [a, b, c] = await Promise.all(
      [1, 1, 2].map((seed) => replay(input, [cautious], { seed, seeds: 2 })),
    )
    expect(b).toEqual(a)
    expect(c!.policies[2]!.totals.profitCents).not.toBe(a!.policies[2]!.totals.profitCents)
  })

  it('runs levels through the fast kernel to the same figures', async () => {
    const input = smallShop()
    const levels = Float64Array.from({ length: 20 * 9 }, (_, i) => 30 + (i % 7))
    const fast = baseStockPolicy('levels', levels)
    const plain: ReplayPolicy = { name: 'levels', order: fast.order }
    const { policies } = await replay(input, [fast, plain], { seed: 3, seeds: 2 })
    expect(policies[2]).toEqual(policies[3])
  })

  it('reports progress and stops when told to', async () => {
    const stop = new AbortController()
    const seen: number[] = []
    const running = replay(smallShop(), [], {
      seed: 1,
      seeds: 5,
      signal: stop.signal,
      onProgress({ done, total }) {
        seen.push(done)
        expect(total).toBe(15)
        if (done === 6) stop.abort()
      },
    })
    await expect(running).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
    expect(seen).toEqual([2, 3, 5, 6])
  })

  it('says what is wrong with an input', async () => {
    const input = smallShop()
    const bad = (change: Partial<ReplayInput>) => replay({ ...input, ...change }, [], { seed: 1 })
    const demand = input.demand.slice()
    demand[17] = -2
    await expect(bad({ demand })).rejects.toThrow('demand[17] is -2')
    await expect(bad({ demand: new Float64Array(3) })).rejects.toThrow('1200 are needed')
    await expect(bad({ reviewPeriodDays: 0 })).rejects.toThrow('review period')
    await expect(bad({ firstDay: 15_001 })).rejects.toThrow('history must end')
    const broken: ReplayPolicy = { name: 'broken', order: () => new Float64Array(3) }
    await expect(replay(input, [broken], { seed: 1 })).rejects.toThrow('broken')
    await expect(
      replay(input, [], { seed: 1, settings: { 'world.replay-leftover-loss': 2 } }),
    ).rejects.toMatchObject({ code: 'ERR_KNOB' })
  })
})
