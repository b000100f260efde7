import * as z from 'zod'
import { cents, moment, share } from './common.ts'
import { orderReply, orderStatus } from './orders.ts'
import { identifier } from './promises.ts'

/**
 * How an order stands to its promise, what can still be helped first: its date has passed and it is
 * not there; it will be late; it may be; it came late; it is on time; it came in time.
 */
export const standing = z.enum([
  'overdue',
  'late',
  'at-risk',
  'broken',
  'on-time',
  'kept',
  'cancelled',
])
export type Standing = z.infer<typeof standing>

/** What the filter of the page offers beside single standings: all that can still be helped. */
export const standingFilter = z.enum([...standing.options, 'trouble'])

export const orderRow = z.object({
  orderId: z.string(),
  areaId: z.string(),
  area: z.string().describe('its name'),
  placedAt: moment,
  status: orderStatus,
  standing,
  words: z.string().describe('the standing in words, with its cause'),
  promisedBy: moment,
  expectedBy: moment.nullable().describe('delivered, or planned to arrive; null while it waits'),
  units: z.int(),
  products: z.int(),
  sites: z.array(z.string()).describe('names of sites that send it'),
  shipments: z.int(),
  shippingCents: z.number(),
  valueCents: cents.describe('what is paid for it'),
})
export type OrderRow = z.infer<typeof orderRow>

/** GET /api/fulfilment/orders */
export const orderPageQuery = z.strictObject({
  q: z
    .string()
    .max(200)
    .optional()
    .describe('in the id, the area, the customer or a product id of the newest 100,000'),
  status: orderStatus.optional(),
  standing: standingFilter.optional(),
  sort: z
    .enum(['worst', 'newest', 'promised', 'cost'])
    .default('worst')
    .describe(
      'worst: those that can be helped by value and days late, then the newest of each standing; promised: open orders by their date, cost: those of the last 7 days by shipping, each before the newest of the rest',
    ),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
})
export type OrderPageQuery = z.infer<typeof orderPageQuery>

export const orderPage = z.object({ total: z.int(), rows: z.array(orderRow) })
export type OrderPage = z.infer<typeof orderPage>

/** GET /api/fulfilment/summary */
export const ordersSummary = z.object({
  sentence: z.string(),
  now: moment,
  orders: z.int(),
  today: z.int().describe('placed since midnight UTC'),
  revision: z.int().describe('number of changes of orders in it'),
  days: z
    .int()
    .describe('days (UTC), today included, that the shares and costs below look back on'),
  statuses: z.array(z.object({ status: orderStatus, orders: z.int() })),
  standings: z.array(z.object({ standing, orders: z.int() })),
  promises: z.object({
    kept: z.int(),
    broken: z.int(),
    keptShare: share.nullable().describe('null before the first was due'),
    causes: z
      .array(z.object({ because: z.string(), words: z.string(), orders: z.int() }))
      .describe('of promises broken, most first'),
  }),
  splitShare: share.nullable().describe('orders sent in more than one shipment'),
  shipmentsPerOrder: z.number().nullable(),
  units: z.int().describe('in parcels'),
  costPerUnitCents: z.number().nullable(),
  sample: z
    .object({ areaId: z.string(), productId: z.string(), unitPriceCents: cents })
    .nullable()
    .describe('an order that could be placed now; null where nothing is in stock'),
})
export type OrdersSummary = z.infer<typeof ordersSummary>

const mapPlace = z.object({
  id: z.string(),
  name: z.string(),
  x: z.number().nullable().describe('null where the map does not show it'),
  y: z.number().nullable(),
})
export type MapPlace = z.infer<typeof mapPlace>

/** GET /api/fulfilment/orders/{id} */
export const orderDetail = z.object({
  row: orderRow,
  sentence: z.string(),
  order: orderReply,
  area: mapPlace,
  sites: z.array(mapPlace),
  titles: z.record(z.string(), z.string()).describe('titles by product id, where it has one'),
})
export type OrderDetail = z.infer<typeof orderDetail>

/** GET /api/fulfilment/map: the ground on which boxes are drawn. */
export const groundMap = z.object({
  width: z.number(),
  height: z.number(),
  land: z.string().describe('outline as an SVG path; empty where areas have no shapes'),
  states: z.string(),
  points: z
    .array(z.object({ x: z.number(), y: z.number() }))
    .describe('areas, where they have no shapes'),
})
export type GroundMap = z.infer<typeof groundMap>

export const pageOrderParams = z.object({ orderId: identifier })

/** GET /api/fulfilment/live: asked every few seconds by pages that follow along. */
export const fulfilmentLive = z.object({
  orders: z.int().describe('number of changes of orders so far'),
  stock: z.int().describe('number of the last event of stock'),
})
export type FulfilmentLive = z.infer<typeof fulfilmentLive>
