import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Order, OrderParcel } from '../../fulfilment/index.ts'
import type { OrderPageQuery } from '../schemas/fulfilment-pages.ts'
import { madeBook } from '../testing/made-orders.ts'
import { standingOf } from './order-standing.ts'
import { createOrderTally, DAY_MS } from './order-tally.ts'
import { orderPageOf, ordersSummaryOf } from './orders-page.ts'

const HOUR = 3_600_000
const START = Date.parse('2026-05-05T12:00:00Z')
const place = (id: string) => ({ id, name: id, x: 1, y: 2 })
const places = {
  shareOf: () => 0,
  ...{ area: place, site: place, areaIds: ['A1'], siteIds: ['S1'] },
  ground: { width: 1, height: 1, land: '', states: '', points: [] },
}

const statuses = ['waiting', 'assigned', 'packed', 'shipped', 'delivered', 'cancelled'] as const
const made = fc.record({
  id: fc.nat(30),
  status: fc.constantFrom(...statuses),
  placedHoursAgo: fc.nat(24 * 12),
  dueInHours: fc.integer({ min: -60, max: 60 }),
  plannedLater: fc.integer({ min: -5, max: 5 }),
  parcels: fc.nat(2),
  cents: fc.nat(9_000),
})
type Made = typeof made extends fc.Arbitrary<infer T> ? T : never

function orderOf(one: Made): Order {
  const arriveBy = START + one.dueInHours * HOUR
  const there = one.status === 'delivered'
  const deliveredAt = arriveBy + one.plannedLater * HOUR
  const parcel = (k: number): OrderParcel => ({
    ...{ parcelId: `p${k}`, shipmentId: `p${k}`, siteId: 'S1', routeVersion: '1', laneIds: [] },
    ...{ lines: [{ productId: 'P1', quantity: 2 }], boxes: 1, kg: 1, m3: 0.01 },
    ...{ pickBy: arriveBy - 20 * HOUR, shipsBy: arriveBy - 9 * HOUR },
    ...{ arriveBy: arriveBy + one.plannedLater * HOUR, shippingCents: one.cents / 7 },
    ...{ reason: '', status: there ? 'delivered' : 'packed', reached: {} },
  })
  return {
    ...{ orderId: `O${one.id}`, customerId: undefined, areaId: 'A1', status: one.status },
    placedAt: START - one.placedHoursAgo * HOUR,
    lines: [{ productId: 'P1', quantity: 2, unitPriceCents: one.cents }],
    promise: { kind: 'guaranteed', promisedAt: START, routeVersion: '1', arriveBy },
    parcels: Array.from({ length: one.parcels }, (_, k) => parcel(k)),
    ...{ waiting: [], cancelled: [], returned: [], trouble: undefined, news: [], life: [] },
    outcome: !there
      ? undefined
      : deliveredAt <= arriveBy
        ? { kept: true, deliveredAt }
        : { kept: false, because: 'late-on-the-way', deliveredAt },
  }
}

/** The same sums, of all orders anew. */
function plain(orders: Iterable<Order>, now: number) {
  const all = [...orders]
  const firstDay = Math.floor(now / DAY_MS) - 6
  const recent = all.filter(({ placedAt }) => Math.floor(placedAt / DAY_MS) >= firstDay)
  const of = (list: readonly Order[], ...names: string[]) =>
    list.filter((order) => names.includes(standingOf(order, now).standing)).length
  const sent = recent.filter(({ parcels }) => parcels.length > 0)
  return {
    orders: all.length,
    late: of(all, 'late'),
    overdue: of(all, 'overdue'),
    onTime: of(all, 'on-time'),
    kept: of(recent, 'kept'),
    broken: of(recent, 'broken', 'overdue'),
    split:
      sent.length === 0
        ? null
        : sent.filter(({ parcels }) => parcels.length > 1).length / sent.length,
    shipped: all.filter(({ status }) => status === 'shipped').length,
  }
}

const ask = { sort: 'worst', limit: 500, offset: 0 } as const
const QUERIES: readonly OrderPageQuery[] = [
  ask,
  { ...ask, sort: 'newest' },
  { ...ask, sort: 'promised' },
  { ...ask, sort: 'cost', status: 'shipped' },
  { ...ask, standing: 'trouble' },
  { ...ask, q: 'o1' },
]

describe('orders that are counted as they change', () => {
  it('are counted as if all were counted anew, and listed each once', () => {
    const steps = fc.array(fc.tuple(made, fc.nat(9 * HOUR)), { maxLength: 60 })
    fc.assert(
      fc.property(steps, (changes) => {
        const book = madeBook([])
        const tally = createOrderTally(book)
        let now = START
        for (const [one, later] of changes) {
          book.put(orderOf(one))
          // Whole minutes: within one, standings may lag.
          now += Math.floor(later / 60_000) * 60_000 + 1
          tally.follow(now)
        }
        now = Math.floor(now / 60_000 + 1) * 60_000
        tally.follow(now)
        const summary = ordersSummaryOf(tally, null, now)
        const count = (name: string) =>
          summary.standings.find(({ standing }) => standing === name)!.orders
        expect({
          ...{ orders: summary.orders, late: count('late'), overdue: count('overdue') },
          ...{ onTime: count('on-time'), kept: summary.promises.kept },
          ...{ broken: summary.promises.broken, split: summary.splitShare },
          shipped: summary.statuses.find(({ status }) => status === 'shipped')!.orders,
        }).toEqual(plain(book.all(), now))
        for (const query of QUERIES) requireWhole(tally, query, now)
      }),
      { numRuns: 60 },
    )
  })

  it('costs what has changed, not all orders there are', () => {
    const orders = Array.from({ length: 50_000 }, (_, id) =>
      orderOf({
        ...{ id, status: 'delivered', placedHoursAgo: id % 4_000, dueInHours: -20 },
        ...{ plannedLater: -1, parcels: 1, cents: 100 },
      }),
    )
    const book = madeBook(orders)
    const cpuMs = (work: () => void): number => {
      const before = process.cpuUsage()
      work()
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    }
    const ask100 = (tally: ReturnType<typeof createOrderTally>) => {
      for (let i = 0; i < 100; i++) {
        tally.follow(START)
        ordersSummaryOf(tally, null, START)
        orderPageOf(tally, places, { ...ask, limit: 100 }, START)
      }
    }
    const tally = createOrderTally(book)
    const allMs = cpuMs(() => tally.follow(START))
    const ofSome = Array.from({ length: 5 }, () => cpuMs(() => ask100(tally)) / 100)
    // Judging and sorting all of them takes a hundred times as much.
    expect(Math.min(...ofSome)).toBeLessThan(allMs / 10)
  })
})

/** A list has each order that fits once, and its pages make up the whole. */
function requireWhole(
  tally: ReturnType<typeof createOrderTally>,
  query: OrderPageQuery,
  now: number,
) {
  const { total, rows } = orderPageOf(tally, places, query, now)
  const ids = rows.map(({ orderId }) => orderId)
  expect(new Set(ids).size).toBe(total)
  const pages = Array.from({ length: Math.ceil(total / 7) }, (_, i) =>
    orderPageOf(tally, places, { ...query, limit: 7, offset: 7 * i }, now).rows.map(
      ({ orderId }) => orderId,
    ),
  )
  expect(pages.flat()).toEqual(ids)
}
