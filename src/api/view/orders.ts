import type { Order, OrderEvent } from '../../fulfilment/index.ts'
import type { OrderChange, OrderRequest } from '../../loop/index.ts'
import type {
  OrderChangeReply,
  OrderEventBody,
  OrderReply,
  PlaceOrderBody,
} from '../schemas/orders.ts'

/** An order as the API shows it. */
export function orderReplyOf(order: Order): OrderReply {
  const { orderId, customerId = null, areaId, status, promise, outcome } = order
  return {
    ...{ orderId, customerId, areaId, placedAt: iso(order.placedAt), status },
    lines: order.lines.map(({ productId, quantity, unitPriceCents }) => ({
      ...{ productId, quantity, unitPriceCents },
    })),
    promise: {
      kind: promise.kind,
      promisedAt: iso(promise.promisedAt),
      arriveBy: iso(promise.arriveBy),
      routeVersion: promise.routeVersion,
    },
    parcels: order.parcels.map((parcel) => ({
      parcelId: parcel.parcelId,
      shipmentId: parcel.shipmentId,
      siteId: parcel.siteId,
      status: parcel.status,
      lines: [...parcel.lines],
      routeVersion: parcel.routeVersion,
      laneIds: [...parcel.laneIds],
      pickBy: iso(parcel.pickBy),
      shipsBy: iso(parcel.shipsBy),
      arriveBy: iso(parcel.arriveBy),
      boxes: parcel.boxes,
      kg: parcel.kg,
      m3: parcel.m3,
      shippingCents: parcel.shippingCents,
      reason: parcel.reason,
    })),
    waiting: [...order.waiting],
    cancelled: [...order.cancelled],
    news: order.news.map(({ at, arriveBy, ...news }) => ({
      ...news,
      at: iso(at),
      arriveBy: arriveBy === null ? null : iso(arriveBy),
    })),
    outcome:
      outcome === undefined
        ? null
        : {
            kept: outcome.kept,
            because: outcome.kept ? null : outcome.because,
            deliveredAt: outcome.deliveredAt === undefined ? null : iso(outcome.deliveredAt),
          },
    life: order.life.map(({ at, type, words }) => ({ at: iso(at), type, words })),
  }
}

export function orderChangeOf({ order, repeated }: OrderChange): OrderChangeReply {
  return { order: orderReplyOf(order), repeated }
}

export function orderRequestOf({ promise, ...body }: PlaceOrderBody): OrderRequest {
  return {
    ...body,
    promise: promise && { kind: promise.kind, arriveBy: Date.parse(promise.arriveBy) },
  }
}

/** The event that a body tells of; `now` (epoch ms) where it does not say when. */
export function orderEventOf(orderId: string, body: OrderEventBody, now: number): OrderEvent {
  const at = body.at === undefined ? now : Date.parse(body.at)
  const base = { requestId: body.requestId, orderId, at }
  switch (body.event) {
    case 'short': {
      const { parcelId, lines, because } = body
      return { kind: 'short', ...base, parcelId, lines, because }
    }
    case 'cancelled': {
      const { lines = null, by } = body
      return { kind: 'cancelled', ...base, lines, by, because: null }
    }
    case 'returned': {
      const { siteId, lines, condition } = body
      return { kind: 'returned', ...base, siteId, lines, condition }
    }
    default:
      return { kind: body.event, ...base, parcelId: body.parcelId }
  }
}

/** Epoch ms as ISO 8601 in UTC, to the second. */
export function iso(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}
