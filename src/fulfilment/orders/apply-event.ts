import type { BrokenBecause } from '../promise/types.ts'
import type { OrderEvent, OrderEventOf } from './events.ts'
import {
  causeOf,
  isFrozen,
  isInBuilding,
  liveParcels,
  statusBefore,
  withStanding,
} from './standing.ts'
import type { Order, OrderLineIds, OrderOutcome, OrderParcel, OrderRefusal } from './types.ts'
import { countUnits, joinLines, takeUnits, tellLines, totalUnits } from './units.ts'

/** A step that cannot be taken. */
interface Refused {
  readonly refusal: OrderRefusal
  readonly message: string
}

/** What an event does to an order, with its words for the order's life. */
interface Step {
  readonly order: Order
  readonly words: string
}

type Applied = Step | Refused

/**
 * The order after an event; the event of a request that it has seen changes nothing. What may not
 * happen now is refused with words, and nothing changes. Pure: the same events give the same order.
 */
export function applyOrderEvent(order: Order | undefined, event: OrderEvent): OrderOutcome {
  if (order?.life.some(({ requestId }) => requestId === event.requestId)) {
    return { ok: true, order, repeated: true }
  }
  const applied = stepOf(order, event)
  if ('refusal' in applied) return { ok: false, ...applied }
  const { requestId, kind, at } = event
  const moment = { requestId, type: kind, at, words: applied.words }
  const life = [...applied.order.life, moment]
  return { ok: true, order: withStanding({ ...applied.order, life }), repeated: false }
}

function stepOf(order: Order | undefined, event: OrderEvent): Applied {
  if (event.kind === 'placed') {
    if (order === undefined) return place(event)
    return refused('order-exists', `there is an order ${event.orderId} already`)
  }
  if (order === undefined) return refused('unknown-order', `there is no order ${event.orderId}`)
  if (event.at < order.placedAt) {
    const times = `${isoOf(event.at)}, before the order was placed at ${isoOf(order.placedAt)}`
    return refused('clock-went-back', `order ${order.orderId} cannot be ${event.kind} at ${times}`)
  }
  switch (event.kind) {
    case 'assigned':
      return assign(order, event)
    case 'claimed':
      return claim(order, event)
    case 'picking':
    case 'packed':
    case 'shipped':
    case 'delivered':
      return advance(order, event)
    case 'short':
      return missUnits(order, event)
    case 'withdrawn':
      return withdraw(order, event)
    case 'cancelled':
      return cancel(order, event)
    case 'returned':
      return bringBack(order, event)
    case 'told':
      return tell(order, event)
    case 'missed':
      return missPromise(order, event)
  }
}

function place(event: OrderEventOf<'placed'>): Applied {
  const { orderId, customerId, areaId, at, lines, promise } = event
  const nothing = { parcels: [], waiting: [], cancelled: [], returned: [] }
  const order: Order = {
    ...{ orderId, customerId: customerId ?? undefined, areaId, placedAt: at, lines, promise },
    ...{ ...nothing, news: [], life: [] },
    ...{ status: 'placed', trouble: undefined, outcome: undefined },
  }
  return { order, words: `placed, promised by ${isoOf(promise.arriveBy)}` }
}

function assign(order: Order, event: OrderEventOf<'assigned'>): Applied {
  const frozen = order.parcels.filter((parcel) => parcel.status !== 'planned')
  const free = takeUnits(
    takeUnits(joinLines(order.lines), order.cancelled).left,
    frozen.filter(isFrozen).flatMap(({ lines }) => lines),
  ).left
  if (free.length === 0) return notNow(order, 'nothing of it can be given to a site')
  const { missing } = takeUnits(
    free,
    event.parcels.flatMap(({ lines }) => lines),
  )
  if (missing.length > 0) {
    const message = `order ${order.orderId} has ${tellLines(free)} to give to sites, not ${tellLines(missing)} more`
    return refused('too-many-units', message)
  }
  const ids = [...frozen, ...event.parcels].map(({ parcelId }) => parcelId)
  const twice = ids.find((id, index) => ids.indexOf(id) < index)
  if (twice !== undefined) return notNow(order, `parcel ${twice} would be there twice`)
  const planned = event.parcels.map(
    (parcel): OrderParcel => ({ ...parcel, status: 'planned', reached: { planned: event.at } }),
  )
  // Not "placed" any more, also when nothing can be given to a site: then it waits.
  return {
    order: { ...order, status: 'assigned', parcels: [...frozen, ...planned] },
    words: event.words,
  }
}

