import type { BrokenBecause, Order } from '../../fulfilment/index.ts'
import type {
  OrderDetail,
  OrderPage,
  OrderPageQuery,
  OrderRow,
  OrdersSummary,
} from '../schemas/fulfilment-pages.ts'
import { type Standing, standing as standings } from '../schemas/fulfilment-pages.ts'
import { orderStatus } from '../schemas/orders.ts'
import type { FulfilmentPlaces } from './fulfilment-places.ts'
import {
  CAUSES,
  liveParcels,
  orderValueOf,
  type Stand,
  standingOf,
  urgencyOf,
} from './order-standing.ts'
import { DAY_MS, type DayTally, type OrderTally } from './order-tally.ts'
import { iso, orderReplyOf } from './orders.ts'
import { grouped, wordOf } from './words.ts'

/** Days (UTC), today included, that shares and costs look back on. */
const RECENT_DAYS = 7
/** Newest orders among which a text is looked for. */
const MOST_SEARCHED = 100_000
const STANDINGS: readonly Standing[] = standings.options
/** What can still be helped, the most pressing first. */
const TROUBLE: readonly Standing[] = ['overdue', 'late', 'at-risk']
const OPEN: readonly Standing[] = [...TROUBLE, 'on-time']

/** An order with how it stands. */
interface Judged {
  readonly order: Order
  readonly stand: Stand
}

/** Orders as the page lists them. `now` is epoch ms; the tally has followed up to it. */
export function orderPageOf(
  tally: OrderTally,
  places: FulfilmentPlaces,
  query: OrderPageQuery,
  now: number,
): OrderPage {
  const { offset, limit } = query
  const parts = partsOf(tally, places, query, now)
  const rows: OrderRow[] = []
  let before = 0
  for (const { size, orders } of parts) {
    if (before + size > offset && before < offset + limit) {
      const from = Math.max(0, offset - before)
      for (const order of orders().slice(from, offset + limit - before)) {
        rows.push(rowOf({ order, stand: standingOf(order, now) }, places))
      }
    }
    before += size
  }
  return { total: before, rows }
}

/** A part of a list: how long it is, and what is in it where somebody looks. */
interface Part {
  readonly size: number
  orders(): readonly Order[]
}

const partOf = (orders: readonly Order[]): Part => ({ size: orders.length, orders: () => orders })

const newest = (a: Order, b: Order): number => b.placedAt - a.placedAt

/** The parts of a list in their order. Only parts on the page are read, sorted and judged. */
function partsOf(
  tally: OrderTally,
  places: FulfilmentPlaces,
  query: OrderPageQuery,
  now: number,
): readonly Part[] {
  const text = query.q?.trim().toLowerCase() ?? ''
  if (text !== '') return [partOf(searched(tally, places, query, text, now))]
  const wanted = STANDINGS.filter((one) => fits(one, query.standing))
  const all = (standing: Standing, days = tally.days()): Order[] =>
    days.flatMap((day) => ordersOf(tally, query.status, standing, day))
  if (query.sort === 'newest') return byDay(tally, query.status, wanted)
  if (query.sort === 'promised') {
    const open = wanted.filter((one) => OPEN.includes(one)).flatMap((one) => all(one))
    open.sort((a, b) => a.promise.arriveBy - b.promise.arriveBy)
    const rest = wanted.filter((one) => !OPEN.includes(one))
    return [partOf(open), ...byDay(tally, query.status, rest)]
  }
  if (query.sort === 'cost') {
    const [recent, older] = parted(tally.days(), now)
    const dear = wanted.flatMap((one) => all(one, recent))
    dear.sort((a, b) => shippingOf(b) - shippingOf(a) || newest(a, b))
    return [partOf(dear), ...byDay(tally, query.status, wanted, older)]
  }
  return wanted.flatMap((standing) =>
    TROUBLE.includes(standing)
      ? [partOf(mostPressing(all(standing), now))]
      : byDay(tally, query.status, [standing]),
  )
}

function fits(standing: Standing, asked: OrderPageQuery['standing']): boolean {
  if (asked === undefined) return true
  return asked === 'trouble' ? TROUBLE.includes(standing) : standing === asked
}

/** The newest days and those before. */
function parted(days: readonly number[], now: number): [readonly number[], readonly number[]] {
  const first = Math.floor(now / DAY_MS) - RECENT_DAYS + 1
  return [days.filter((day) => day >= first), days.filter((day) => day < first)]
}

const statusesOf = (status: Order['status'] | undefined) =>
  status === undefined ? orderStatus.options : [status]

function ordersOf(
  tally: OrderTally,
  status: Order['status'] | undefined,
  standing: Standing,
  day: number,
): Order[] {
  return statusesOf(status).flatMap((one) =>
    // Sorting is stable: of orders of one moment the last that came or changed stands first.
    Array.from(tally.ids(one, standing, day), (id) => tally.book.order(id)!).reverse(),
  )
}

/** Orders of some standings, newest first, a part a day. */
function byDay(
  tally: OrderTally,
  status: Order['status'] | undefined,
  wanted: readonly Standing[],
  days = tally.days(),
): readonly Part[] {
  return days.map((day) => ({
    size: wanted.reduce(
      (sum, standing) =>
        statusesOf(status).reduce((all, one) => all + tally.ids(one, standing, day).size, sum),
      0,
    ),
    orders: () => wanted.flatMap((one) => ordersOf(tally, status, one, day)).sort(newest),
  }))
}

