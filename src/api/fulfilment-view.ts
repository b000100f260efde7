import type { PromiseDesk } from '../loop/index.ts'
import type { FulfilmentPages } from './fulfilment-pages.ts'
import type {
  OrderChangeReply,
  OrderEventBody,
  OrderReply,
  OrdersQuery,
  OrdersReply,
  PlaceOrderBody,
} from './schemas/orders.ts'
import type {
  StockEventsBody,
  StockEventsReply,
  StockQuery,
  StockReply,
} from './schemas/stock-events.ts'
import type { StrategyReply } from './schemas/strategy.ts'
import type { AddedWebhook, AddWebhookBody, WebhookList } from './schemas/webhooks.ts'
import type { ClosureView } from './view/closures.ts'

/** Counts of a running service, for its metrics. */
export interface FulfilmentCounts {
  readonly orders: number
  readonly stockSequence: number
  readonly promisesKept: number
  readonly promisesBroken: Readonly<Record<string, number>>
  /** Areas by the route set that serves them. */
  readonly serving: readonly { readonly routeVersion: string; readonly areas: number }[]
  readonly strategy: StrategyReply
  /** Sites and lanes that are closed now. */
  readonly closures: number
}

/**
 * What the HTTP API needs of a store's fulfilment. It opens with the first request or `open`. Throws
 * ERR_STORE_EMPTY where the store has no sites, areas or lanes to promise from.
 */
export interface FulfilmentView {
  /** Opens stock, routes and orders; later calls return at once. */
  open(): Promise<PromiseDesk>
  /** The desk once it is open. */
  desk(): PromiseDesk | undefined
  counts(): FulfilmentCounts | undefined
  /** Throws ERR_NOT_FOUND, ERR_ORDER (the id is taken), ERR_PROMISE, ERR_STOCK; changes nothing then. */
  placeOrder(body: PlaceOrderBody): Promise<OrderChangeReply>
  /** Undefined where there is no such order. */
  order(orderId: string): Promise<OrderReply | undefined>
  orders(query: OrdersQuery): Promise<OrdersReply>
  /** Throws ERR_NOT_FOUND, ERR_ORDER, ERR_STOCK; changes nothing then. */
  orderEvent(orderId: string, body: OrderEventBody): Promise<OrderChangeReply>
  /** One refused event throws ERR_STOCK or ERR_NOT_FOUND; of many, each has its outcome. */
  stockEvents(body: StockEventsBody): Promise<StockEventsReply>
  stock(query: StockQuery): Promise<StockReply>
  webhooks(): Promise<WebhookList>
  /** Throws ERR_ARGUMENT where the store's settings do not list the address. */
  addWebhook(body: AddWebhookBody): Promise<AddedWebhook>
  /** Throws ERR_NOT_FOUND. */
  removeWebhook(webhookId: string): Promise<WebhookList>
  /** How the strategy of the settings does beside cheapest-now. */
  strategy(): Promise<StrategyReply>
  /** Sites and lanes that are closed. */
  readonly closures: ClosureView
  /** What the console's pages ask beside. */
  readonly pages: FulfilmentPages
  close(): Promise<void>
}
