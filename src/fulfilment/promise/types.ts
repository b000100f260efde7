import type { RouteSet } from '../../core/routes/door.ts'
import type { StockBook } from '../stock/types.ts'

/** How sure a promised date is. */
export type PromiseKind =
  /** Kept with at least the chance 1 − risk: transit times and arrivals at that quantile. */
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
  /** Route set that serves an area now. */
  routesOf(area: number): RouteSet
}

/** Answers single requests, in one thread. */
export interface Promiser {
  promise(request: PromiseRequest): PromiseAnswer
}

/** Why a promise was broken. */
export type BrokenBecause =
  | 'short-pick'
  | 'damaged'
  | 'site-closed'
  | 'late-packing'
  | 'lane-down'
  | 'late-on-the-way'
  | 'late-arrival-of-stock'
  | 'changed-by-customer'
