import type {
  FulfilmentLive,
  GroundMap,
  OrderDetail,
  OrderPage,
  OrderPageQuery,
  OrdersSummary,
} from './schemas/fulfilment-pages.ts'
import type {
  StockDetail,
  StockPage,
  StockPageQuery,
  StockSummary,
  StockSummaryQuery,
} from './schemas/stock-pages.ts'

/** What the console's pages Orders and Stock ask. Throws ERR_STORE_EMPTY as FulfilmentView does. */
export interface FulfilmentPages {
  /** How far orders and stock have come: whether a page has anything new to read. */
  live(): Promise<FulfilmentLive>
  summary(): Promise<OrdersSummary>
  orders(query: OrderPageQuery): Promise<OrderPage>
  /** Undefined where there is no such order. */
  order(orderId: string): Promise<OrderDetail | undefined>
  map(): Promise<GroundMap>
  /** The three throw ERR_NOT_FOUND on an unknown site. */
  stockSummary(query: StockSummaryQuery): Promise<StockSummary>
  stock(query: StockPageQuery): Promise<StockPage>
  /** Undefined where there is no such product. */
  stockProduct(productId: string, query: StockSummaryQuery): Promise<StockDetail | undefined>
}
