import type { BrokenBecause, Order } from '../../fulfilment/index.ts'
import type {
  OrderDetail,
  OrderPage,
  OrderPageQuery,
  OrderRow,
  OrdersSummary,
} from '../schemas/fulfilment-pages.ts'
import { standing as standings } from '../schemas/fulfilment-pages.ts'
import { orderStatus } from '../schemas/orders.ts'
import type { FulfilmentPlaces } from './fulfilment-places.ts'
import { CAUSES, liveParcels, type Stand, standingOf } from './order-standing.ts'
import { iso, orderReplyOf } from './orders.ts'
import { grouped, wordOf } from './words.ts'

const DAY_MS = 86_400_000
/** Days that shares and costs look back on. */
const RECENT_DAYS = 7
const TROUBLE: ReadonlySet<string> = new Set(['broken', 'late', 'at-risk'])
const WORST: readonly string[] = standings.options

/** An order with how it stands. */
interface Judged {
  readonly order: Order
  readonly stand: Stand
}

/** Orders as the page lists them. `now` is epoch ms. */
export function orderPageOf(
  orders: Iterable<Order>,
  places: FulfilmentPlaces,
  query: OrderPageQuery,
  now: number,
): OrderPage {
  const found: Judged[] = []
  const text = query.q?.trim().toLowerCase() ?? ''
  for (const order of orders) {
    if (query.status !== undefined && order.status !== query.status) continue
    if (text !== '' && !textOf(order, places).includes(text)) continue
    const stand = standingOf(order, now)
    if (fits(stand, query.standing)) found.push({ order, stand })
  }
  found.reverse().sort(ORDERS[query.sort])
  const page = found.slice(query.offset, query.offset + query.limit)
  return { total: found.length, rows: page.map((one) => rowOf(one, places)) }
}

function fits({ standing }: Stand, asked: OrderPageQuery['standing']): boolean {
  if (asked === undefined) return true
  return asked === 'trouble' ? TROUBLE.has(standing) : standing === asked
}

function textOf(order: Order, places: FulfilmentPlaces): string {
  const { orderId, customerId = '', areaId, lines } = order
  const products = lines.map(({ productId }) => productId).join(' ')
  return `${orderId} ${customerId} ${areaId} ${places.area(areaId).name} ${products}`.toLowerCase()
}

const rankOf = ({ stand }: Judged): number => WORST.indexOf(stand.standing)

/** Equal ones stay newest first. */
const ORDERS: Readonly<Record<OrderPageQuery['sort'], (a: Judged, b: Judged) => number>> = {
  worst: (a, b) =>
    rankOf(a) - rankOf(b) ||
    (TROUBLE.has(a.stand.standing) ? a.order.promise.arriveBy - b.order.promise.arriveBy : 0),
  newest: (a, b) => b.order.placedAt - a.order.placedAt,
  promised: (a, b) => a.order.promise.arriveBy - b.order.promise.arriveBy,
  cost: (a, b) => shippingOf(b.order) - shippingOf(a.order),
}

const shippingOf = (order: Order): number =>
  liveParcels(order).reduce((sum, { shippingCents }) => sum + shippingCents, 0)

const unitsOf = (lines: readonly { readonly quantity: number }[]): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0)

const shipmentsOf = (order: Order): number =>
  new Set(liveParcels(order).map(({ shipmentId }) => shipmentId)).size

function rowOf({ order, stand }: Judged, places: FulfilmentPlaces): OrderRow {
  const { orderId, areaId, placedAt, status, promise, lines } = order
  const { standing, words, expectedBy } = stand
  const siteIds = [...new Set(liveParcels(order).map(({ siteId }) => siteId))]
  return {
    ...{ orderId, areaId, area: places.area(areaId).name, placedAt: iso(placedAt) },
    ...{ status, standing, words },
    promisedBy: iso(promise.arriveBy),
    expectedBy: expectedBy === null ? null : iso(expectedBy),
    units: unitsOf(lines),
    products: lines.length,
    sites: siteIds.map((siteId) => places.site(siteId).name),
    shipments: shipmentsOf(order),
    shippingCents: shippingOf(order),
  }
}

/** One order with the places of its boxes. `titles` names its products. */
export function orderDetailOf(
  order: Order,
  places: FulfilmentPlaces,
  titles: OrderDetail['titles'],
  now: number,
): OrderDetail {
  const row = rowOf({ order, stand: standingOf(order, now) }, places)
  const siteIds = [...new Set(order.parcels.map(({ siteId }) => siteId))]
  return {
    row,
    sentence: detailSentence(row),
    order: orderReplyOf(order),
    area: places.area(order.areaId),
    sites: siteIds.map((siteId) => places.site(siteId)),
    titles,
  }
}

