import type { HeldSet } from '../../core/routes/door.ts'
import {
  type AffectedOrder,
  type Assignment,
  inTheirOrder,
  type Order,
  type OrderEvent,
  type Repair,
  repairOrder,
  type StockLine,
  StockOverlay,
  shareScarce,
} from '../../fulfilment/index.ts'
import { eachOf, type Turns } from './in-turn.ts'
import { wayOf } from './parcel-routes.ts'
import { inBuilding, nextParcelNumber, plainParcel } from './parcels.ts'
import type { PlacingParts } from './place-order.ts'
import { linesOfParcels, planned } from './planned-parcel.ts'
import { asideOf, heldAside, settleWaiting } from './waiting-units.ts'

const MINUTE_MS = 60_000
/** Orders that are repaired at once: their writes share flushes. */
const AT_ONCE = 16
/** Attempts where others take the same units at the same moment. */
const ATTEMPTS = 3

/** Why units that wait are looked at. */
export type RepairReason = 'repaired' | 'stock-arrived'

/**
 * Gives units that wait to sites, the earliest promise first, in fair shares where there are too few:
 * in time where that is possible, else as soon as they can come, which is told. Returns the orders of
 * which something changed.
 */
export async function repairWaiting(
  parts: PlacingParts,
  turns: Turns,
  orders: readonly Order[],
  why: RepairReason,
): Promise<readonly string[]> {
  const now = parts.clock()
  const seen = new Map(orders.map((order) => [order.orderId, order]))
  const affected = inTheirOrder(
    orders
      .filter(({ waiting, areaId }) => waiting.length > 0 && parts.areaOf(areaId) >= 0)
      .map((order) => affectedOrder(parts, order, now)),
  )
  const shares = shareScarce(affected, parts.situations.stock)
  const changed: string[] = []
  await eachOf([...affected.keys()], AT_ONCE, async (at) => {
    const { orderId } = affected[at]!
    await turns.inTurn(orderId, async () => {
      const order = parts.orders.book.order(orderId)!
      // What is set aside for it alone is no part of what is shared.
      const isShared = order === seen.get(orderId) && heldAside(parts, orderId).length === 0
      const share = isShared ? shares[at] : undefined
      const requestId = `${why}-${orderId}-${order.life.length}`
      if ((await fillOrder(parts, order, why, requestId, share)) !== undefined)
        changed.push(orderId)
    })
  })
  return changed
}

/**
 * Gives the waiting units of one order to sites, all or its `share`. Undefined where nothing changed:
 * no site has them, and that was told before.
 */
export async function fillOrder(
  parts: PlacingParts,
  order: Order,
  why: RepairReason,
  requestId: string,
  share?: ReturnType<typeof shareScarce>[number],
): Promise<Order | undefined> {
  if (order.waiting.length === 0 || parts.areaOf(order.areaId) < 0) return undefined
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const held = parts.routes.take(parts.areaOf(order.areaId))
    const affected = affectedOrder(parts, order, parts.clock())
    const situation = new StockOverlay(parts.situations.of(held.set))
    for (const { siteId, productId, quantity } of heldAside(parts, order.orderId)) {
      const { book } = parts.stock
      situation.add(book.siteOf(siteId), book.productOf(productId), quantity)
    }
    const isShared = attempt === 1 && share !== undefined
    const sent = isShared ? share : shareScarce([affected], situation)[0]!
    const repaired = repairOrder(affected, sent, situation, parts.strategy)
    // What waits as it was promised goes in one piece, not unit by unit as they come.
    if (repaired.waits.length > 0 && waitsAsPromised(order, parts.clock())) return undefined
    if (repaired.assignment === undefined) return tellWaiting(parts, order, requestId, repaired)
    const id = `${requestId}-${attempt}`
    const done = await assign(parts, order, held, repaired, repaired.assignment, why, id)
    if (done !== undefined) return done
  }
  return undefined
}

function waitsAsPromised({ claims = [], promise, trouble }: Order, now: number): boolean {
  return claims.length > 0 && trouble === undefined && now <= promise.arriveBy
}

/** The units of an order that wait, as they are repaired. */
function affectedOrder({ stock, areaOf }: PlacingParts, order: Order, now: number): AffectedOrder {
  const { book } = stock
  const gone = order.parcels.filter(({ status }) => status === 'cancelled')
  return {
    ...{ orderId: order.orderId, area: areaOf(order.areaId) },
    lines: order.waiting.map(({ productId, quantity }) => ({
      ...{ product: book.productOf(productId), quantity },
    })),
    pickFrom: Math.ceil(now / MINUTE_MS),
    promisedBy: Math.floor(order.promise.arriveBy / MINUTE_MS),
    fromSites: gone.map(({ siteId }) => book.siteOf(siteId)),
    because: order.trouble ?? 'late-arrival-of-stock',
  }
}

