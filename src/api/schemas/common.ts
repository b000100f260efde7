import * as z from 'zod'

/** A day as ISO 8601, `2011-10-31`. */
export const day = z.iso.date().describe('day, ISO 8601')

/** A moment as ISO 8601 in UTC, `2011-10-31T06:00:00Z`. */
export const moment = z.iso.datetime().describe('moment, ISO 8601 UTC')

/** Money in the smallest unit of the store's currency, whole. */
export const cents = z.int().describe("money in hundredths of the store's currency")

export const share = z.number().min(0).max(1)

/** How pressing a line is. Always shown with a shape: ▲ bad, ◆ warn, ● ok. */
export const severity = z.enum(['bad', 'warn', 'ok'])
export type Severity = z.infer<typeof severity>

/** Parts that sum to a total: the answer to "why is this number what it is?". */
export const breakdown = z.object({
  title: z.string().describe('what the total is, such as "497 units in 28 days"'),
  unit: z.enum(['units', 'cents']),
  parts: z.array(z.object({ label: z.string(), value: z.number() })),
  total: z.number().describe('the sum of the parts'),
})
export type Breakdown = z.infer<typeof breakdown>

/** What happened, day by day without gaps, from `from` on. */
export const history = z.object({
  from: day,
  units: z.array(z.number().nullable()).describe('null where nothing was observed'),
  inStock: z.array(z.boolean()).describe('aligned with units'),
})
export type History = z.infer<typeof history>

/** What is expected, day by day from `from` on. */
export const forecast = z.object({
  from: day,
  model: z.string(),
  mean: z.array(z.number()),
  levels: z.array(z.number().gt(0).lt(1)).describe('rising quantile levels'),
  quantiles: z.array(z.array(z.number())).describe('one array of days for each level'),
})
export type Forecast = z.infer<typeof forecast>

export const event = z.object({ name: z.string(), kind: z.string(), startsOn: day, endsOn: day })
export type StoreEvent = z.infer<typeof event>

export const closedDay = z.object({ ds: day, reason: z.string() })

/** The body of every reply that is not 2xx. */
export const errorReply = z.object({
  code: z.string().describe('a code of the error table, such as ERR_STORE_EMPTY'),
  message: z.string(),
  next: z.string().optional().describe('the next thing to do, as a sentence'),
  command: z.string().optional().describe('a command to copy that does it'),
  place: z
    .object({
      file: z.string().optional(),
      line: z.int().optional(),
      column: z.string().optional(),
      value: z.string().optional(),
    })
    .optional()
    .describe('where the fault lies: for a request the part of it, such as body.quantity'),
})
export type ErrorReply = z.infer<typeof errorReply>
