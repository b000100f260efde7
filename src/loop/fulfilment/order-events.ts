import { StorewrightError } from '../../core/errors.ts'
import {
  applyOrderEvent,
  isInBuilding,
  type Order,
  type OrderEvent,
  type OrderParcel,
  type OrderRefusal,
  type StockLine,
  stockCommands,
} from '../../fulfilment/index.ts'
import { wayOf } from './parcel-routes.ts'
import { linesOfParcels, type PlacingParts, planned } from './place-order.ts'

const MINUTE_MS = 60_000

export interface OrderChange {
  readonly order: Order
  /** The request was carried out before. */
  readonly repeated: boolean
}

/**
 * Carries out an event of an order: looks what it would do, changes stock accordingly (units leave,
 * are freed, come back), writes it down, and gives what now waits to other sites where that keeps
 * the promise. Sent again, it is answered with the order as it stands. Throws, having changed nothing:
 * ERR_NOT_FOUND (no such order, parcel or product), ERR_ORDER, ERR_STOCK.
 */
export async function carryOut(parts: PlacingParts, event: OrderEvent): Promise<OrderChange> {
  const before = parts.orders.book.order(event.orderId)
  const would = applyOrderEvent(before, event)
  if (!would.ok) throw orderError(would.refusal, would.message)
  if (would.repeated || before === undefined) return { order: would.order, repeated: true }
  for (const command of stockCommands(before, would.order, event)) {
    const outcome = await parts.stock.submit(command)
    if (!outcome.ok) throw new StorewrightError('ERR_STOCK', outcome.message)
  }
  const done = await parts.orders.submit(event)
  if (!done.ok) throw orderError(done.refusal, done.message)
  giveRoom(parts, before, done.order)
  if (done.order.waiting.length === 0 || before.waiting.length >= done.order.waiting.length) {
    return { order: done.order, repeated: false }
  }
  const helped = await fillWaiting(parts, done.order, 'repaired', `${event.requestId}-repair`)
  return { order: helped ?? done.order, repeated: false }
}

/** Parcels whose units the order's reservation holds. */
export function inBuilding({ parcels }: Order): readonly OrderParcel[] {
  return parcels.filter(isInBuilding)
}

function giveRoom({ room }: PlacingParts, before: Order, after: Order): void {
  const open = new Set(inBuilding(after).map(({ parcelId }) => parcelId))
  for (const { parcelId } of inBuilding(before)) {
    if (open.has(parcelId)) continue
    const status = after.parcels.find((parcel) => parcel.parcelId === parcelId)?.status
    room.give(parcelId, status === 'shipped' || status === 'delivered')
  }
}

/** How much later than promised a repaired parcel may come, days: the span of a route set. */
const LATEST_DAYS = 14

/**
 * Gives units that wait to sites: in time where that is possible, else as soon as they can come, which
 * is told. Undefined where no site has them; they wait on.
 */
export async function fillWaiting(
  parts: PlacingParts,
  order: Order,
  why: 'repaired' | 'stock-arrived',
  requestId: string,
): Promise<Order | undefined> {
  const now = parts.clock()
  const area = parts.areaOf(order.areaId)
  const { book } = parts.stock
  const held = parts.routes.take(area)
  const lines = order.waiting.map(({ productId, quantity }) => ({
    product: book.productOf(productId),
    quantity,
  }))
  const base = { orderId: order.orderId, area, lines, now: Math.ceil(now / MINUTE_MS) }
  const situation = parts.situations.of(held.set)
  const latest = base.now + LATEST_DAYS * 1440
  const dates = [Math.floor(order.promise.arriveBy / MINUTE_MS), latest]
  const chosen = dates
    .map((promisedBy) => parts.strategy.assign({ ...base, promisedBy }, situation))
    .find((assignment) => assignment !== undefined)
  if (chosen === undefined) return undefined
  const next = nextParcelNumber(order)
  const added = chosen.parcels.map((parcel, i) => {
    const way = wayOf(held.set, parts.situations.siteIn(held.set, parcel.site), area, parcel.route)
    const parcelId = `${order.orderId}-${next + i}`
    const reason = why === 'repaired' ? 'in place of what was missing' : 'its stock has arrived'
    return { way, parcel: planned(parts, parcelId, parcel, way, reason) }
  })
  const reserved = linesOfParcels([...inBuilding(order), ...added.map(({ parcel }) => parcel)])
  if (!(await holdUnits(parts, order.orderId, requestId, reserved))) return undefined
  for (const { parcel, way } of added) parts.room.take(parcel.parcelId, way, parcel.m3, held)
  const still = order.parcels.filter(({ status }) => status === 'planned')
  const assigned: OrderEvent = {
    kind: 'assigned',
    ...{ requestId, orderId: order.orderId, at: now, why },
    parcels: [...still.map(plainParcel), ...added.map(({ parcel }) => plainParcel(parcel))],
    words: `${added.length} parcels more: ${added.map(({ parcel }) => parcel.siteId).join(', ')}`,
  }
  const arriveBy = Math.max(...added.map(({ parcel }) => parcel.arriveBy))
  const outcomes = await parts.orders.submitMany([assigned, newsOf(order, assigned, arriveBy)])
  const last = outcomes.findLast((outcome) => outcome.ok)
  return last?.ok === true ? last.order : undefined
}

