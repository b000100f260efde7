/**
 * The room `fulfilment`: what date can we promise; which sites ship this order, in how many boxes?
 * Each part stands under its own name.
 */

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
export type {
  KeptPromise,
  Order,
  OrderLineIds,
  OrderParcel,
  OrderStatus,
  ParcelStatus,
} from './orders/types.ts'
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
} from './promise/types.ts'
export type {
  AdjustReason,
  ExpectedReceipt,
  Reservation,
  StockBook,
  StockCommand,
  StockKeeper,
  StockLine,
  StockOutcome,
  StockRefusal,
} from './stock/types.ts'
