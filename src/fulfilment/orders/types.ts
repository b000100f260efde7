import type { BrokenBecause, PromiseKind, ReceiptClaim } from '../promise/types.ts'

/** Where an order stands: with its least advanced parcel, unless some of it waits. */
export type OrderStatus =
  /** Taken, and not yet given to sites. */
  | 'placed'
  /** Given to sites; they may still change until picking begins. */
  | 'assigned'
  /** Picking of some of it has begun. */
  | 'picking'
  | 'packed'
  | 'shipped'
  | 'delivered'
  /** All of it was cancelled. */
  | 'cancelled'
  /** All that was delivered came back. */
  | 'returned'
  /** Units that no site can fill now; it waits for stock. */
  | 'waiting'

export type ParcelStatus =
  | 'planned'
  | 'picking'
  | 'packed'
  | 'shipped'
  | 'delivered'
  /** Nothing is left in it: cancelled, moved elsewhere, or not found on the shelf. */
  | 'cancelled'

/** A line as ids. */
export interface OrderLineIds {
  readonly productId: string
  readonly quantity: number
}

/** A line as it was bought. */
export interface BoughtLine extends OrderLineIds {
  readonly unitPriceCents: number
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

/** A parcel as it is planned: what an assignment decides. */
export interface PlannedParcel {
  readonly parcelId: string
  /** Parcels of several orders that travel in one box bear one shipment; else the parcel's own id. */
  readonly shipmentId: string
  readonly siteId: string
  readonly lines: readonly OrderLineIds[]
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
  /** The order's share where the shipment is joint. */
  readonly shippingCents: number
  /** Why this site, in words. */
  readonly reason: string
}

export interface OrderParcel extends PlannedParcel {
  readonly status: ParcelStatus
  /** Epoch ms at which it reached each status. */
  readonly reached: Readonly<Partial<Record<ParcelStatus, number>>>
}

/** What becomes of units that come back. */
export type ReturnCondition = 'sellable' | 'damaged' | 'written-off'

export interface ReturnedLine extends OrderLineIds {
  readonly siteId: string
  readonly condition: ReturnCondition
  readonly at: number
}

/** What happens to a promise when something goes wrong. */
export type PromiseFate =
  /** Another site sends it; it comes in time. */
  | 'kept-from-elsewhere'
  /** It leaves later than planned and still comes in time. */
  | 'kept-later'
  /** It comes, after the promised date. */
  | 'broken-late'
  /** No date can be told: it waits for stock. */
  | 'broken-waiting'

/** What the customer is told when something went wrong. */
export interface PromiseNews {
  readonly at: number
  readonly fate: PromiseFate
  readonly because: BrokenBecause
  /** Epoch ms; null while no date can be told. */
  readonly arriveBy: number | null
  readonly words: string
}

/** One event of an order's life. */
export interface OrderMoment {
  readonly requestId: string
  readonly type: string
  readonly at: number
  readonly words: string
}

export type PromiseOutcome =
  | { readonly kept: true; readonly deliveredAt: number }
  | {
      readonly kept: false
      readonly because: BrokenBecause
      readonly deliveredAt: number | undefined
    }

/** An order as its events have made it. */
export interface Order {
  readonly orderId: string
  readonly customerId: string | undefined
  readonly areaId: string
  readonly placedAt: number
  readonly lines: readonly BoughtLine[]
  readonly status: OrderStatus
  readonly promise: KeptPromise
  readonly parcels: readonly OrderParcel[]
  /** Units that are in no parcel: not given to a site yet, or taken out of one. */
  readonly waiting: readonly OrderLineIds[]
  /** Units of receipts that it waits for as it was promised, never more than wait; absent: none. */
  readonly claims?: readonly ReceiptClaim[]
  readonly cancelled: readonly OrderLineIds[]
  readonly returned: readonly ReturnedLine[]
  /** The first thing that went wrong: what a broken promise is counted under. */
  readonly trouble: BrokenBecause | undefined
  readonly news: readonly PromiseNews[]
  /** All that happened, in order; a request id that stands here is not carried out again. */
  readonly life: readonly OrderMoment[]
  /** Known once it is delivered or its date has passed. */
  readonly outcome: PromiseOutcome | undefined
}

/** Why an event changes nothing. */
export type OrderRefusal =
  | 'unknown-order'
  | 'order-exists'
  | 'unknown-parcel'
  | 'not-allowed-now'
  | 'too-many-units'
  | 'unknown-product'
  | 'clock-went-back'

export type OrderOutcome =
  /** `repeated`: the request was carried out before, and nothing changed. */
  | { readonly ok: true; readonly order: Order; readonly repeated: boolean }
  | { readonly ok: false; readonly refusal: OrderRefusal; readonly message: string }
