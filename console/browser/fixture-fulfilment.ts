import type { FulfilmentPages } from '../../src/api/fulfilment-pages.ts'
import type { FulfilmentView } from '../../src/api/fulfilment-view.ts'
import { madeBook } from '../../src/api/testing/made-orders.ts'
import { fulfilmentPlaces } from '../../src/api/view/fulfilment-places.ts'
import { createOrderTally } from '../../src/api/view/order-tally.ts'
import { orderChangeOf, orderReplyOf } from '../../src/api/view/orders.ts'
import { orderDetailOf, orderPageOf, ordersSummaryOf } from '../../src/api/view/orders-page.ts'
import { StorewrightError } from '../../src/core/errors.ts'
import type { Order, OrderParcel } from '../../src/fulfilment/index.ts'
import { drawNetwork } from '../../src/loop/index.ts'
import { createUsNetwork } from '../../src/world/index.ts'
import { itemOf } from './fixture-catalog.ts'
import { createFixtureStock } from './fixture-stock.ts'

const NOW = Date.parse('2011-11-01T14:30:00Z')
const HOUR = 3_600_000

const { network, siteNames } = createUsNetwork({
  areas: 3220,
  centres: 24,
  sortCentres: 12,
  stations: 40,
})
const places = fulfilmentPlaces(
  network,
  siteNames,
  drawNetwork(network, new Int32Array(network.areas.ids.length), 1),
)
const stocked = network.sites.ids.filter((_, s) => network.sites.kinds[s] === 'fulfilment_centre')
const titles = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, titleOf(id)]))
const titleOf = (id: string) => itemOf(Number(id.slice(1))).title
const productIdOf = (i: number) => `P${String(i).padStart(5, '0')}`

/** What an order of the fixture is like, by its number. */
type Kind = 'overdue' | 'late' | 'waiting' | 'broken' | 'kept' | 'shipped' | 'assigned'
const KINDS: readonly Kind[] = [
  'kept',
  'assigned',
  'shipped',
  'kept',
  'assigned',
  'kept',
  'shipped',
]
const kindOf = (i: number): Kind =>
  i % 71 === 12
    ? 'overdue'
    : i % 41 === 5
      ? 'late'
      : i % 67 === 8
        ? 'waiting'
        : i % 53 === 30
          ? 'broken'
          : KINDS[i % 7]!

const STATUSES: Readonly<Record<Kind, Order['status']>> = {
  ...{ kept: 'delivered', broken: 'delivered', shipped: 'shipped' },
  overdue: 'shipped',
  ...{ late: 'assigned', waiting: 'waiting', assigned: 'assigned' },
}

