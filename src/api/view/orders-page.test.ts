import { describe, expect, it } from 'vitest'
import type { Order, OrderParcel } from '../../fulfilment/index.ts'
import { madeBook } from '../testing/made-orders.ts'
import { standingOf } from './order-standing.ts'
import { createOrderTally } from './order-tally.ts'
import { orderPageOf, ordersSummaryOf } from './orders-page.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-05-05T12:00:00Z')
const place = (id: string) => ({ id, name: `name of ${id}`, x: 1, y: 2 })
const places = {
  shareOf: () => 0,
  ...{ area: place, site: place, areaIds: ['A1'], siteIds: ['S1'] },
  ground: { width: 1, height: 1, land: '', states: '', points: [] },
}

const parcel = (changes: Partial<OrderParcel> = {}): OrderParcel => ({
  ...{ parcelId: 'p1', shipmentId: 'p1', siteId: 'S1', routeVersion: '1', laneIds: ['L1'] },
  ...{ lines: [{ productId: 'P1', quantity: 2 }], boxes: 1, kg: 1, m3: 0.01 },
  ...{ pickBy: NOW + HOUR, shipsBy: NOW + 2 * HOUR, arriveBy: NOW + 20 * HOUR },
  ...{ shippingCents: 500, reason: 'nearest', status: 'planned', reached: {} },
  ...changes,
})
const order = (orderId: string, changes: Partial<Order> = {}): Order => ({
  ...{ orderId, customerId: undefined, areaId: 'A1', placedAt: NOW - HOUR, status: 'assigned' },
  lines: [{ productId: 'P1', quantity: 2, unitPriceCents: 999 }],
  promise: {
    ...{ kind: 'guaranteed', promisedAt: NOW - HOUR, routeVersion: '1' },
    arriveBy: NOW + 24 * HOUR,
  },
  ...{ parcels: [parcel()], waiting: [], cancelled: [], returned: [], trouble: undefined },
  ...{ news: [], life: [], outcome: undefined },
  ...changes,
})
const tallyOf = (orders: readonly Order[]) => {
  const tally = createOrderTally(madeBook(orders))
  tally.follow(NOW)
  return tally
}
const waiting = [{ productId: 'P1', quantity: 1 }]
const past: Order['promise'] = {
  ...{ kind: 'guaranteed', promisedAt: NOW - 9 * HOUR, routeVersion: '1' },
  arriveBy: NOW - 3 * HOUR,
}
const late = parcel({ arriveBy: NOW + 27 * HOUR })
const cases: readonly [string, Partial<Order>, string, string][] = [
  ['planned in time', {}, 'on-time', 'on time'],
  ['planned too late', { parcels: [late] }, 'late', 'will be 3 hours late'],
  [
    'planned too late after a short pick',
    { parcels: [late], trouble: 'short-pick' },
    'late',
    'will be 3 hours late: units were not on the shelf',
  ],
  ['waiting', { status: 'waiting', waiting }, 'at-risk', 'waits for stock'],
  [
    'not picked in time',
    { parcels: [parcel({ pickBy: NOW - 1 })] },
    'at-risk',
    'picking should have begun',
  ],
  ['delivered in time', { outcome: { kept: true, deliveredAt: NOW } }, 'kept', 'kept'],
  [
    'delivered late',
    { outcome: { kept: false, because: 'lane-down', deliveredAt: NOW + 29 * HOUR } },
    'broken',
    'came 5 hours late: a lane was down',
  ],
  ['on the way after its date', { status: 'shipped', promise: past }, 'overdue', 'is 3 hours late'],
  ['cancelled', { status: 'cancelled', parcels: [] }, 'cancelled', 'cancelled'],
]

describe('how an order stands', () => {
  it.each(cases)('%s', (_, changes, standing, words) => {
    expect(standingOf(order('O1', changes), NOW)).toMatchObject({ standing, words })
  })
})

describe('the page of orders', () => {
  const orders = cases.map(([name, changes]) => order(name, changes))
  const tally = tallyOf(orders)

  it('lists worst first, and filters by standing and text', () => {
    const query = { sort: 'worst', limit: 100, offset: 0 } as const
    const { rows } = orderPageOf(tally, places, query, NOW)
    const ranks = ['overdue', 'late', 'at-risk', 'broken', 'on-time', 'kept', 'cancelled']
    const seen = rows.map(({ standing }) => ranks.indexOf(standing))
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(orderPageOf(tally, places, { ...query, standing: 'trouble' }, NOW).total).toBe(5)
    expect(orderPageOf(tally, places, { ...query, q: 'SHORT' }, NOW).total).toBe(1)
  })

  it('says in a sentence what came in, what was kept and what will be late', () => {
    const summary = ordersSummaryOf(tally, null, NOW)
    expect(summary.sentence).toBe(
      '9 orders today; 33 % of promises kept; one is overdue; two will arrive late because units were not on the shelf; two are at risk.',
    )
    expect(summary.promises.causes).toEqual([
      { because: 'lane-down', words: 'a lane was down', orders: 1 },
      { because: 'unknown', words: 'nobody said why', orders: 1 },
    ])
    expect(summary.costPerUnitCents).toBe(250)
    expect(summary.splitShare).toBe(0)
    expect(ordersSummaryOf(tallyOf([]), null, NOW).sentence).toBe('No order has come in yet.')
  })
})