function mostPressing(orders: readonly Order[], now: number): Order[] {
  const urgency = new Map(
    orders.map((order) => [order, urgencyOf(order, standingOf(order, now), now)]),
  )
  return orders.toSorted((a, b) => urgency.get(b)! - urgency.get(a)! || newest(a, b))
}

/** Orders that a text is found in, those that can be helped first. O(orders that are looked through). */
function searched(
  tally: OrderTally,
  places: FulfilmentPlaces,
  { status, standing: asked, sort }: OrderPageQuery,
  text: string,
  now: number,
): readonly Order[] {
  const found: Judged[] = []
  let looked = 0
  for (const day of tally.days()) {
    if (looked >= MOST_SEARCHED) break
    for (const order of STANDINGS.flatMap((one) => ordersOf(tally, status, one, day))) {
      looked++
      if (!textOf(order, places).includes(text)) continue
      const stand = standingOf(order, now)
      if (fits(stand.standing, asked)) found.push({ order, stand })
    }
  }
  const rank = ({ stand }: Judged) => STANDINGS.indexOf(stand.standing)
  const sorts: Readonly<Record<OrderPageQuery['sort'], (a: Judged, b: Judged) => number>> = {
    worst: (a, b) => rank(a) - rank(b),
    newest: () => 0,
    promised: (a, b) => a.order.promise.arriveBy - b.order.promise.arriveBy,
    cost: (a, b) => shippingOf(b.order) - shippingOf(a.order),
  }
  return found
    .sort((a, b) => sorts[sort](a, b) || newest(a.order, b.order))
    .map(({ order }) => order)
}

function textOf(order: Order, places: FulfilmentPlaces): string {
  const { orderId, customerId = '', areaId, lines } = order
  const products = lines.map(({ productId }) => productId).join(' ')
  return `${orderId} ${customerId} ${areaId} ${places.area(areaId).name} ${products}`.toLowerCase()
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
    valueCents: Math.round(orderValueOf(order)),
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
  overdue: 'Its promise is broken: it',
  broken: 'Its promise was broken: it',
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
  tally: OrderTally,
  sample: OrdersSummary['sample'],
  now: number,
): OrdersSummary {
  const today = Math.floor(now / DAY_MS)
  const recent = Array.from({ length: RECENT_DAYS }, (_, i) => tally.day(today - i) ?? [])
  const counted = {
    ...{ orders: tally.book.size, today: tally.day(today)?.orders ?? 0, days: RECENT_DAYS },
    revision: tally.book.revision,
    statuses: orderStatus.options.map((status) => ({
      status,
      orders: tally.statuses.get(status) ?? 0,
    })),
    standings: STANDINGS.map((one) => ({ standing: one, orders: tally.standings.get(one) ?? 0 })),
    promises: promisesOf(recent.flat()),
    ...costsOf(recent.flat()),
  }
  return { sentence: summarySentence(counted, tally), now: iso(now), ...counted, sample }
}

const sumOf = (days: readonly DayTally[], of: (day: DayTally) => number): number =>
  days.reduce((sum, day) => sum + of(day), 0)

function promisesOf(days: readonly DayTally[]): OrdersSummary['promises'] {
  const [kept, broken] = [sumOf(days, (day) => day.kept), sumOf(days, (day) => day.broken)]
  const causes = new Map<BrokenBecause | undefined, number>()
  for (const day of days) {
    for (const [because, count] of day.causes)
      causes.set(because, (causes.get(because) ?? 0) + count)
  }
  const keptShare = kept + broken === 0 ? null : kept / (kept + broken)
  return { kept, broken, keptShare, causes: causesOf(causes) }
}

function causesOf(
  counts: ReadonlyMap<BrokenBecause | undefined, number>,
): OrdersSummary['promises']['causes'] {
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
function costsOf(days: readonly DayTally[]): Costs {
  const [sent, units] = [sumOf(days, (day) => day.sent), sumOf(days, (day) => day.units)]
  const none = sent === 0
  return {
    splitShare: none ? null : sumOf(days, (day) => day.split) / sent,
    shipmentsPerOrder: none ? null : sumOf(days, (day) => day.shipments) / sent,
    units,
    costPerUnitCents: units === 0 ? null : sumOf(days, (day) => day.costCents) / units,
  }
}

/** The answer in words: how many, how many promises hold, and what will be late and why. */
function summarySentence(
  { orders, today, promises }: Pick<OrdersSummary, 'orders' | 'today' | 'promises'>,
  { standings: counts, lateCauses }: OrderTally,
): string {
  if (orders === 0) return 'No order has come in yet.'
  const came =
    today === 0 ? 'No order today' : `${grouped(today)} order${today === 1 ? '' : 's'} today`
  const kept =
    promises.keptShare === null
      ? 'no promise was due yet'
      : `${Math.floor(100 * promises.keptShare)} % of promises kept`
  const of = (standing: Standing) => counts.get(standing) ?? 0
  const [overdue, late, waits] = [of('overdue'), of('late'), of('at-risk')]
  const causes = causesOf(lateCauses).filter(({ because }) => because !== 'unknown')
  const why = causes.length === 0 ? '' : ` because ${causes[0]!.words}`
  const told = [
    overdue === 0 ? '' : `${wordOf(overdue)} ${overdue === 1 ? 'is' : 'are'} overdue`,
    late > 0
      ? `${wordOf(late)} will arrive late${why}`
      : overdue > 0
        ? ''
        : 'none will arrive late',
    waits === 0 ? '' : `${wordOf(waits)} ${waits === 1 ? 'is' : 'are'} at risk`,
  ]
  return `${[came, kept, ...told.filter(Boolean)].join('; ')}.`
}
