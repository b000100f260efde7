/**
 * The room `fulfilment`: what date can we promise; which sites ship this order, in how many boxes?
 * Each part stands under its own name.
 */

export { type Box, createPacker, packingBound, STANDARD_BOXES } from './assign/boxes.ts'
export { createCorrelatedRounding } from './assign/correlated-rounding.ts'
export { ASSIGN_KNOBS, boxSettings } from './assign/knobs.ts'
export type { WayShares } from './assign/rounding.ts'
export { createStorewright } from './assign/storewright.ts'
export {
  type Choose,
  createCheapestNow,
  createLpDuals,
  createNearest,
  createStrategy,
  type StrategySettings,
} from './assign/strategies.ts'
export type {
  AssignedParcel,
  Assignment,
  AssignmentStrategy,
  ConsideredAssignment,
  OrderToAssign,
  ParcelPrice,
  ProductPhysics,
  Situation,
} from './assign/types.ts'
export { type UnitCents, withAge } from './assign/worth/age.ts'
export { BasketLp, type BasketPlan } from './assign/worth/basket-lp.ts'
export { createBasketWorth } from './assign/worth/basket-worth.ts'
export { createBestWays } from './assign/worth/best-ways.ts'
export { cellAt, cellsOf, type StockCells } from './assign/worth/cells.ts'
export {
  type BasketForecast,
  basketsOf,
  type PastOrder,
  type WayCosts,
} from './assign/worth/forecast.ts'
export { sharesOf } from './assign/worth/plan-shares.ts'
export type { StockWorth, WorthSources } from './assign/worth/stock-worth.ts'
export { createTransportWorth } from './assign/worth/transport-worth.ts'
export { type StockNode, type StockNodeOptions, startStockNode } from './cluster/node.ts'
export {
  keepParts,
  type PartsOutcome,
  type PartsRequest,
  type ReservationPart,
  releaseParts,
  reserveParts,
} from './cluster/parts.ts'
export { openStockRouter, type StockRouter, type StockRouterOptions } from './cluster/router.ts'
export type { SeatEvent } from './cluster/seat.ts'
export { byShard, type ShardLayout, shardOf } from './cluster/shards.ts'
export { applyOrderEvent } from './orders/apply-event.ts'
export {
  ORDER_PREFIX,
  type OrderEvent,
  type OrderEventOf,
  orderEntry,
  readOrderEntry,
} from './orders/events.ts'
export { eventsOfFailure, type Failure, newlyWaiting } from './orders/failure/failures.ts'
export { type Claim, fairShare } from './orders/failure/fair-share.ts'
export {
  type AffectedOrder,
  inTheirOrder,
  type Repair,
  repair,
  repairOrder,
  shareScarce,
} from './orders/failure/repair.ts'
export {
  type ClosingDeparture,
  type DockedParcel,
  expectedTrucks,
  fillTruck,
  type TruckLoad,
} from './orders/fill-truck.ts'
export { ORDER_KNOBS, waitMarginMinutes } from './orders/knobs.ts'
export { type OrderBook, type OrderKeeper, openOrders } from './orders/order-book.ts'
export { type ReevaluateOptions, reevaluate } from './orders/reevaluate/reevaluate.ts'
export { StockOverlay } from './orders/reevaluate/stock-overlay.ts'
export type {
  ChangeKind,
  HeldParcel,
  OpenOrder,
  OrderChange,
  OrderShare,
  Reevaluation,
} from './orders/reevaluate/types.ts'
export { isInBuilding } from './orders/standing.ts'
export { inBuildings, stockCommands } from './orders/stock-commands.ts'
export type {
  BoughtLine,
  KeptPromise,
  Order,
  OrderLineIds,
  OrderMoment,
  OrderOutcome,
  OrderParcel,
  OrderRefusal,
  OrderStatus,
  ParcelStatus,
  PlannedParcel,
  PromiseFate,
  PromiseNews,
  PromiseOutcome,
  ReturnCondition,
  ReturnedLine,
} from './orders/types.ts'
export * as promise from './promise/door.ts'
export type {
  BrokenBecause,
  PromiseAnswer,
  PromiseBlock,
  PromisedParcel,
  PromiseKind,
  PromiseOffer,
  PromiseRequest,
  Promiser,
  PromiseSources,
  ReceiptClaim,
} from './promise/types.ts'
export { BROKEN_BECAUSE } from './promise/types.ts'
export {
  type OpenedStockKeeper,
  openStockKeeper,
  type RestoredFrom,
  type StockKeeperOptions,
} from './stock/open-keeper.ts'
export type {
  AdjustReason,
  ExpectedReceipt,
  NewNames,
  Reservation,
  StockBook,
  StockCommand,
  StockKeeper,
  StockLine,
  StockMoment,
  StockOutcome,
  StockRefusal,
} from './stock/types.ts'