/** Holds units and room of an assignment and writes it down; undefined where others were faster. */
async function assign(
  parts: PlacingParts,
  order: Order,
  held: HeldSet,
  repaired: Repair,
  { parcels }: Assignment,
  why: RepairReason,
  requestId: string,
): Promise<Order | undefined> {
  const { orderId } = order
  const area = parts.areaOf(order.areaId)
  const next = nextParcelNumber(order)
  const added = parcels.map((parcel, i) => {
    const way = wayOf(held.set, parts.situations.siteIn(held.set, parcel.site), area, parcel.route)
    const reason = why === 'repaired' ? 'in place of what was missing' : 'its stock has arrived'
    return { way, parcel: planned(parts, `${orderId}-${next + i}`, parcel, way, reason) }
  })
  const wanted = added.map((one) => ({ ...one, held }))
  const settle = parts.room.replace([], wanted)
  if (settle === undefined) return undefined
  const reserved = linesOfParcels([...inBuilding(order), ...added.map(({ parcel }) => parcel)])
  if (!(await holdUnits(parts, orderId, requestId, reserved))) {
    settle(false)
    return undefined
  }
  settle(true)
  const at = parts.clock()
  const still = order.parcels.filter(({ status }) => status === 'planned')
  const assigned: OrderEvent = {
    kind: 'assigned',
    ...{ requestId, orderId, at, why },
    parcels: [...still, ...added.map(({ parcel }) => parcel)].map(plainParcel),
    words: `${added.length} parcels more: ${added.map(({ parcel }) => parcel.siteId).join(', ')}`,
  }
  const arriveBy = Math.max(...added.map(({ parcel }) => parcel.arriveBy))
  const news = newsOf(order, repaired, requestId, at, arriveBy)
  const outcomes = await parts.orders.submitMany(news === undefined ? [assigned] : [assigned, news])
  const last = outcomes.findLast((outcome) => outcome.ok)
  if (last?.ok !== true) return undefined
  await settleWaiting(parts, last.order)
  return last.order
}

/** Makes the reservation hold `lines`, whether it holds something already or not. */
async function holdUnits(
  { stock }: PlacingParts,
  orderId: string,
  requestId: string,
  lines: readonly StockLine[],
): Promise<boolean> {
  const kind = stock.reservation(orderId) === undefined ? 'reserve' : 'move'
  const hold = { kind, requestId: `${requestId}-stock`, reservationId: orderId, lines } as const
  if (heldAside({ stock }, orderId).length === 0) return (await stock.submit(hold)).ok
  const reservationId = asideOf(orderId)
  // Decided one right after the other: nobody takes what was set aside in between.
  const release = { kind: 'release', requestId: `${requestId}-aside`, reservationId } as const
  const outcomes = await stock.submitMany([release, hold])
  return outcomes[1]!.ok
}

/** What the customer is told; nothing of an order that goes as it was promised. */
function newsOf(
  order: Order,
  { fate, because, words, waits }: Repair,
  requestId: string,
  at: number,
  arriveBy: number,
): OrderEvent | undefined {
  const isLate = arriveBy > order.promise.arriveBy
  if (waits.length > 0) {
    if (order.trouble === undefined || hasTold(order, 'broken-waiting')) return undefined
    return told(order, requestId, at, { fate, because, words, arriveBy: null })
  }
  if (order.trouble === undefined && !isLate) return undefined
  const day = new Date(arriveBy).toISOString().slice(0, 10)
  const kept = fate === 'kept-later' ? fate : 'kept-from-elsewhere'
  const news: News = {
    ...{ because, arriveBy, words: `${words}, by ${day}` },
    fate: isLate ? 'broken-late' : kept,
  }
  return told(order, requestId, at, news)
}

type News = Pick<Extract<OrderEvent, { kind: 'told' }>, 'fate' | 'because' | 'words' | 'arriveBy'>

function told({ orderId }: Order, requestId: string, at: number, news: News): OrderEvent {
  return { kind: 'told', requestId: `${requestId}-told`, orderId, at, ...news }
}

function hasTold({ news }: Order, fate: News['fate']): boolean {
  return news.at(-1)?.fate === fate
}

/** Says once that no date can be told; undefined where that was said, or where it waits as promised. */
async function tellWaiting(
  parts: PlacingParts,
  order: Order,
  requestId: string,
  { because, words }: Repair,
): Promise<Order | undefined> {
  if (order.trouble === undefined || hasTold(order, 'broken-waiting')) return undefined
  const news = { fate: 'broken-waiting', because, words, arriveBy: null } as const
  const outcome = await parts.orders.submit(told(order, requestId, parts.clock(), news))
  return outcome.ok ? outcome.order : undefined
}
