import * as z from 'zod'
import { breakdown, cents, closedDay, day, event, forecast, history, share } from './common.ts'

/** Orders of the product grid; `stake` (what costs most if it is wrong first) is the default. */
export const productSort = z.enum([
  'stake',
  'error',
  'wape',
  'bias',
  'coverage',
  'last28',
  'next28',
  'title',
  'model',
])
export type ProductSort = z.infer<typeof productSort>

/** How far a product's forecast can be relied on. */
export const productStatus = z.enum(['good', 'watch', 'poor', 'new'])
export type ProductStatus = z.infer<typeof productStatus>

/** GET /api/demand/products: the query. */
export const productsQuery = z.object({
  sort: productSort.default('stake'),
  order: z.enum(['asc', 'desc']).optional().describe('default: desc for numbers, asc for text'),
  q: z.string().max(200).optional().describe('words that the title or id must contain'),
  category: z.string().optional(),
  model: z.string().optional(),
  status: productStatus.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).default(0),
})
export type ProductsQuery = z.infer<typeof productsQuery>

export const productRow = z.object({
  productId: z.string(),
  title: z.string(),
  category: z.string().nullable(),
  model: z.string().nullable().describe('the model chosen; null where there is no forecast'),
  priceCents: cents.nullable(),
  stakeCents: cents
    .nullable()
    .describe('money at stake: usual miss × units expected × price; all of it where never tried'),
  error: z.number().nullable().describe('scaled pinball loss in the backtest; 1 = as naive'),
  wape: z.number().nullable().describe('sum of absolute errors over sum of units'),
  bias: z.number().nullable().describe('(forecast − sold) / sold; positive = too high'),
  coverage90: share.nullable().describe('share of days inside the 90 % band'),
  last28Units: z.number(),
  next28Units: z.number().nullable(),
  next28Low: z.number().nullable().describe('0.05 quantile of the 28-day total'),
  next28High: z.number().nullable().describe('0.95 quantile of the 28-day total'),
  status: productStatus,
  spark: z.array(z.number()).max(60).describe('units a week, oldest first'),
})
export type ProductRow = z.infer<typeof productRow>

export const productPage = z.object({ total: z.int(), rows: z.array(productRow) })
export type ProductPage = z.infer<typeof productPage>

export const modelScore = z.object({
  model: z.string(),
  label: z.string(),
  pinball: z.number().describe('mean scaled pinball loss over all products'),
  wape: z.number().nullable(),
  products: z.int().describe('products for which it was chosen'),
  isBaseline: z.boolean(),
})

/** GET /api/demand/summary */
export const demandSummary = z.object({
  products: z.int(),
  forecastFrom: day,
  horizonDays: z.int(),
  backtestDays: z.int().describe('days of the backtest, all windows together'),
  beatsNaive: share.describe('share of products where the chosen model beats the seasonal naive'),
  scaledPinball: z.number().describe('mean over products, of the chosen models'),
  naiveScaledPinball: z.number(),
  wape: z.number(),
  coverage90: share,
  byStatus: z.object({ good: z.int(), watch: z.int(), poor: z.int(), new: z.int() }),
  stakeCents: cents.nullable().describe('money at stake on the products that need a look'),
  lost: z
    .object({ units: z.number(), cents: cents.nullable(), productDays: z.int() })
    .nullable()
    .describe('wanted and not sold while out of stock; null where it is not known'),
  learned: z
    .object({ segments: z.int(), of: z.int(), products: z.int() })
    .nullable()
    .describe('segments in which learned models are used; null where there are no segments'),
  models: z.array(modelScore),
  categories: z.array(z.string()),
})
export type DemandSummary = z.infer<typeof demandSummary>

export const backtestScore = z.object({
  model: z.string(),
  label: z.string(),
  scaledPinball: z.number(),
  pinball: z.number().describe('units a day'),
  wape: z.number().nullable(),
  bias: z.number().nullable(),
  coverage90: share.nullable(),
  chosen: z.boolean(),
  isBaseline: z.boolean(),
})
export type BacktestScore = z.infer<typeof backtestScore>

/** GET /api/demand/products/:id */
export const productDetail = z.object({
  row: productRow,
  sentence: z.string().describe('what is expected and how sure it is, in words'),
  history,
  forecast: forecast.nullable(),
  events: z.array(event),
  closedDays: z.array(closedDay),
  backtest: z.array(backtestScore),
  breakdown: breakdown.nullable(),
  onPlan: z.string().nullable().describe('lineId of the purchase-plan line, if there is one'),
})
export type ProductDetail = z.infer<typeof productDetail>
