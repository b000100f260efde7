import type { NightlyStatus } from '../loop/index.ts'
import type { FulfilmentView } from './fulfilment-view.ts'
import type { LoadView } from './load-view.ts'
import type { NetworkView } from './network-view.ts'
import type {
  ApproveRequest,
  BuyingLineDetail,
  BuyingPlan,
  DecisionHistory,
  DecisionReply,
  HistoryQuery,
  OverrideRequest,
  PlanCsvQuery,
  UndoRequest,
} from './schemas/buying.ts'
import type { DemandSummary, ProductDetail, ProductPage, ProductsQuery } from './schemas/demand.ts'
import type {
  Calibration,
  CalibrationQuery,
  EventList,
  EventsQuery,
  LostSales,
  ProductWhy,
  SegmentList,
} from './schemas/explain.ts'
import type { GroupDetail, GroupList, GroupQuery, GroupsQuery } from './schemas/groups.ts'
import type { KnobList } from './schemas/knobs.ts'
import type { Outcome } from './schemas/outcome.ts'
import type { StoreInfo } from './schemas/store.ts'
import type { SearchView } from './search-view.ts'
import type { WarehouseView } from './warehouse-view.ts'

/**
 * What the HTTP API needs of a store: one method for each endpoint, with the shapes of the
 * schemas. The server turns errors into replies: ERR_STORE_EMPTY (the step that makes the data
 * has not run; `next` says which command does) and ERR_PLAN_NOT_FOUND into 404,
 * ERR_PLAN_STATUS into 409, ERR_STORE_BUSY into 503, ERR_ARGUMENT into 400.
 */
export interface StoreView {
  readonly search: SearchView
  readonly network: NetworkView
  readonly load: LoadView
  readonly warehouse: WarehouseView
  /** Absent: promises, orders and stock are not served. */
  readonly fulfilment?: FulfilmentView | undefined
  /** Never fails on an empty store. */
  store(): Promise<StoreInfo>
  /** The nightly run of this server; absent: it makes none. */
  nightly?(): NightlyStatus
  /** Throws ERR_STORE_EMPTY before the first forecast. */
  demandSummary(): Promise<DemandSummary>
  /** Throws ERR_STORE_EMPTY before the first forecast. */
  demandProducts(query: ProductsQuery): Promise<ProductPage>
  /** Undefined where there is no such product. */
  demandProduct(productId: string): Promise<ProductDetail | undefined>
  /** Undefined where there is no such product; parts that are not known are null or empty. */
  productWhy(productId: string): Promise<ProductWhy | undefined>
  /** Throws ERR_STORE_EMPTY before the first forecast; no segments where it has none. */
  segments(): Promise<SegmentList>
  /** Throws ERR_STORE_EMPTY before the first forecast; no bands where it has none. */
  calibration(query: CalibrationQuery): Promise<Calibration>
  /** Throws ERR_STORE_EMPTY before the first forecast; no events where it learned none. */
  events(query: EventsQuery): Promise<EventList>
  /** Throws ERR_STORE_EMPTY before the first forecast; zeros where nothing was lost. */
  lostSales(): Promise<LostSales>
  /** Throws ERR_STORE_EMPTY before the first forecast; no total where it has no groups. */
  groups(query: GroupsQuery): Promise<GroupList>
  /** Undefined where there is no such group. */
  group(query: GroupQuery): Promise<GroupDetail | undefined>
  /** Throws ERR_STORE_EMPTY before the first plan. */
  buying(): Promise<BuyingPlan>
  /** Undefined where the current plan has no such line. */
  buyingLine(lineId: string): Promise<BuyingLineDetail | undefined>
  /** Throws ERR_PLAN_NOT_FOUND, ERR_PLAN_STATUS (a line is not proposed); all or nothing. */
  approve(request: ApproveRequest): Promise<DecisionReply>
  /** Throws ERR_PLAN_NOT_FOUND, ERR_PLAN_STATUS (the line is done). */
  override(lineId: string, request: OverrideRequest): Promise<DecisionReply>
  /** Throws ERR_PLAN_NOT_FOUND, ERR_PLAN_STATUS (a line is proposed or done); all or nothing. */
  undo(request: UndoRequest): Promise<DecisionReply>
  /** Newest first. */
  decisions(query: HistoryQuery): Promise<DecisionHistory>
  /** The plan as CSV with a header, cut at the budget; decided lines with their quantity. */
  planCsv(query: PlanCsvQuery): Promise<string>
  /** Throws ERR_STORE_EMPTY before the first simulation. */
  outcome(): Promise<Outcome>
  knobs(): Promise<KnobList>
}
