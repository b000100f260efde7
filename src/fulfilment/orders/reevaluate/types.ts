import type { AssignedParcel, OrderLine } from '../../assign/types.ts'

/** Units of an order that one site is to send. */
export interface HeldParcel {
  readonly site: number
  readonly lines: readonly OrderLine[]
}

/** An order that has sites and is not picked yet: what may still change of it. */
export interface OpenOrder {
  readonly orderId: string
  /** Only orders of one known customer are joined. */
  readonly customer: string | undefined
  readonly area: number
  /** Epoch minutes: from when it is picked, as its way is looked up; and the promise. */
  readonly pickFrom: number
  readonly promisedBy: number
  /** Parcels that are planned; those in picking or beyond stay out. */
  readonly parcels: readonly HeldParcel[]
  /** Orders that were joined before bear the same text and stay together. */
  readonly joined: string | undefined
}

/** What brought a change about. */
export type ChangeKind =
  /** Another site, or other sites, are cheaper now. */
  | 'moved'
  /** As moved, in fewer parcels. */
  | 'merged'
  /** It gave units up to another order, or got them from one. */
  | 'exchanged'
  /** Orders of one customer travel together. */
  | 'joined'

/** What one order holds after a change. */
export interface OrderShare {
  readonly orderId: string
  /** Units by site; the whole of what may change of the order. */
  readonly parcels: readonly HeldParcel[]
  /** Number of the change's parcel in which each of them travels. */
  readonly travelsIn: readonly number[]
}

/** One step: an order (or joined ones) goes to other sites. */
export interface OrderChange {
  readonly kind: ChangeKind
  /** In the order in which stock is to be moved: each takes only units that are free by then. */
  readonly orders: readonly OrderShare[]
  readonly parcels: readonly AssignedParcel[]
  /** Cents for shipping and worth of the stock, with the plan before and after. */
  readonly beforeCents: number
  readonly afterCents: number
  readonly parcelsBefore: number
  /** In words. */
  readonly reason: string
}

/** What re-evaluation found. */
export interface Reevaluation {
  /** To be carried out in this order: each step takes only units that are free after those before. */
  readonly changes: readonly OrderChange[]
  /** Cents that all changes save together, orders that could not be kept before left out. */
  readonly savedCents: number
  readonly parcelsBefore: number
  readonly parcelsAfter: number
  /** Orders whose sites can no longer keep the promise and for which nothing better was found. */
  readonly atRisk: readonly string[]
  /** Times that an order was assigned anew: the work done. */
  readonly assigned: number
}