function claim(order: Order, { claims }: OrderEventOf<'claimed'>): Applied {
  const { missing } = takeUnits(order.waiting, claims)
  if (missing.length > 0) {
    const message = `order ${order.orderId} waits for no ${tellLines(missing)}`
    return refused('too-many-units', message)
  }
  const receipts = [...new Set(claims.map(({ receiptId }) => receiptId))].join(', ')
  const words = claims.length === 0 ? 'waits for no receipt' : `waits for ${receipts}`
  return { order: { ...order, claims }, words }
}

function advance(
  order: Order,
  event: OrderEventOf<'picking' | 'packed' | 'shipped' | 'delivered'>,
): Applied {
  const { kind, at, parcelId } = event
  return changeParcel(order, parcelId, (parcel) => {
    if (parcel.status !== statusBefore(kind)) {
      return notNow(order, `parcel ${parcelId} is ${parcel.status}: it cannot be ${kind} next`)
    }
    const reached = { ...parcel.reached, [kind]: at }
    return { parcel: { ...parcel, status: kind, reached }, words: `parcel ${parcelId} ${kind}` }
  })
}

function missUnits(order: Order, event: OrderEventOf<'short'>): Applied {
  const { parcelId, lines, because } = event
  return changeParcel(order, parcelId, (parcel) => {
    if (!isInBuilding(parcel)) {
      return notNow(order, `parcel ${parcelId} is ${parcel.status}: nothing can be short in it`)
    }
    const { left, missing } = takeUnits(parcel.lines, lines)
    if (missing.length > 0) {
      return refused('too-many-units', `parcel ${parcelId} has no ${tellLines(missing)}`)
    }
    const words = `${tellLines(lines)} of parcel ${parcelId} ${because === 'damaged' ? 'damaged' : 'not found'}`
    return { parcel: emptied(parcel, left, event.at), words, trouble: because }
  })
}

function withdraw(order: Order, event: OrderEventOf<'withdrawn'>): Applied {
  const { parcelId, because, at } = event
  return changeParcel(order, parcelId, (parcel) => {
    if (parcel.status === 'delivered' || parcel.status === 'cancelled') {
      return notNow(order, `parcel ${parcelId} is ${parcel.status}: it cannot be withdrawn`)
    }
    const words = `parcel ${parcelId} withdrawn: ${because}`
    return { parcel: emptied(parcel, [], at), words, trouble: because }
  })
}

/** The parcel with what is left in it; one that holds nothing is cancelled and keeps its old lines. */
function emptied(parcel: OrderParcel, left: readonly OrderLineIds[], at: number): OrderParcel {
  if (left.length > 0) return { ...parcel, lines: left }
  return { ...parcel, status: 'cancelled', reached: { ...parcel.reached, cancelled: at } }
}

function changeParcel(
  order: Order,
  parcelId: string,
  change: (
    parcel: OrderParcel,
  ) =>
    | Refused
    | { readonly parcel: OrderParcel; readonly words: string; readonly trouble?: BrokenBecause },
): Applied {
  const parcel = order.parcels.find((candidate) => candidate.parcelId === parcelId)
  if (parcel === undefined) {
    return refused('unknown-parcel', `order ${order.orderId} has no parcel ${parcelId}`)
  }
  const changed = change(parcel)
  if ('refusal' in changed) return changed
  const parcels = order.parcels.map((other) => (other === parcel ? changed.parcel : other))
  const trouble = order.trouble ?? changed.trouble
  return { order: { ...order, parcels, trouble }, words: changed.words }
}

