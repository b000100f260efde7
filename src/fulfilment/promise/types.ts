import type { DepartureRoom, RouteSet } from '../../core/routes/door.ts'
import type { ExpectedReceipt, StockBook } from '../stock/types.ts'
import type { HandlingRoom } from './handling-book.ts'
import type { ProductSizes } from './product-sizes.ts'
import type { PromiseBatch } from './promise-batch.ts'

/** How sure a promised date is. */
export type PromiseKind =
  /** Each parcel is there in time with at least the chance 1 − risk: transit and arrivals at that quantile. */
  | 'guaranteed'
  /** The middle of what may happen. */
  | 'approximate'

/** A product or a cart, as dense numbers of the stock book and the route set. */
export interface PromiseRequest {
  readonly lines: readonly { readonly product: number; readonly quantity: number }[]
  readonly area: number
  /** Epoch minutes. */
  readonly now: number
  readonly kind: PromiseKind
  /** Whole: all of it on one date. Split: each line as soon as it can, in as few parcels as that takes. */
  readonly delivery: 'whole' | 'split'
}

/** What one site sends. */
export interface PromisedParcel {
  readonly site: number
  readonly lines: readonly { readonly product: number; readonly quantity: number }[]
  /** Version of the route set, and the number of the route in its pair. */
  readonly routeVersion: string
  readonly route: number
  /** Epoch minutes: until when an order must be placed, when it leaves the building, when it arrives. */
  readonly orderBy: number
  readonly shipsBy: number
  readonly arriveBy: number
  readonly costCents: number
  /** True where it waits for units that are not in the building yet. */
  readonly fromIncoming: boolean
  /** The units of receipts that it waits for. */
  readonly claims: readonly ReceiptClaim[]
}

/** Units of an expected receipt that a parcel waits for. */
export interface ReceiptClaim {
  readonly receiptId: string
  readonly siteId: string
  readonly productId: string
  readonly quantity: number
}

/** One date that can be promised. */
export interface PromiseOffer {
  readonly kind: PromiseKind
  /** Epoch minutes: the latest of its parcels' arrivals, and the earliest of their order-bys. */
  readonly arriveBy: number
  readonly orderBy: number
  readonly costCents: number
  readonly parcels: readonly PromisedParcel[]
}

/** Why nothing can be promised. */
export type PromiseBlock =
  | 'no-stock'
  | 'no-route'
  | 'no-capacity'
  | 'outside-route-set'
  | 'unknown-product'
  | 'unknown-area'

export interface PromiseAnswer {
  readonly earliest: PromiseOffer | undefined
  readonly cheapest: PromiseOffer | undefined
  /** Where there is no offer: what stands in the way, and of which line. */
  readonly blockedBy:
    | { readonly block: PromiseBlock; readonly line: number | undefined }
    | undefined
}

/** What promises are made from; the route set of an area is taken once a request. */
export interface PromiseSources {
  readonly stock: StockBook
  /** Weight and volume of each product of the stock book. */
  readonly sizes: ProductSizes
  /** Route set that serves an area now; area numbers are the same in all sets. */
  routesOf(area: number): RouteSet
  /** Room left on departures: the book that the route sets were built against. */
  readonly room: DepartureRoom
  /** What sites can handle, by the hour; sites are limitless without it. */
  readonly handling?: HandlingRoom | undefined
  /**
   * Units expected at a site that no order has been promised yet, soonest first (see
   * `createReceiptBook`); nothing is promised from incoming stock without it.
   */
  expected?(siteId: string, productId: string): readonly ExpectedReceipt[]
}

/** Answers single requests, in one thread. */
export interface Promiser {
  promise(request: PromiseRequest): PromiseAnswer
  /**
   * The first `length` requests of a batch, in columns and without allocating. Answers are those of
   * `promise`; a request that is not one parcel from a shelf, or that cannot be answered, is told to
   * be asked there (`code`).
   */
  promiseMany(batch: PromiseBatch, length: number): void
}

/** Why a promise was broken. */
export const BROKEN_BECAUSE = [
  'short-pick',
  'damaged',
  'site-closed',
  'late-packing',
  'lane-down',
  'late-on-the-way',
  'late-arrival-of-stock',
  'changed-by-customer',
] as const
export type BrokenBecause = (typeof BROKEN_BECAUSE)[number]
