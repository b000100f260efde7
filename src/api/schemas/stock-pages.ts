import * as z from 'zod'
import { cents, day, moment } from './common.ts'
import { orderStatus } from './orders.ts'
import { identifier } from './promises.ts'

/**
 * How a product's stock stands to what will sell, worst first: nothing is left; it runs out before
 * what is ordered today can arrive; it does so where sales are strong; it lasts; nothing sells or
 * nobody forecast it.
 */
export const stockState = z.enum(['out', 'soon', 'low', 'ok', 'still'])
export type StockState = z.infer<typeof stockState>

/** What the filter of the page offers beside single states: all that needs a person. */
export const stockStateFilter = z.enum([...stockState.options, 'trouble'])

const stockUnits = {
  onHand: z.int(),
  reserved: z.int(),
  available: z.int().describe('on hand less reserved, never below 0'),
  incoming: z.int(),
}

const stockCell = z.object({
  siteId: z.string(),
  available: z.int(),
  coverDays: z.number().nullable().describe('days until zero; null where nothing sells'),
  state: stockState,
})
export type StockCell = z.infer<typeof stockCell>

export const stockRow = z.object({
  productId: z.string(),
  title: z.string(),
  state: stockState,
  words: z.string().describe('the state in words'),
  runsOutInDays: z.number().nullable().describe('null where it does not within a year'),
  runsOutOn: day.nullable(),
  perDay: z.number().nullable().describe('units expected a day; null without a forecast'),
  ...stockUnits,
  lostUnits: z.number().describe('expected to be missed until what is ordered today arrives'),
  stakeCents: cents.nullable().describe('margin of these; null where no price is known'),
  nextOn: day.describe('when what is ordered today arrives, or what is on its way before'),
  nextUnits: z.int().describe('on their way then; 0: nothing is, it would have to be ordered'),
  cells: z.array(stockCell).describe('the sites that know it'),
})
export type StockRow = z.infer<typeof stockRow>

/** GET /api/fulfilment/stock */
export const stockPageQuery = z.strictObject({
  q: z.string().max(200).optional().describe('in the title or the id'),
  site: identifier.optional().describe('counts and judges what this site holds alone'),
  state: stockStateFilter.optional(),
  sort: z
    .enum(['worst', 'runs-out', 'stake', 'on-hand', 'reserved', 'incoming', 'title'])
    .default('worst'),
  order: z.enum(['asc', 'desc']).optional().describe('absent: what is worst or most first'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
})
export type StockPageQuery = z.infer<typeof stockPageQuery>

export const stockPage = z.object({ total: z.int(), rows: z.array(stockRow) })
export type StockPage = z.infer<typeof stockPage>

/** GET /api/fulfilment/stock/summary */
export const stockSummaryQuery = z.strictObject({ site: identifier.optional() })
export type StockSummaryQuery = z.infer<typeof stockSummaryQuery>

export const stockSummary = z.object({
  sentence: z.string(),
  now: moment,
  sequence: z.int().describe('number of the last event of stock in it'),
  products: z.int(),
  states: z.array(z.object({ state: stockState, products: z.int() })),
  stakeCents: cents.nullable(),
  units: z.object(stockUnits),
  sites: z.array(z.object({ siteId: z.string(), name: z.string() })),
  forecast: z
    .object({ from: day, to: day })
    .nullable()
    .describe('the days that were forecast; null before the first forecast'),
  stale: z
    .object({ message: z.string(), command: z.string() })
    .nullable()
    .describe('where the forecast is over or missing'),
})
export type StockSummary = z.infer<typeof stockSummary>

const arrival = z.object({
  receiptId: z.string(),
  siteId: z.string(),
  quantity: z.int(),
  likelyOn: day.describe('the median of its arrival'),
  lateOn: day.describe('by then with the chance 0.9'),
})

const held = z.object({
  reservationId: z.string(),
  siteId: z.string(),
  quantity: z.int(),
  expiresAt: moment.nullable().describe('null: held without end'),
  order: z
    .object({ status: orderStatus, area: z.string() })
    .nullable()
    .describe('null where no order of that id is known'),
})

/** GET /api/fulfilment/stock/products/{id} */
export const stockDetail = z.object({
  row: stockRow,
  sentence: z.string().describe('why it runs out, or why not'),
  sites: z.array(
    z.object({
      ...stockCell.shape,
      name: z.string(),
      ...stockUnits,
      perDay: z.number().nullable(),
    }),
  ),
  cover: z
    .object({
      from: day,
      likely: z.array(z.number()).describe('units left at the end of each day'),
      low: z.array(z.number()).describe('where sales are strong, one time in twenty'),
      high: z.array(z.number()).describe('where sales are weak, one time in twenty'),
    })
    .nullable(),
  arrivals: z.array(arrival),
  reservations: z.object({ total: z.int(), shown: z.array(held) }),
  events: z.array(z.object({ at: moment, words: z.string() })).describe('newest first'),
  line: z.string().nullable().describe('line of the purchase plan'),
})
export type StockDetail = z.infer<typeof stockDetail>

export const stockProductParams = z.object({ productId: identifier })
