import * as z from 'zod'
import { BROKEN_BECAUSE } from '../../fulfilment/index.ts'
import { moment } from './common.ts'
import { identifier } from './promises.ts'

/** Orders that a reply names; more are counted. */
export const MOST_TOUCHED = 500
const MOST_LANES = 10_000

const words = z.string().min(1).max(500)
const person = z.string().min(1).max(100)

/** POST /closures: a site, or lanes by ids or by both ends. */
export const closeBody = z
  .strictObject({
    requestId: identifier.describe('names the closure; sent again, it changes nothing'),
    siteId: identifier.optional().describe('nothing leaves this site'),
    laneIds: z.array(identifier).min(1).max(MOST_LANES).optional().describe('these lanes are down'),
    fromId: identifier.optional().describe('lanes that lead from this site …'),
    toId: identifier.optional().describe('… to this site or area are down'),
    from: moment.optional().describe('from when; now where absent'),
    until: moment.optional().describe('until when; where absent, until it is opened again'),
    reason: words,
    by: person.default('api'),
  })
  .refine(
    ({ siteId, laneIds, fromId, toId }) =>
      (fromId === undefined) === (toId === undefined) &&
      [siteId, laneIds, fromId].filter((one) => one !== undefined).length === 1,
    'give siteId, or laneIds, or fromId and toId',
  )
export type CloseBody = z.infer<typeof closeBody>

/** POST /closures/{id}/reopen */
export const reopenBody = z.strictObject({
  by: person.default('api'),
  reason: words.optional(),
})
export type ReopenBody = z.infer<typeof reopenBody>

export const closureParams = z.object({ closureId: identifier })

export const closure = z.object({
  closureId: z.string(),
  siteId: z.string().nullable(),
  lanes: z.int().describe('number of lanes over which nothing goes'),
  where: z.string(),
  from: moment,
  until: moment.nullable().describe('null: until it is opened again'),
  reason: z.string(),
  by: z.string(),
  reopenedAt: moment.nullable(),
  reopenedBy: z.string().nullable(),
  holds: z.boolean().describe('closed now'),
})

export const closureList = z.object({ closures: z.array(closure).describe('newest first') })
export type ClosureList = z.infer<typeof closureList>

/** Reply of both: what happens to the promises of the orders that it touched. */
export const closureChange = z.object({
  closure,
  touched: z.int().describe('orders whose customers are told something'),
  orders: z
    .array(
      z.object({
        orderId: z.string(),
        fate: z.enum(['kept-from-elsewhere', 'kept-later', 'broken-late', 'broken-waiting']),
        because: z.enum(BROKEN_BECAUSE),
        arriveBy: moment.nullable().describe('null while no date can be told'),
        words: z.string(),
      }),
    )
    .describe('the first of them'),
})
export type ClosureChange = z.infer<typeof closureChange>
