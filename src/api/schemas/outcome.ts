import * as z from 'zod'
import { cents, day, moment, share } from './common.ts'

export const policyOutcome = z.object({
  name: z.string().describe('"naive", "plan", "bound" or another policy'),
  label: z.string(),
  role: z.enum(['naive', 'plan', 'bound', 'other']),
  explanation: z.string().describe('what the policy does, in one sentence'),
  profitCents: cents,
  profitLowCents: cents.nullable(),
  profitHighCents: cents.nullable(),
  marginCents: cents,
  lostMarginCents: cents.describe('margin of what was asked for and not in stock'),
  holdingCents: cents,
  orderCents: cents.describe('cost of placing orders'),
  leftoverCents: cents.nullable().describe('value of stock at the end against its cost'),
  inStockRate: share.nullable().describe('null for the bound, whose proof gives no stock'),
  fillRate: share.nullable(),
  turns: z.number().nullable().describe('stock turns a year; null for the bound'),
  orders: z.int().nullable().describe('null for the bound'),
})
export type PolicyOutcome = z.infer<typeof policyOutcome>

export const dailySeries = z.object({
  policy: z.string(),
  inStockRate: z.array(z.number()),
  cumulativeProfitCents: z.array(z.number()),
  stockValueCents: z.array(z.number()),
})

/** One product's money under the plan and beside it; the bound shows what could have been. */
export const productOutcome = z.object({
  productId: z.string(),
  title: z.string(),
  planProfitCents: cents,
  naiveProfitCents: cents,
  boundProfitCents: cents,
  lostMarginCents: cents,
  inStockRate: share,
  why: z.string().describe('a few words: what went wrong or right'),
})
export type ProductOutcome = z.infer<typeof productOutcome>

export const assumption = z.object({
  name: z.string(),
  value: z.string().describe('with its unit'),
  source: z.string().describe('where it comes from: data, default or a setting'),
  knob: z.string().nullable().describe('name of the knob that changes it'),
})

/** GET /api/outcome */
export const outcome = z.object({
  version: z.int(),
  madeAt: moment,
  currency: z.string().length(3),
  from: day,
  to: day,
  days: z.int(),
  products: z.int(),
  gapClosed: z.object({
    value: z.number().describe('(plan − naive) / (bound − naive) of profit'),
    low: z.number().nullable(),
    high: z.number().nullable(),
    confidence: z.number().describe('of the interval, such as 0.9'),
    target: z.number().nullable(),
  }),
  policies: z.array(policyOutcome),
  series: z.array(dailySeries).describe('one value a day from `from` on'),
  rows: z
    .array(productOutcome)
    .describe('worst first: where the plan fell furthest below the bound'),
  rowsTotal: z.int().describe('products in all, of which `rows` may be the first'),
  assumptions: z.array(assumption),
})
export type Outcome = z.infer<typeof outcome>