function orderOf(i: number, count: number): Order {
  const kind = kindOf(i)
  const isDone = kind === 'kept' || kind === 'broken'
  const isPast = isDone || kind === 'overdue'
  const placedAt = NOW - (count - i) * 0.21 * HOUR - (isPast ? 54 * HOUR : 0)
  const arriveBy = isPast ? placedAt + 48 * HOUR : placedAt + 72 * HOUR
  const status = STATUSES[kind]
  const lines = Array.from({ length: 1 + (i % 3) }, (_, k) => ({
    ...{ productId: productIdOf((7 * i + 11 * k) % 300), quantity: 1 + ((i + k) % 2) },
    unitPriceCents: 999 + 100 * (i % 9),
  }))
  const orderId = `W-${10_000 + i}`
  const isSplit = lines.length > 2 && i % 2 === 0
  const parcelOf = (k: number, held: typeof lines): OrderParcel => ({
    ...{ parcelId: `${orderId}-${k + 1}`, shipmentId: `${orderId}-${k + 1}` },
    siteId: stocked[(i + 5 * k) % stocked.length]!,
    status: status === 'assigned' ? 'planned' : (status as OrderParcel['status']),
    lines: held.map(({ productId, quantity }) => ({ productId, quantity })),
    ...{ routeVersion: '3', laneIds: ['L1', 'L2'] },
    ...{
      pickBy: arriveBy - 40 * HOUR,
      shipsBy: arriveBy - 30 * HOUR,
      boxes: 1,
      kg: 0.8 + k,
      m3: 0.01,
    },
    arriveBy: kind === 'late' ? arriveBy + 19 * HOUR : arriveBy - HOUR / 2,
    shippingCents: 412.5 + 37 * (i % 11),
    reason: 'Nearest with all lines: $4.12 against $5.60 from Reno, which would take a day longer.',
    reached: isDone ? { delivered: arriveBy - HOUR / 2 } : {},
  })
  const parcels =
    kind === 'waiting'
      ? []
      : isSplit
        ? [parcelOf(0, lines.slice(0, 1)), parcelOf(1, lines.slice(1))]
        : [parcelOf(0, lines)]
  const trouble =
    kind === 'late'
      ? 'short-pick'
      : kind === 'broken'
        ? 'late-on-the-way'
        : kind === 'waiting'
          ? 'late-arrival-of-stock'
          : undefined
  const moment = (type: string, at: number, words: string) => ({
    requestId: `${orderId}-${type}`,
    type,
    at,
    words,
  })
  return {
    ...{
      orderId,
      customerId: `c${i % 80}`,
      areaId: places.areaIds[(13 * i) % 60]!,
      placedAt,
      status,
    },
    lines,
    promise: { kind: 'guaranteed', promisedAt: placedAt, arriveBy, routeVersion: '3' },
    parcels,
    waiting:
      kind === 'waiting' ? lines.map(({ productId, quantity }) => ({ productId, quantity })) : [],
    ...{ cancelled: [], returned: [], trouble },
    news:
      kind === 'late'
        ? [
            {
              ...{ at: NOW - HOUR, fate: 'broken-late', because: 'short-pick' },
              arriveBy: arriveBy + 19 * HOUR,
              words: 'A unit was not on the shelf; it goes from elsewhere and comes 19 hours late.',
            },
          ]
        : [],
    life: [
      moment('placed', placedAt, 'Placed; promised.'),
      moment('assigned', placedAt + 60_000, 'Given to sites.'),
      ...(isDone ? [moment('delivered', arriveBy, 'Delivered.')] : []),
    ],
    outcome:
      kind === 'kept'
        ? { kept: true, deliveredAt: arriveBy - HOUR / 2 }
        : kind === 'broken'
          ? { kept: false, because: 'late-on-the-way', deliveredAt: arriveBy + 5 * HOUR }
          : undefined,
  }
}

/** Fulfilment of a made store: `count` orders and the stock of `products`; new ones can be placed and cancelled. */
export function createFixtureFulfilment({
  orders: count = 260,
  products = 300,
  stale = false,
} = {}): FulfilmentView {
  const book = madeBook(Array.from({ length: count }, (_, i) => orderOf(i, count)))
  const sample = { areaId: '06037', productId: productIdOf(7), unitPriceCents: 1729 }
  const tally = createOrderTally(book)
  const tallyNow = () => {
    tally.follow(NOW)
    return tally
  }
  const pages: FulfilmentPages = {
    live: async () => ({ orders: book.revision, stock: 1 }),
    summary: async () => ordersSummaryOf(tallyNow(), sample, NOW),
    orders: async (query) => orderPageOf(tallyNow(), places, query, NOW),
    async order(orderId) {
      const order = book.order(orderId)
      if (order === undefined) return undefined
      return orderDetailOf(
        order,
        places,
        titles(order.lines.map(({ productId }) => productId)),
        NOW,
      )
    },
    map: async () => places.ground,
    ...createFixtureStock({
      ...{ products, siteIds: stocked, places, now: NOW, productIdOf, stale },
      orderOf: (orderId) => book.order(orderId),
    }),
  }
  const unused = async (): Promise<never> => {
    throw new StorewrightError('ERR_STORE_EMPTY', 'the fixture has no such thing')
  }
  return {
    ...{ open: unused, desk: () => undefined, counts: () => undefined, pages },
    async placeOrder({ orderId, areaId, lines }) {
      const like = orderOf(1, 1)
      const order: Order = { ...like, orderId, areaId, lines, placedAt: NOW }
      book.put(order)
      return orderChangeOf({ order, repeated: false })
    },
    order: async (id) => book.order(id) && orderReplyOf(book.order(id)!),
    ...{ orders: unused, stockEvents: unused, stock: unused },
    async orderEvent(orderId) {
      const order: Order = { ...book.order(orderId)!, status: 'cancelled', parcels: [] }
      book.put(order)
      return orderChangeOf({ order, repeated: false })
    },
    ...{ webhooks: unused, addWebhook: unused, removeWebhook: unused },
    strategy: unused,
    closures: { list: unused, close: unused, reopen: unused },
    close: async () => undefined,
  }
}