const VERDICTS: Readonly<Record<OrderRow['standing'], string>> = {
  broken: 'Its promise is broken: it',
  late: 'Its promise will break: it',
  'at-risk': 'Its promise is at risk:',
  'on-time': 'It is',
  kept: 'Its promise is',
  cancelled: 'It is',
}

function detailSentence({ standing, words, sites, shipments, area }: OrderRow): string {
  const verdict = `${VERDICTS[standing]} ${words}.`
  if (sites.length === 0) return verdict
  const boxes = shipments === 1 ? 'One shipment goes' : `${shipments} shipments go`
  return `${verdict} ${boxes} to ${area} from ${sites.join(' and ')}.`
}

/** What the first line and the tiles of the page say. `sample` is an order that could be placed. */
export function ordersSummaryOf(
  orders: Iterable<Order>,
  sample: OrdersSummary['sample'],
  now: number,
): OrdersSummary {
  const all = [...orders].map((order): Judged => ({ order, stand: standingOf(order, now) }))
  const recent = all.filter(({ order }) => order.placedAt > now - RECENT_DAYS * DAY_MS)
  const midnight = Math.floor(now / DAY_MS) * DAY_MS
  const counted = {
    orders: all.length,
    today: all.filter(({ order }) => order.placedAt >= midnight).length,
    days: RECENT_DAYS,
    statuses: orderStatus.options.map((status) => ({
      status,
      orders: all.filter(({ order }) => order.status === status).length,
    })),
    standings: standings.options.map((standing) => ({
      standing,
      orders: all.filter(({ stand }) => stand.standing === standing).length,
    })),
    promises: promisesOf(recent),
    ...costsOf(recent.map(({ order }) => order)),
  }
  return { sentence: summarySentence(counted, all), now: iso(now), ...counted, sample }
}

function promisesOf(judged: readonly Judged[]): OrdersSummary['promises'] {
  const kept = judged.filter(({ stand }) => stand.standing === 'kept').length
  const broken = judged.filter(({ stand }) => stand.standing === 'broken')
  const due = kept + broken.length
  return {
    kept,
    broken: broken.length,
    keptShare: due === 0 ? null : kept / due,
    causes: causesOf(broken),
  }
}

function causesOf(judged: readonly Judged[]): OrdersSummary['promises']['causes'] {
  const counts = new Map<BrokenBecause | undefined, number>()
  for (const { stand } of judged) counts.set(stand.because, (counts.get(stand.because) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([because, count]) => ({
      because: because ?? 'unknown',
      words: because === undefined ? 'nobody said why' : CAUSES[because],
      orders: count,
    }))
}

type Costs = Pick<OrdersSummary, 'splitShare' | 'shipmentsPerOrder' | 'units' | 'costPerUnitCents'>

/** Of the orders that have parcels. */
function costsOf(orders: readonly Order[]): Costs {
  const sent = orders.filter((order) => liveParcels(order).length > 0)
  const units = sent.reduce(
    (sum, order) => sum + unitsOf(liveParcels(order).flatMap(({ lines }) => lines)),
    0,
  )
  const shipments = sent.reduce((sum, order) => sum + shipmentsOf(order), 0)
  const split = sent.filter((order) => shipmentsOf(order) > 1).length
  const cost = sent.reduce((sum, order) => sum + shippingOf(order), 0)
  const none = sent.length === 0
  return {
    splitShare: none ? null : split / sent.length,
    shipmentsPerOrder: none ? null : shipments / sent.length,
    units,
    costPerUnitCents: units === 0 ? null : cost / units,
  }
}

/** The answer in words: how many, how many promises hold, and what will be late and why. */
function summarySentence(
  { orders, today, promises }: Pick<OrdersSummary, 'orders' | 'today' | 'promises'>,
  all: readonly Judged[],
): string {
  if (orders === 0) return 'No order has come in yet.'
  const came =
    today === 0 ? 'No order today' : `${grouped(today)} order${today === 1 ? '' : 's'} today`
  const kept =
    promises.keptShare === null
      ? 'no promise was due yet'
      : `${Math.floor(100 * promises.keptShare)} % of promises kept`
  const late = all.filter(({ stand }) => stand.standing === 'late')
  const waits = all.filter(({ stand }) => stand.standing === 'at-risk').length
  const risk = waits === 0 ? '' : `; ${wordOf(waits)} ${waits === 1 ? 'is' : 'are'} at risk`
  if (late.length === 0) return `${came}; ${kept}; none will arrive late${risk}.`
  const causes = causesOf(late).filter(({ because }) => because !== 'unknown')
  const why = causes.length === 0 ? '' : ` because ${causes[0]!.words}`
  return `${came}; ${kept}; ${wordOf(late.length)} will arrive late${why}${risk}.`
}
