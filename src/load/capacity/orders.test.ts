import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideOrders, standingOrders } from './decisions.ts'
import { chanceAbove } from './headroom.ts'
import { type CapacityOrder, hourlyStretches } from './orders.ts'

test('stretches by the hour add up to the servers of each week', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 }), (hourly) => {
      const sum = new Array(hourly.length).fill(0)
      for (const { from, to, servers } of hourlyStretches(hourly)) {
        expect(servers).toBeGreaterThan(0)
        for (let t = from; t < to; t++) sum[t] += servers
      }
      expect(sum).toEqual(hourly)
    }),
  )
})

test('the chance of a higher peak is the share of courses above', () => {
  const peaks = Float64Array.of(1, 2, 2, 3)
  expect([0, 1, 2, 2.5, 3].map((held) => chanceAbove(peaks, held))).toEqual([
    1, 0.75, 0.25, 0.25, 0,
  ])
})

const order: CapacityOrder = {
  orderId: 'o1',
  serviceId: 'search',
  region: 'us-west',
  serverTypeId: 'large',
  term: 'reserved',
  servers: 4,
  orderByMs: 0,
  readyMs: 10,
  untilMs: 20,
  costCents: 100,
  riskWithout: 0.3,
  riskWith: 0.01,
  reason: 'why',
}

test('decisions stand beside the orders, the last one counts, and done is final', () => {
  const orders = [order, { ...order, orderId: 'o2' }]
  const by = 'ada'
  const overridden = { orderId: 'o1', action: 'override' as const, servers: 6, by }
  expect(decideOrders(orders, [overridden]).map((one) => [one.status, one.servers])).toEqual([
    ['overridden', 6],
    ['proposed', 4],
  ])
  const undone = decideOrders(orders, [overridden, { orderId: 'o1', action: 'undo', by }])
  expect(undone[0]).toMatchObject({ status: 'proposed', servers: 4 })
  const done = [overridden, { orderId: 'o1', action: 'done' as const, by }]
  expect(standingOrders(decideOrders(orders, done))).toEqual([
    {
      serviceId: 'search',
      region: 'us-west',
      serverTypeId: 'large',
      servers: 6,
      fromMs: 10,
      untilMs: 20,
    },
  ])
  expect(() => decideOrders(orders, [...done, { orderId: 'o1', action: 'undo', by }])).toThrow(
    /done/,
  )
  expect(() => decideOrders(orders, [{ orderId: 'o9', action: 'approve', by }])).toThrow(
    /no order o9/,
  )
})
