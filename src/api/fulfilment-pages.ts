import type {
  GroundMap,
  OrderDetail,
  OrderPage,
  OrderPageQuery,
  OrdersSummary,
} from './schemas/fulfilment-pages.ts'

/** What the console's page Orders asks. Throws ERR_STORE_EMPTY as FulfilmentView does. */
export interface FulfilmentPages {
  summary(): Promise<OrdersSummary>
  orders(query: OrderPageQuery): Promise<OrderPage>
  /** Undefined where there is no such order. */
  order(orderId: string): Promise<OrderDetail | undefined>
  map(): Promise<GroundMap>
}