/** Makes the reservation hold `lines`, whether it holds something already or not. */
async function holdUnits(
  { stock }: PlacingParts,
  orderId: string,
  requestId: string,
  lines: readonly StockLine[],
): Promise<boolean> {
  const kind = stock.reservation(orderId) === undefined ? 'reserve' : 'move'
  const outcome = await stock.submit({
    ...{ kind, requestId: `${requestId}-stock`, reservationId: orderId, lines },
  })
  return outcome.ok
}

function newsOf(order: Order, { requestId, at }: OrderEvent, arriveBy: number): OrderEvent {
  const inTime = arriveBy <= order.promise.arriveBy
  const because = order.trouble ?? 'late-arrival-of-stock'
  const day = new Date(arriveBy).toISOString().slice(0, 10)
  return {
    kind: 'told',
    ...{ requestId: `${requestId}-told`, orderId: order.orderId, at, because, arriveBy },
    fate: inTime ? 'kept-from-elsewhere' : 'broken-late',
    words: inTime ? `sent from elsewhere; it comes in time, by ${day}` : `it comes late, by ${day}`,
  }
}

/**
 * Moves an order's units back to where its parcels are, where a process ended after it had moved them
 * and before it wrote that down. A reservation that lacks units is let be: those have left.
 */
export async function takeMoveBack(
  { stock, clock }: Pick<PlacingParts, 'stock' | 'clock'>,
  order: Order,
): Promise<void> {
  const { orderId } = order
  const held = stock.reservation(orderId)?.lines ?? []
  const lines = linesOfParcels(inBuilding(order))
  const isSame = (key: (line: StockLine) => string) => sums(held, key) === sums(lines, key)
  if (!isSame(({ productId }) => productId)) return
  if (isSame(({ siteId, productId }) => JSON.stringify([siteId, productId]))) return
  const requestId = `moved-back-${orderId}-${clock()}`
  // Refused where those units are gone by now: picking will find that out.
  await stock.submit({ kind: 'move', requestId, reservationId: orderId, lines })
}

/** Units by some key, in one text. */
function sums(lines: readonly StockLine[], keyOf: (line: StockLine) => string): string {
  const units = new Map<string, number>()
  for (const line of lines) units.set(keyOf(line), (units.get(keyOf(line)) ?? 0) + line.quantity)
  return JSON.stringify([...units].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Number of an order's next parcel: above all that it has, as some may have been replaced. */
export function nextParcelNumber({ orderId, parcels }: Order): number {
  const numbers = parcels.map(({ parcelId }) => Number(parcelId.slice(orderId.length + 1)))
  return 1 + Math.max(0, ...numbers.filter((number) => Number.isInteger(number)))
}

/** A parcel as events carry it. */
export function plainParcel(parcel: OrderParcel | ReturnType<typeof planned>) {
  const { parcelId, shipmentId, siteId, lines, routeVersion, laneIds, pickBy, shipsBy } = parcel
  const { arriveBy, boxes, kg, m3, shippingCents, reason } = parcel
  return {
    ...{ parcelId, shipmentId, siteId, lines: [...lines], routeVersion, laneIds: [...laneIds] },
    ...{ pickBy, shipsBy, arriveBy, boxes, kg, m3, shippingCents, reason },
  }
}

const NOT_FOUND: readonly OrderRefusal[] = ['unknown-order', 'unknown-parcel', 'unknown-product']

function orderError(refusal: OrderRefusal, message: string): StorewrightError {
  return new StorewrightError(NOT_FOUND.includes(refusal) ? 'ERR_NOT_FOUND' : 'ERR_ORDER', message)
}
