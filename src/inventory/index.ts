export { createPathCache, type PathCache } from './decide.ts'
export {
  applyDecisions,
  type DecidedLine,
  decideLine,
  type LineState,
  type LineStatus,
  overrideWarnings,
  type PlanDecision,
  proposedState,
} from './decisions.ts'
export {
  estimateLeadTimes,
  fixedLeadTimes,
  gammaLeadTimePoints,
  LEAD_TIME_POINTS,
  type LeadTimeSource,
  type LeadTimes,
  type OfferColumns,
  type ReceiptColumns,
} from './lead-times.ts'
export { type PlanOptions, planPurchases } from './plan.ts'
export type { IncomingOrders, PlanInput } from './plan-input.ts'
export type {
  Alternative,
  PlanLine,
  PlanStep,
  PurchasePlan,
  Reason,
  SkippedProduct,
  StockOutRisk,
} from './plan-line.ts'
export { type Orders, planOrders } from './plan-orders.ts'
