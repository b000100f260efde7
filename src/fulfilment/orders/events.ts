import * as z from 'zod'
import { defineEvent, type LedgerEvent, type NewEvent, subjectOf } from '../../ledger/index.ts'
import { BROKEN_BECAUSE } from '../promise/types.ts'

/** Ids are made from those of orders and requests, which may be as long as 200. */
const id = z.string().min(1).max(1000)
/** Epoch ms. */
const instant = z.int()
const units = z.int().min(1)

const line = z.object({ productId: id, quantity: units })
const lines = z.array(line).min(1)

const broken = z.enum(BROKEN_BECAUSE)

/** Every event names its order and the request that made it, and says when it happened. */
const base = { requestId: id, orderId: id, at: instant }
const ofParcel = { ...base, parcelId: id }

const promise = z.object({
  kind: z.enum(['guaranteed', 'approximate']),
  promisedAt: instant,
  arriveBy: instant,
  routeVersion: z.string(),
})

const planned = z.object({
  parcelId: id,
  shipmentId: id,
  siteId: id,
  lines,
  routeVersion: z.string(),
  laneIds: z.array(z.string()),
  pickBy: instant,
  shipsBy: instant,
  arriveBy: instant,
  boxes: z.int().min(0),
  kg: z.number().min(0),
  m3: z.number().min(0),
  shippingCents: z.number(),
  reason: z.string(),
})

export const orderPlaced = defineEvent(
  'order.placed',
  z.object({
    ...base,
    customerId: id.nullable(),
    areaId: id,
    lines: z.array(line.extend({ unitPriceCents: z.int().min(0) })).min(1),
    promise,
  }),
)

/** The parcels take the place of all that are still planned; what they leave out waits. */
export const orderAssigned = defineEvent(
  'order.assigned',
  z.object({
    ...base,
    why: z.enum(['placed', 're-evaluated', 'repaired', 'stock-arrived', 'overridden']),
    parcels: z.array(planned),
    words: z.string(),
  }),
)

/** Units on their way that what waits is promised from; they take the place of those before. */
export const orderClaimed = defineEvent(
  'order.claimed',
  z.object({
    ...base,
    claims: z.array(z.object({ receiptId: id, siteId: id, productId: id, quantity: units })),
  }),
)

export const parcelPicking = defineEvent('order.picking', z.object(ofParcel))
export const parcelPacked = defineEvent('order.packed', z.object(ofParcel))
export const parcelShipped = defineEvent('order.shipped', z.object(ofParcel))
export const parcelDelivered = defineEvent('order.delivered', z.object(ofParcel))

/** Units that picking did not find, or found unfit to send. */
export const parcelShort = defineEvent(
  'order.short',
  z.object({ ...ofParcel, lines, because: z.enum(['short-pick', 'damaged']) }),
)

/** A parcel that does not go on: all its units wait again. */
export const parcelWithdrawn = defineEvent(
  'order.withdrawn',
  z.object({ ...ofParcel, because: broken }),
)

/** Units that are no longer wanted; `lines` null: all that have not left a building. */
export const orderCancelled = defineEvent(
  'order.cancelled',
  z.object({
    ...base,
    lines: lines.nullable(),
    by: z.enum(['customer', 'store']),
    /** Where the store cancels: what stood in the way of the promise. */
    because: broken.nullable(),
  }),
)

export const orderReturned = defineEvent(
  'order.returned',
  z.object({
    ...base,
    siteId: id,
    lines,
    condition: z.enum(['sellable', 'damaged', 'written-off']),
  }),
)

/** What the customer is told about the promise after something went wrong. */
export const promiseTold = defineEvent(
  'order.promise-told',
  z.object({
    ...base,
    fate: z.enum(['kept-from-elsewhere', 'kept-later', 'broken-late', 'broken-waiting']),
    because: broken,
    arriveBy: instant.nullable(),
    words: z.string(),
  }),
)

/** The promised date passed and something has not arrived. */
export const promiseMissed = defineEvent(
  'order.promise-missed',
  z.object({ ...base, because: broken.nullable() }),
)

const EVENTS = {
  placed: orderPlaced,
  assigned: orderAssigned,
  claimed: orderClaimed,
  picking: parcelPicking,
  packed: parcelPacked,
  shipped: parcelShipped,
  delivered: parcelDelivered,
  short: parcelShort,
  withdrawn: parcelWithdrawn,
  cancelled: orderCancelled,
  returned: orderReturned,
  told: promiseTold,
  missed: promiseMissed,
} as const

type Events = typeof EVENTS
type DataOf<Kind extends keyof Events> = z.infer<Events[Kind]['schema']>

/** What can happen to an order: the kind and the data of one of its events. */
export type OrderEvent = {
  [Kind in keyof Events]: { readonly kind: Kind } & DataOf<Kind>
}[keyof Events]

/** An event of one kind. */
export type OrderEventOf<Kind extends OrderEvent['kind']> = Extract<
  OrderEvent,
  { readonly kind: Kind }
>

const KINDS = new Map(
  (Object.keys(EVENTS) as OrderEvent['kind'][]).map((kind) => [EVENTS[kind].type as string, kind]),
)

/** First segment of the subjects of orders' events. */
export const ORDER_PREFIX = 'order'

/** The event as it is appended to a ledger; its subject is `order.ID`, its time when it happened. */
export function orderEntry(event: OrderEvent): NewEvent {
  const { kind, ...data } = event
  const subject = subjectOf(ORDER_PREFIX, event.orderId)
  return { subject, type: EVENTS[kind].type, data, time: event.at }
}

/** The order event that stands in a ledger; undefined where the entry is about something else. */
export function readOrderEntry(entry: LedgerEvent): OrderEvent | undefined {
  const kind = KINDS.get(entry.type)
  return kind === undefined ? undefined : ({ kind, ...(entry.data as object) } as OrderEvent)
}
