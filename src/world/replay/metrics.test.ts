import { describe, expect, it } from 'vitest'
import { createWorld } from './input.ts'
import { luckOf } from './luck.ts'
import { dayMetrics, productMetrics, productSums, totalMetrics } from './metrics.ts'
import { replayPlain } from './plain.ts'
import { oneProduct, QUIET, scriptedPolicy } from './testing.ts'

// Lead time 2, price 300, cost 100, a night 0.1 cents a unit. Stock 3, orders 5 on day 0 and 20 on
// day 3, which is under way at the end. Sold 2 1 1 3 1 of 2 2 1 3 4; on hand at night 1 0 4 1 0.
const input = oneProduct({ demand: [2, 2, 1, 3, 4], initialStock: 3 })
const params = { ...QUIET, orderLineCostCents: 50, endCoverDays: 2 }
const world = createWorld(input, params)
const tally = replayPlain(world, luckOf(1), scriptedPolicy([5, 0, 0, 20]))

describe('productMetrics', () => {
  it('gives the figures worked by hand', () => {
    const metrics = productMetrics(productSums(world, tally), 0, world.days)
    expect(metrics).toMatchObject({
      demandUnits: 12,
      soldUnits: 8,
      lostUnits: 4,
      fillRate: 8 / 12,
      inStockDays: 5,
      inStockRate: 1,
      demandInStockRate: 1,
      stockOutDays: 0,
      lostDays: 2,
      revenueCents: 2400,
      marginCents: 1600,
      lostMarginCents: 800,
      lostSalePenaltyCents: 300,
      orderingCents: 100,
      orders: 2,
      boughtUnits: 25,
      averageStockUnits: 6 / 5,
      averageStockCents: 120,
      endStockUnits: 20,
    })
    expect(metrics.holdingCents).toBeCloseTo(0.6, 9)
    // 20 units under way; 2 + 1 + 2 days of 12 / 5 a day are working stock, the rest loses half.
    expect(metrics.writeDownCents).toBeCloseTo(0.5 * 100 * (20 - 12), 9)
    expect(metrics.endStockCents).toBeCloseTo(2000 - 400, 9)
    expect(metrics.profitCents).toBeCloseTo(1600 - 0.6 - 100 - 400, 9)
    expect(metrics.turns).toBeCloseTo((800 / 120) * (365 / 5), 9)
  })

  it('counts only open days, and days that began without a unit', () => {
    const closed = {
      ...oneProduct({ demand: [1, 1, 1, 1, 0], initialStock: 1 }),
      openDays: { closedWeekdays: [6 as const], closedDays: new Set<number>() },
    }
    // Day 100 is a Saturday, day 101 a closed Sunday; one unit sells on day 100 and none is bought.
    const world = createWorld(closed, QUIET)
    const sums = productSums(world, replayPlain(world, luckOf(1), scriptedPolicy([])))
    expect(totalMetrics(sums, world.days)).toMatchObject({
      saleDays: 4,
      demandUnits: 3,
      inStockRate: 1 / 4,
      demandInStockRate: 1 / 3,
      stockOutDays: 3,
      fillRate: 1 / 3,
      lostDays: 2,
      turns: 0,
    })
  })

  it('calls a product that nobody wanted fully served', () => {
    const world = createWorld(oneProduct({ demand: [0, 0] }), QUIET)
    const sums = productSums(world, replayPlain(world, luckOf(1), scriptedPolicy([])))
    expect(totalMetrics(sums, world.days)).toMatchObject({ fillRate: 1, demandInStockRate: 1 })
  })
})

describe('dayMetrics', () => {
  it('gives money and rates by day', () => {
    const days = dayMetrics(world, tally.days)
    expect([...days.marginCents]).toEqual([400, 200, 200, 600, 200])
    expect([...days.fillRate]).toEqual([1, 0.5, 1, 1, 0.25])
    expect([...days.inStockRate]).toEqual([1, 1, 1, 1, 1])
    expect([...days.orderedCents]).toEqual([500, 0, 0, 2000, 0])
    expect(days.holdingCents[2]).toBeCloseTo(0.4, 9)
  })

  it('leaves rates missing on days without any, and counts only what is on sale', () => {
    // Nobody wants the product before the third day, and it is not in stock: not on sale till then.
    const late = {
      ...oneProduct({ demand: [0, 0, 1, 0, 1] }),
      openDays: { closedWeekdays: [], closedDays: new Set([103]) },
    }
    const world = createWorld(late, QUIET)
    const { days } = replayPlain(world, luckOf(1), scriptedPolicy([3]))
    const { onSale, inStockRate, fillRate } = dayMetrics(world, days)
    expect([...onSale]).toEqual([0, 0, 1, 1, 1])
    expect([...inStockRate]).toEqual([Number.NaN, Number.NaN, 1, Number.NaN, 1])
    expect([...fillRate]).toEqual([Number.NaN, Number.NaN, 1, Number.NaN, 1])
  })
})
