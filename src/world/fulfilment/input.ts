import type {
  AssignmentStrategy,
  OpenOrder,
  Reevaluation,
  Situation,
} from '../../fulfilment/index.ts'
import type { NetworkPolicy, NetworkWorld } from '../network/replay/input.ts'
import type { CustomersOrders } from './customers-orders.ts'
import type { OrdersReplayParams } from './knobs.ts'

/** The world that every way of treating orders meets alike. */
export interface OrdersWorld {
  /** Network, products, days and prices; `orders` with their customers. */
  readonly network: NetworkWorld & { readonly orders: CustomersOrders }
  /** Lanes that run and stock that shelves are kept at, product × centre. */
  readonly running: NetworkPolicy
  readonly params: OrdersReplayParams
}

/** How orders are treated. */
export interface OrdersPolicy {
  readonly name: string
  /** Gives orders to sites at the click. */
  readonly strategy: AssignmentStrategy
  /** How parcels are priced at the click and in re-evaluation: as lanes ask, or by room at the margin. */
  readonly clickPrices: 'tariff' | 'room'
  readonly reevaluatePrices: 'tariff' | 'room'
  /** Looks again at open orders on every tick; absent: what the click decided stands. */
  readonly reevaluate?: (open: readonly OpenOrder[], situation: Situation) => Reevaluation
  /**
   * Minutes that a parcel must still have inside its promise where it waits at the dock for a fuller
   * truck; undefined: nobody waits.
   */
  readonly waitMarginMinutes: number | undefined
}

/** What is counted, of orders placed in the days that count. */
export interface OrdersFigures {
  readonly orders: number
  readonly shipmentsPerOrder: number
  /** Share of orders in more than one shipment of their own. */
  readonly splitShare: number
  /** Cents an order: trucks, air and vans; picking, packing and sorts; both. */
  readonly transportCents: number
  readonly handlingCents: number
  readonly outboundCents: number
  /** Share of orders of which something came after the promised day. */
  readonly brokenShare: number
  readonly promisedDays: number
  readonly lostUnitShare: number
  readonly changesPerOrder: number
  /** A day, in the store. */
  readonly trucks: number
}
