import * as z from 'zod'
import {
  breakdown,
  cents,
  closedDay,
  day,
  event,
  forecast,
  history,
  moment,
  severity,
} from './common.ts'

/** proposed → approved → done; overridden = approved with another quantity, and why. */
export const lineStatus = z.enum(['proposed', 'approved', 'overridden', 'done'])

/** What a person decided on a line. */
export const lineDecision = z.object({
  quantity: z.int().min(0),
  costCents: cents,
  gainCents: cents.nullable().describe('expected at that quantity; null where not known'),
  by: z.string(),
  at: moment,
  reason: z.string().nullable(),
})
export type LineDecision = z.infer<typeof lineDecision>

export const buyingLine = z.object({
  lineId: z.string(),
  rank: z.int().min(1).describe('1 = the first step of this line earns most per unit of money'),
  productId: z.string(),
  title: z.string(),
  category: z.string().nullable(),
  vendor: z.string().nullable(),
  quantity: z.int().describe('units, with no limit of money: the sum of the line’s steps'),
  cases: z.int().nullable(),
  casePack: z.int().nullable().describe('units a case; null where sold by the unit'),
  unitCostCents: cents,
  priceCents: cents.nullable(),
  costCents: cents.describe('of `quantity`'),
  gainCents: cents.describe('margin that `quantity` is expected to bring'),
  gainLowCents: cents.describe('80 % sure: at least'),
  gainHighCents: cents.describe('80 % sure: at most'),
  gainPerMoney: z.number().describe('gain over cost'),
  inStockGain: z.number().describe('what it adds to the store’s in-stock rate, as a fraction'),
  onHand: z.int(),
  incoming: z.int(),
  runOutOn: day.nullable().describe('median day the stock ends without this order'),
  daysToRunOut: z.int().nullable(),
  severity,
  why: z.string().describe('a few words: why now'),
  status: lineStatus,
  decision: lineDecision.nullable().describe('null while proposed'),
})
export type BuyingLine = z.infer<typeof buyingLine>

/**
 * The case-by-case purchases in the order of gain per money, as columns: step i buys `units[i]`
 * of lines[`line[i]`] for `costCents[i]` and brings `gainCents[i]`. A budget takes a prefix.
 * Steps of one line stand in the order in which they are bought.
 */
export const marginalSteps = z.object({
  line: z.array(z.int()),
  units: z.array(z.int()),
  costCents: z.array(cents),
  gainCents: z.array(cents),
})
export type MarginalSteps = z.infer<typeof marginalSteps>

/** GET /api/buying */
export const buyingPlan = z.object({
  version: z.int(),
  madeAt: moment,
  asOf: day,
  currency: z.string().length(3),
  budgetCents: cents.nullable().describe('money available; null = no limit'),
  nextChanceOn: day.nullable().describe('the next day on which an order can be placed'),
  reviewDays: z.int(),
  leadTimeDays: z.number().describe('median over the lines'),
  inStockBefore: z.number().describe('expected in-stock rate over the cover period, no orders'),
  overridesLast30: z.object({
    count: z.int(),
    costCents: cents.nullable().describe('what they cost against the plan; null if not known'),
  }),
  lines: z.array(buyingLine).describe('by rank'),
  steps: marginalSteps,
})
export type BuyingPlan = z.infer<typeof buyingPlan>

export const decisionAction = z.enum(['approve', 'override', 'undo'])

export const decisionRecord = z.object({
  decisionId: z.string(),
  lineId: z.string(),
  planVersion: z.int(),
  productId: z.string(),
  title: z.string(),
  action: decisionAction,
  fromQuantity: z.int(),
  toQuantity: z.int(),
  by: z.string(),
  at: moment,
  reason: z.string().nullable(),
})
export type DecisionRecord = z.infer<typeof decisionRecord>

export const alternative = z.object({
  label: z.string().describe('such as "24 units" or "wait a week"'),
  quantity: z.int().nullable(),
  costCents: cents,
  consequence: z.string(),
  differenceCents: cents.describe('expected money against the proposal; negative = worse'),
})

/** GET /api/buying/lines/:lineId */
export const buyingLineDetail = z.object({
  line: buyingLine,
  sentence: z.string().describe('what to do and what happens otherwise, in words'),
  history,
  forecast,
  events: z.array(event),
  closedDays: z.array(closedDay),
  arrivesOn: day.nullable().describe('median day an order placed today arrives'),
  breakdowns: z.array(breakdown).describe('first the units expected, then the quantity'),
  reasons: z.array(z.string()),
  alternatives: z.array(alternative),
  decisions: z.array(decisionRecord).describe('newest first'),
})
export type BuyingLineDetail = z.infer<typeof buyingLineDetail>

const by = z.string().trim().min(1).max(100)
const reason = z.string().trim().min(3).max(500)

export const lineParams = z.object({ lineId: z.string().min(1) })

/** POST /api/buying/approve. With `budgetCents`, quantities are those of `cutAtBudget`. */
export const approveRequest = z.object({
  lineIds: z.array(z.string()).min(1).max(100_000),
  by,
  budgetCents: cents.min(0).optional(),
})
export type ApproveRequest = z.infer<typeof approveRequest>

/** POST /api/buying/lines/:lineId/override */
export const overrideRequest = z.object({ quantity: z.int().min(0).max(10_000_000), reason, by })
export type OverrideRequest = z.infer<typeof overrideRequest>

/** POST /api/buying/undo: the lines are proposed again. */
export const undoRequest = z.object({
  lineIds: z.array(z.string()).min(1).max(100_000),
  by,
  reason: reason.optional(),
})
export type UndoRequest = z.infer<typeof undoRequest>

/** The reply to approve, override and undo: the lines as they are now. */
export const decisionReply = z.object({ lines: z.array(buyingLine) })
export type DecisionReply = z.infer<typeof decisionReply>

/** GET /api/buying/history: the query. */
export const historyQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  lineId: z.string().optional(),
})
export type HistoryQuery = z.infer<typeof historyQuery>

export const decisionHistory = z.object({ decisions: z.array(decisionRecord) })
export type DecisionHistory = z.infer<typeof decisionHistory>

/** GET /api/buying/plan.csv: the query. */
export const planCsvQuery = z.object({
  budgetCents: z.coerce.number().int().min(0).optional(),
})
export type PlanCsvQuery = z.infer<typeof planCsvQuery>