/** Takes units out where the least work is lost: what waits, what is planned, what is picked. */
function cancel(order: Order, event: OrderEventOf<'cancelled'>): Applied {
  const inBuilding = liveParcels(order).filter(isInBuilding)
  const open = joinLines(order.waiting, ...inBuilding.map(({ lines }) => lines))
  if (open.length === 0) {
    return notNow(order, 'nothing of it is left in a building; what is delivered can be returned')
  }
  const wanted = joinLines(event.lines ?? open)
  const unknown = wanted.find(({ productId }) => !countUnits(order.lines).has(productId))
  if (unknown !== undefined) return unknownProduct(order, unknown)
  const { missing } = takeUnits(open, wanted)
  if (missing.length > 0) {
    const message = `order ${order.orderId}: ${tellLines(missing)} cannot be cancelled; ${tellLines(open)} can`
    return refused('too-many-units', message)
  }
  let rest = takeUnits(wanted, order.waiting).left
  const taken = new Map<OrderParcel, OrderParcel>()
  for (const parcel of [...inBuilding].sort((a, b) => rankOf(a) - rankOf(b))) {
    const { left } = takeUnits(parcel.lines, rest)
    if (totalUnits(left) < totalUnits(parcel.lines))
      taken.set(parcel, emptied(parcel, left, event.at))
    rest = takeUnits(rest, parcel.lines).left
  }
  const parcels = order.parcels.map((parcel) => taken.get(parcel) ?? parcel)
  const cancelled = joinLines(order.cancelled, wanted)
  const words = `${tellLines(wanted)} cancelled by the ${event.by}`
  return { order: { ...order, parcels, cancelled, ...brokenByStore(order, event) }, words }
}

/** Units that the store does not send break the promise at once; a customer's wish breaks none. */
function brokenByStore(order: Order, { by, because }: OrderEventOf<'cancelled'>): Partial<Order> {
  if (by === 'customer' || order.outcome !== undefined) return {}
  const cause = because ?? order.trouble ?? 'late-arrival-of-stock'
  return { outcome: { kept: false, because: cause, deliveredAt: undefined } }
}

function rankOf({ status }: OrderParcel): number {
  return ['planned', 'picking', 'packed'].indexOf(status)
}

function bringBack(order: Order, event: OrderEventOf<'returned'>): Applied {
  const { siteId, lines, condition, at } = event
  const delivered = order.parcels
    .filter(({ status }) => status === 'delivered')
    .flatMap((parcel) => parcel.lines)
  const out = takeUnits(joinLines(delivered), order.returned).left
  const { missing } = takeUnits(out, lines)
  if (missing.length > 0) {
    const most = out.length === 0 ? 'nothing of it' : tellLines(out)
    const message = `order ${order.orderId}: ${tellLines(missing)} cannot come back; ${most} is with the customer`
    return refused('too-many-units', message)
  }
  const back = joinLines(lines).map((line) => ({ ...line, siteId, condition, at }))
  const words = `${tellLines(lines)} came back to ${siteId}, ${condition}`
  return { order: { ...order, returned: [...order.returned, ...back] }, words }
}

function tell(order: Order, event: OrderEventOf<'told'>): Applied {
  const { at, fate, because, arriveBy, words } = event
  const news = [...order.news, { at, fate, because, arriveBy, words }]
  return { order: { ...order, news, trouble: order.trouble ?? because }, words }
}

function missPromise(order: Order, event: OrderEventOf<'missed'>): Applied {
  if (order.outcome !== undefined) return notNow(order, 'its promise is judged already')
  if (order.status === 'cancelled') return notNow(order, 'it is cancelled')
  if (event.at <= order.promise.arriveBy) {
    return notNow(order, `its promise holds until ${isoOf(order.promise.arriveBy)}`)
  }
  const because = event.because ?? causeOf(order, event.at)
  const outcome = { kept: false, because, deliveredAt: undefined } as const
  return { order: { ...order, outcome }, words: `not there when promised: ${because}` }
}

function unknownProduct(order: Order, { productId }: OrderLineIds): Refused {
  return refused('unknown-product', `order ${order.orderId} has no product ${productId}`)
}

function notNow(order: Order, why: string): Refused {
  return refused('not-allowed-now', `order ${order.orderId} is ${order.status}: ${why}`)
}

function refused(refusal: OrderRefusal, message: string): Refused {
  return { refusal, message }
}

function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
