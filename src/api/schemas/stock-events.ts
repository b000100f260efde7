import * as z from 'zod'
import { moment } from './common.ts'
import { identifier, MOST_LINES, MOST_UNITS, quantity } from './promises.ts'

/** Commands of one request. */
export const MOST_COMMANDS = 1000

const place = { siteId: identifier, productId: identifier }
const lines = z
  .array(z.strictObject({ ...place, quantity }))
  .min(1)
  .max(MOST_LINES)
const counts = z
  .array(z.strictObject({ ...place, quantity: z.int().min(0).max(MOST_UNITS) }))
  .min(1)
  .max(MOST_LINES)
const changes = z
  .array(z.strictObject({ ...place, quantity: z.int().min(-MOST_UNITS).max(MOST_UNITS) }))
  .min(1)
  .max(MOST_LINES)
const receipts = z
  .array(
    z.strictObject({
      ...place,
      quantity,
      receiptId: identifier,
      arrivesBy: z
        .array(moment)
        .length(4)
        .describe('by when with the chances 0.1, 0.5, 0.9 and 0.99, rising'),
    }),
  )
  .min(1)
  .max(MOST_LINES)

const requestId = identifier.describe('sent again, it changes nothing')
const reservationId = identifier

/** What is told of stock, or asked of it. */
export const stockEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('count'), requestId, lines: counts.describe('units on hand') }),
  z.strictObject({ kind: z.literal('expect'), requestId, receipts }),
  z.strictObject({
    kind: z.literal('receive'),
    requestId,
    receiptId: identifier.optional(),
    lines,
  }),
  z.strictObject({
    kind: z.literal('adjust'),
    requestId,
    reason: z.enum(['counted', 'damaged', 'lost', 'found', 'returned', 'written-off']),
    lines: changes.describe('units more or, negative, less'),
  }),
  z.strictObject({ kind: z.literal('transfer'), requestId, fromSiteId: identifier, receipts }),
  z.strictObject({
    kind: z.literal('reserve'),
    requestId,
    reservationId,
    expiresAt: moment.optional().describe('until when units are held; absent: without end'),
    lines,
  }),
  z.strictObject({ kind: z.literal('keep'), requestId, reservationId }),
  z.strictObject({
    kind: z.literal('confirm'),
    requestId,
    reservationId,
    lines: lines.optional(),
  }),
  z.strictObject({
    kind: z.literal('release'),
    requestId,
    reservationId,
    lines: lines.optional(),
  }),
])
export type StockEvent = z.infer<typeof stockEvent>

/** POST /stock/events: one event, or many with an outcome each. */
export const stockEventsBody = z.union([
  stockEvent,
  z.strictObject({ events: z.array(stockEvent).min(1).max(MOST_COMMANDS) }),
])
export type StockEventsBody = z.infer<typeof stockEventsBody>

const stockLine = z.object({ siteId: z.string(), productId: z.string(), quantity: z.int() })

export const stockOutcome = z.object({
  ok: z.boolean(),
  sequence: z.int().optional().describe('number of its event'),
  shortages: z
    .array(stockLine)
    .optional()
    .describe('where more is reserved than on hand since, with the units missing'),
  refusal: z.string().optional(),
  message: z.string().optional(),
})
export type StockOutcomeReply = z.infer<typeof stockOutcome>

/** Reply of POST /stock/events, in the order of the events. */
export const stockEventsReply = z.object({ outcomes: z.array(stockOutcome) })
export type StockEventsReply = z.infer<typeof stockEventsReply>

/** GET /stock */
export const stockQuery = z.strictObject({
  productId: identifier.optional(),
  siteId: identifier.optional(),
  after: identifier.optional().describe('product after which to go on'),
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('products'),
})
export type StockQuery = z.infer<typeof stockQuery>

export const stockReply = z.object({
  sequence: z.int().describe('number of the last event in it'),
  products: z.int(),
  rows: z.array(
    z.object({
      siteId: z.string(),
      productId: z.string(),
      onHand: z.int(),
      reserved: z.int(),
      available: z.int(),
      incoming: z.int(),
    }),
  ),
  next: z.string().nullable().describe('product to go on after; null at the end'),
})
export type StockReply = z.infer<typeof stockReply>
