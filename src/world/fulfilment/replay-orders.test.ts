import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterIterations } from '../../core/optimize/stop.ts'
import { createCheapestNow, reevaluate } from '../../fulfilment/index.ts'
import { withReturningCustomers } from './customers-orders.ts'
import { createDemoOrders } from './demo-orders.ts'
import type { OrdersPolicy } from './input.ts'
import { pastLoads } from './past-loads.ts'
import { replayOrders } from './replay-orders.ts'

const world = createDemoOrders('test', {
  ...{ products: 60, ordersPerDay: 60, days: 6, warmUpDays: 2, coverDays: 12 },
  ordersPerReplayed: 400,
})
const strategy = createCheapestNow()
const click: OrdersPolicy = {
  ...{ name: 'click', strategy, waitMarginMinutes: undefined },
  ...{ clickPrices: 'tariff', reevaluatePrices: 'tariff' },
}

describe('replayOrders', () => {
  it('gives the same figures for the same seed, and counts the orders of the days that count', () => {
    const figures = replayOrders(world, click, 1)
    expect(replayOrders(world, click, 1)).toEqual(figures)
    expect(figures.orders).toBe(4 * 60)
    expect(figures.shipmentsPerOrder).toBeGreaterThan(0.9)
    expect(figures.outboundCents).toBeCloseTo(figures.transportCents + figures.handlingCents, 6)
    expect(figures.changesPerOrder).toBe(0)
  })

  it('plays the same when re-evaluation finds nothing, and ships less when it joins', () => {
    const figures = replayOrders(world, click, 1)
    const idle = { changes: [], savedCents: 0, parcelsBefore: 0, parcelsAfter: 0 }
    const nothing = { ...click, reevaluate: () => ({ ...idle, atRisk: [], assigned: 0 }) }
    expect(replayOrders(world, nothing, 1)).toEqual(figures)
    const better = replayOrders(
      world,
      {
        ...click,
        reevaluate: (open, situation) =>
          reevaluate(open, situation, strategy, { stop: afterIterations(10_000) }),
      },
      1,
    )
    expect(better.changesPerOrder).toBeGreaterThan(0)
    expect(better.shipmentsPerOrder).toBeLessThan(figures.shipmentsPerOrder)
  })

  it('runs no more trucks when parcels may wait for fuller ones', () => {
    const figures = replayOrders(world, click, 1)
    const waits = replayOrders(world, { ...click, waitMarginMinutes: 0 }, 1)
    expect(waits.trucks).toBeLessThan(figures.trucks)
    expect(waits.shipmentsPerOrder).toBeCloseTo(figures.shipmentsPerOrder, 9)
  })
})

describe('withReturningCustomers', () => {
  it('leaves numbers, hours and products of orders, and moves returning customers to one place', () => {
    const { orders } = world.network
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.5, noNaN: true }), fc.nat(), (share, seed) => {
        const made = withReturningCustomers(orders, share, seed)
        expect(made.minute).toEqual(orders.minute)
        expect(made.product).toEqual(orders.product)
        const home = new Map<number, number>()
        made.customer.forEach((customer, order) => {
          const area = home.get(customer) ?? made.area[order]!
          expect(made.area[order]).toBe(area)
          home.set(customer, area)
        })
        if (share === 0) expect(home.size).toBe(orders.minute.length)
      }),
      { numRuns: 30 },
    )
  })
})

describe('pastLoads', () => {
  it('looks back a day at a time, at the same hour, and not at what has not left', () => {
    // One lane that leaves every day at noon, two weeks long; loads are the number of the day.
    const noon = (day: number) => day * 1440 + 720
    const timetable = {
      ...{ starts: Int32Array.of(0, 7), weeks: 2, cutoff: new Int32Array(7) },
      closes: Int32Array.from({ length: 7 }, (_, day) => noon(day)),
    }
    const instanceOf = (day: number) => (day % 7) * 2 + Math.floor(day / 7)
    const m3 = new Float64Array(14)
    for (let day = 0; day < 14; day++) m3[instanceOf(day)] = day
    expect(pastLoads(timetable, m3, 0, instanceOf(4), noon(4))).toEqual([3, 2, 1])
    expect(pastLoads(timetable, m3, 0, instanceOf(9), noon(7))).toEqual([7, 6, 5, 4, 3, 2, 1])
  })
})
