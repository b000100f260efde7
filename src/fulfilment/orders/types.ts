import type { BrokenBecause, PromiseKind } from '../promise/types.ts'

/** Where an order stands. */
export type OrderStatus =
  /** Placed and reserved; sites may still change until picking begins. */
  | 'assigned'
  | 'picking'
  | 'shipped'
  | 'delivered'
  | 'cancelled'
  /** Lines that no site can fill now; it waits for stock. */
  | 'waiting'

export type ParcelStatus = 'planned' | 'picking' | 'packed' | 'shipped' | 'delivered' | 'cancelled'

/** A line as ids. */
export interface OrderLineIds {
  readonly productId: string
  readonly quantity: number
}

/** The promise as it was given; stored with the order and never computed again. */
export interface KeptPromise {
  readonly kind: PromiseKind
  /** Epoch ms. */
  readonly promisedAt: number
  readonly arriveBy: number
  /** Version of the route set that it was made from. */
  readonly routeVersion: string
}

export interface OrderParcel {
  readonly parcelId: string
  readonly siteId: string
  readonly lines: readonly OrderLineIds[]
  readonly status: ParcelStatus
  readonly routeVersion: string
  /** Lanes taken, in order. */
  readonly laneIds: readonly string[]
  /** Epoch ms: latest start of picking, planned departure, planned arrival. */
  readonly pickBy: number
  readonly shipsBy: number
  readonly arriveBy: number
  readonly boxes: number
  readonly kg: number
  readonly m3: number
  readonly shippingCents: number
  /** Why this site, in words. */
  readonly reason: string
}

/** An order as its events have made it. */
export interface Order {
  readonly orderId: string
  readonly customerId: string | undefined
  readonly areaId: string
  readonly placedAt: number
  readonly lines: readonly (OrderLineIds & { readonly unitPriceCents: number })[]
  readonly status: OrderStatus
  readonly promise: KeptPromise
  readonly parcels: readonly OrderParcel[]
  /** Known once it is delivered or its date has passed. */
  readonly outcome:
    | { readonly kept: true; readonly deliveredAt: number }
    | {
        readonly kept: false
        readonly because: BrokenBecause
        readonly deliveredAt: number | undefined
      }
    | undefined
}
