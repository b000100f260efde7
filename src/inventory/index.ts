export { createPathCache, type PathCache } from './decide.ts'
export { DEFAULT_LEAD_TIME_DAYS, DEFAULT_MARGIN, LEVEL_CORRELATION } from './knobs.ts'
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
export { placeStock } from './placement/place-stock.ts'
export { type PlacementNames, placementTable } from './placement/placement-table.ts'
export {
  PLACEMENT_REASONS,
  type PlacementInput,
  type PlacementPlan,
  type PlacementReason,
  type PlaceStock,
} from './placement/types.ts'
export { type PastOrders, wholeOrderSavings } from './placement/whole-order.ts'
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
export {
  type DiscountLot,
  type DiscountTerms,
  economicOrderQuantity,
  type JointLots,
  type JointTerms,
  jointReplenishment,
  type Lot,
  type LotTerms,
  lotCost,
  lotWithAllUnitsDiscounts,
  lotWithBackorders,
  lotWithIncrementalDiscounts,
  productionLot,
} from './textbook/economic-order-quantity.ts'
export {
  type BaseStock,
  type ContinuousDemand,
  criticalRatio,
  type DiscreteDemand,
  type NewsvendorCosts,
  newsvendorContinuous,
  newsvendorContinuousCost,
  newsvendorDiscrete,
  newsvendorDiscreteCost,
  newsvendorLognormal,
  newsvendorLognormalCost,
  newsvendorNormal,
  newsvendorNormalCost,
  newsvendorPoisson,
  newsvendorPoissonCost,
  poissonDemand,
} from './textbook/newsvendor.ts'
export {
  newsvendorNormalProfit,
  newsvendorPoissonProfit,
  type ProfitableStock,
  type ProfitTerms,
} from './textbook/newsvendor-profit.ts'
export {
  optimalReorderPolicy,
  powerApproximation,
  type ReorderPolicy,
  type ReorderTerms,
  reorderCost,
} from './textbook/reorder-level.ts'
export {
  optimalPoissonPoint,
  optimalReorderPoint,
  type PoissonPointTerms,
  poissonPointCost,
  type ReorderPoint,
  type ReorderPointTerms,
  reorderPointByInventoryLevel,
  reorderPointCost,
  reorderPointFor,
  reorderPointWithSafetyStock,
} from './textbook/reorder-point.ts'
export { type LotSizes, type LotSizingTerms, wagnerWhitin } from './textbook/wagner-whitin.ts'
