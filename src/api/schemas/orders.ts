import * as z from 'zod'
import { BROKEN_BECAUSE } from '../../fulfilment/index.ts'
import { cents, moment } from './common.ts'
import { identifier, MOST_LINES, promiseKind, quantity } from './promises.ts'

const boughtLine = z.strictObject({
  productId: identifier,
  quantity,
  unitPriceCents: cents.min(0).max(1_000_000_000),
})

/** POST /orders */
export const placeOrderBody = z.strictObject({
  orderId: identifier.describe('yours; sent again with the same content it changes nothing'),
  customerId: identifier.optional().describe('an id, never a name or an address'),
  areaId: identifier.describe('area that it ships to'),
  lines: z.array(boughtLine).min(1).max(MOST_LINES),
  promise: z
    .strictObject({ kind: promiseKind.default('guaranteed'), arriveBy: moment })
    .describe('as the customer saw it; refused where it cannot be kept any more')
    .optional(),
  delivery: z.enum(['whole', 'split']).default('whole'),
})
export type PlaceOrderBody = z.infer<typeof placeOrderBody>

const orderLine = z.object({ productId: z.string(), quantity: z.int() })

export const orderParcel = z.object({
  parcelId: z.string(),
  shipmentId: z.string().describe('parcels that travel in one box share it'),
  siteId: z.string(),
  status: z.enum(['planned', 'picking', 'packed', 'shipped', 'delivered', 'cancelled']),
  lines: z.array(orderLine),
  routeVersion: z.string(),
  laneIds: z.array(z.string()),
  pickBy: moment,
  shipsBy: moment,
  arriveBy: moment,
  boxes: z.int(),
  kg: z.number(),
  m3: z.number(),
  shippingCents: z.number(),
  reason: z.string().describe('why this site'),
})

export const orderStatus = z.enum([
  'placed',
  'assigned',
  'picking',
  'packed',
  'shipped',
  'delivered',
  'cancelled',
  'returned',
  'waiting',
])

const broken = z.enum(BROKEN_BECAUSE)

/** An order as its events have made it. */
export const orderReply = z.object({
  orderId: z.string(),
  customerId: z.string().nullable(),
  areaId: z.string(),
  placedAt: moment,
  status: orderStatus,
  lines: z.array(z.object({ ...orderLine.shape, unitPriceCents: cents })),
  promise: z.object({
    kind: promiseKind,
    promisedAt: moment,
    arriveBy: moment,
    routeVersion: z.string().describe('route set that it was made from'),
  }),
  parcels: z.array(orderParcel),
  waiting: z.array(orderLine).describe('in no parcel'),
  cancelled: z.array(orderLine),
  news: z.array(
    z.object({
      at: moment,
      fate: z.enum(['kept-from-elsewhere', 'kept-later', 'broken-late', 'broken-waiting']),
      because: broken,
      arriveBy: moment.nullable(),
      words: z.string(),
    }),
  ),
  outcome: z
    .object({
      kept: z.boolean(),
      because: broken.nullable(),
      deliveredAt: moment.nullable(),
    })
    .nullable()
    .describe('known once it is delivered or its date has passed'),
  life: z.array(z.object({ at: moment, type: z.string(), words: z.string() })),
})
export type OrderReply = z.infer<typeof orderReply>

/** Reply of POST /orders and POST /orders/{id}/events */
export const orderChangeReply = z.object({
  order: orderReply,
  repeated: z.boolean().describe('the request was carried out before; nothing changed'),
})
export type OrderChangeReply = z.infer<typeof orderChangeReply>

/** GET /orders */
export const ordersQuery = z.strictObject({
  status: orderStatus.optional(),
  customerId: identifier.optional(),
  siteId: identifier.optional().describe('with something planned or in work there'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
})
export type OrdersQuery = z.infer<typeof ordersQuery>

export const ordersReply = z.object({
  total: z.int(),
  orders: z.array(orderReply).describe('newest first'),
})
export type OrdersReply = z.infer<typeof ordersReply>

export const orderParams = z.object({ orderId: identifier })

const eventBase = {
  requestId: identifier.describe('sent again, it changes nothing'),
  at: moment.optional().describe('when it happened; now where absent'),
}
const parcelId = identifier
const unitLines = z
  .array(z.strictObject({ productId: identifier, quantity }))
  .min(1)
  .max(MOST_LINES)

const ofParcel = (event: 'picking' | 'packed' | 'shipped' | 'delivered') =>
  z.strictObject({ event: z.literal(event), ...eventBase, parcelId })

/** POST /orders/{id}/events: what happened to an order or to one of its parcels. */
export const orderEventBody = z.discriminatedUnion('event', [
  ofParcel('picking'),
  ofParcel('packed'),
  ofParcel('shipped'),
  ofParcel('delivered'),
  z.strictObject({
    event: z.literal('short'),
    ...eventBase,
    parcelId,
    lines: unitLines.describe('units that were not found, or not fit to send'),
    because: z.enum(['short-pick', 'damaged']).default('short-pick'),
  }),
  z.strictObject({
    event: z.literal('cancelled'),
    ...eventBase,
    lines: unitLines.optional().describe('absent: all that has not left a building'),
    by: z.enum(['customer', 'store']).default('customer'),
  }),
  z.strictObject({
    event: z.literal('returned'),
    ...eventBase,
    siteId: identifier,
    lines: unitLines,
    condition: z.enum(['sellable', 'damaged', 'written-off']),
  }),
])
export type OrderEventBody = z.infer<typeof orderEventBody>
