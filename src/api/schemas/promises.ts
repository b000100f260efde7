import * as z from 'zod'
import { moment } from './common.ts'

/** Lines of one cart or order; more are refused. */
export const MOST_LINES = 500
/** Promises that one request may ask for. */
export const MOST_PROMISES = 1000
/** Units of one line. */
export const MOST_UNITS = 1_000_000
/** Characters of an id. */
export const LONGEST_ID = 200

export const identifier = z.string().min(1).max(LONGEST_ID)
export const quantity = z.int().min(1).max(MOST_UNITS)

export const promiseKind = z
  .enum(['guaranteed', 'approximate'])
  .describe(
    'guaranteed: kept with at least the chance that the risk knob leaves; approximate: the middle',
  )

export const productLine = z.strictObject({
  productId: identifier,
  quantity: quantity.default(1),
})

const asked = {
  areaId: identifier.describe('area that it ships to').optional(),
  productId: identifier.describe('for one product').optional(),
  quantity: quantity.describe('of productId; 1 where absent').optional(),
  lines: z.array(productLine).min(1).max(MOST_LINES).describe('for a cart').optional(),
  kind: promiseKind.default('guaranteed'),
  delivery: z
    .enum(['whole', 'split'])
    .default('whole')
    .describe('whole: all on one date; split: each line as soon as it can'),
}

const oneAsked = z.strictObject(asked).superRefine(requireOne)

/** POST /promises: a product, a cart (`lines`), or many of these (`requests`). */
export const promiseBody = z
  .strictObject({
    ...asked,
    requests: z
      .array(oneAsked)
      .min(1)
      .max(MOST_PROMISES)
      .describe('many at once; then nothing else but detail')
      .optional(),
    detail: z
      .enum(['parcels', 'dates'])
      .default('parcels')
      .describe('dates leaves out the parcels behind each offer'),
  })
  .superRefine((body, context) => {
    if (body.requests === undefined) requireOne(body, context)
    else refuseBeside(body, context)
  })
export type PromiseBody = z.infer<typeof promiseBody>
export type AskedPromise = z.infer<typeof oneAsked>

function requireOne(body: AskedPromise, context: z.RefinementCtx): void {
  const { areaId, productId, lines } = body
  const fault = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message })
  if (areaId === undefined) fault('areaId', 'say which area it ships to')
  if (productId === undefined && lines === undefined) {
    fault('productId', 'name a product (productId) or a cart (lines)')
  }
  if (lines !== undefined && productId !== undefined) {
    fault('lines', 'name a product or a cart, not both')
  }
  if (lines !== undefined && body.quantity !== undefined) {
    fault('quantity', 'the lines of a cart state their own quantities')
  }
}

function refuseBeside(body: PromiseBody, context: z.RefinementCtx): void {
  for (const name of ['areaId', 'productId', 'quantity', 'lines'] as const) {
    if (body[name] === undefined) continue
    context.addIssue({ code: 'custom', path: [name], message: 'belongs into each of the requests' })
  }
}

const promisedParcel = z.object({
  siteId: z.string(),
  lines: z.array(z.object({ productId: z.string(), quantity: z.int() })),
  routeVersion: z.string().describe('route set that it was promised from'),
  orderBy: moment.describe('until when an order must be in'),
  shipsBy: moment,
  arriveBy: moment,
  costCents: z.int(),
  fromIncoming: z.boolean().describe('waits for units that are not in the building yet'),
})

export const promiseOffer = z.object({
  kind: promiseKind,
  arriveBy: moment.describe('latest arrival of its parcels'),
  orderBy: moment.describe('earliest order-by of its parcels'),
  costCents: z.int(),
  routeVersion: z.string().describe('route set of its first parcel'),
  parcels: z.array(promisedParcel).optional().describe('absent with detail: dates'),
})

export const promiseBlock = z.enum([
  'no-stock',
  'no-route',
  'no-capacity',
  'outside-route-set',
  'unknown-product',
  'unknown-area',
])

/** What can be promised of a product or a cart. */
export const promiseReply = z.object({
  earliest: promiseOffer.nullable(),
  cheapest: promiseOffer.nullable(),
  blockedBy: z
    .object({
      block: promiseBlock,
      productId: z.string().nullable().describe('of the line that stands in the way'),
    })
    .nullable(),
})
export type PromiseReply = z.infer<typeof promiseReply>

/** Reply of POST /promises: of one request its promise, of many their promises in order. */
export const promisesReply = z.union([promiseReply, z.object({ promises: z.array(promiseReply) })])
