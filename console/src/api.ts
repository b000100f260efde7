import type {
  ApproveRequest,
  BuyingLineDetail,
  BuyingPlan,
  DecisionHistory,
  DecisionReply,
  OverrideRequest,
  UndoRequest,
} from '../../src/api/schemas/buying.ts'
import type { ErrorReply } from '../../src/api/schemas/common.ts'
import type { DemandSummary, ProductDetail, ProductPage } from '../../src/api/schemas/demand.ts'
import type {
  Calibration,
  EventList,
  LostSales,
  ProductWhy,
  SegmentList,
} from '../../src/api/schemas/explain.ts'
import type {
  FulfilmentLive,
  GroundMap,
  OrderDetail,
  OrderPage,
  OrdersSummary,
} from '../../src/api/schemas/fulfilment-pages.ts'
import type { GroupDetail, GroupList } from '../../src/api/schemas/groups.ts'
import type {
  ApproveOrdersRequest,
  GamedayReport,
  LiveEvent,
  LoadCurve,
  LoadErrors,
  LoadProfiles,
  LoadSummary,
  OrdersReply,
  OverrideOrderRequest,
  ServerOrders,
  UndoOrdersRequest,
} from '../../src/api/schemas/load.ts'
import type {
  CalendarEventInfo,
  ConfirmEventRequest,
  DisputeEventRequest,
  EventCalendar,
  EventPlanRequest,
  WithdrawEventRequest,
} from '../../src/api/schemas/load-calendar.ts'
import type {
  NetworkApplyRequest,
  NetworkInfo,
  NetworkMapReply,
  NetworkPlaces,
  NetworkSwitchRequest,
  RollbackRequest,
} from '../../src/api/schemas/network.ts'
import type { LaneDetail, LanePage, TruckPage } from '../../src/api/schemas/network-lanes.ts'
import type { RouteReply, WhatIfReply } from '../../src/api/schemas/network-route.ts'
import type { SitesPlan } from '../../src/api/schemas/network-sites.ts'
import type { OrderChangeReply, PlaceOrderBody } from '../../src/api/schemas/orders.ts'
import type { Outcome } from '../../src/api/schemas/outcome.ts'
import type {
  SearchReply,
  SearchRequest,
  SuggestReply,
  SuggestRequest,
} from '../../src/api/schemas/search.ts'
import type {
  CompareReply,
  CompareRequest,
  JudgeRequest,
  JudgmentList,
  RuleList,
  RulesRequest,
  SearchReport,
  SearchStatus,
  SwitchRequest,
} from '../../src/api/schemas/search-report.ts'
import type { StockDetail, StockPage, StockSummary } from '../../src/api/schemas/stock-pages.ts'
import type { StoreInfo } from '../../src/api/schemas/store.ts'
import type {
  RefuseActionRequest,
  TemplateOffRequest,
  WarehouseActionsRequest,
  WarehouseSummary,
} from '../../src/api/schemas/warehouse.ts'

/** What went wrong, in the server's words, or in ours where it did not answer. */
export class ApiError extends Error {
  readonly reply: ErrorReply
  readonly status: number

  constructor(status: number, reply: ErrorReply) {
    super(reply.message)
    this.status = status
    this.reply = reply
  }
}

const TOKEN_KEY = 'storewright-token'

/** Keeps the token for this tab. */
export function keepToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token)
}

/** Takes a token out of `#token=…`, so that it does not stay in the address bar. */
export function takeTokenFromAddress(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token === null) return
  keepToken(token)
  history.replaceState(null, '', location.pathname + location.search)
}

const NO_ANSWER: ErrorReply = {
  code: 'NO_ANSWER',
  message: 'The server does not answer.',
  next: 'Start it again; what you see stays as it was.',
  command: 'storewright serve',
}

/** What a shop's own pages ask stands at the root; all else under /api. */
const urlOf = (path: string): string => (path.startsWith('/') ? path : `/api/${path}`)

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  const token = sessionStorage.getItem(TOKEN_KEY)
  if (token !== null) headers.set('authorization', `Bearer ${token}`)
  let response: Response
  try {
    response = await fetch(urlOf(path), { ...init, headers })
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new ApiError(0, NO_ANSWER)
  }
  if (response.ok) return response
  throw new ApiError(response.status, await errorReplyOf(response))
}

async function errorReplyOf(response: Response): Promise<ErrorReply> {
  const fallback = { code: `HTTP_${response.status}`, message: response.statusText || 'no reason' }
  const body: unknown = await response.json().catch(() => undefined)
  const looksRight = typeof body === 'object' && body !== null && 'code' in body
  return looksRight ? (body as ErrorReply) : fallback
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await send(path, signal === undefined ? {} : { signal })).json()) as T
}

async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  }
  return (await (await send(path, init)).json()) as T
}

const part = encodeURIComponent

export const api = {
  store: () => get<StoreInfo>('store'),
  demandSummary: () => get<DemandSummary>('demand/summary'),
  products: (query: URLSearchParams, signal?: AbortSignal) =>
    get<ProductPage>(`demand/products?${query}`, signal),
  product: (id: string) => get<ProductDetail>(`demand/products/${part(id)}`),
  productWhy: (id: string) => get<ProductWhy>(`demand/products/${part(id)}/why`),
  segments: () => get<SegmentList>('demand/segments'),
  calibration: (segment: string) => get<Calibration>(`demand/calibration?segment=${part(segment)}`),
  events: (segment: string) => get<EventList>(`demand/events?segment=${part(segment)}`),
  lostSales: () => get<LostSales>('demand/lost-sales'),
  /** Of a level; '' = the first that there is. */
  groups: (level: string) =>
    get<GroupList>(`demand/groups${level === '' ? '' : `?level=${part(level)}`}`),
  /** By `level:group`. */
  group: (key: string) => {
    const at = key.indexOf(':')
    const [level, group] = [key.slice(0, at), key.slice(at + 1)]
    return get<GroupDetail>(`demand/group?level=${part(level)}&group=${part(group)}`)
  },
  buying: () => get<BuyingPlan>('buying'),
  line: (id: string) => get<BuyingLineDetail>(`buying/lines/${part(id)}`),
  decisions: () => get<DecisionHistory>('buying/history?limit=100'),
  approve: (body: ApproveRequest) => post<DecisionReply>('buying/approve', body),
  override: (id: string, body: OverrideRequest) =>
    post<DecisionReply>(`buying/lines/${part(id)}/override`, body),
  undo: (body: UndoRequest) => post<DecisionReply>('buying/undo', body),
  planCsv: async (budgetCents: number | null) => {
    const query = budgetCents === null ? '' : `?budgetCents=${Math.round(budgetCents)}`
    return (await send(`buying/plan.csv${query}`)).blob()
  },
  outcome: () => get<Outcome>('outcome'),
  /** A person trying is no customer: never logged. */
  search: (body: Partial<SearchRequest> & { query: string }, signal?: AbortSignal) =>
    post<SearchReply>('/search', { ...body, log: false }, signal),
  suggest: (body: SuggestRequest, signal?: AbortSignal) =>
    post<SuggestReply>('/suggest', body, signal),
  searchStatus: () => get<SearchStatus>('search/status'),
  searchReport: () => get<SearchReport>('search/report'),
  judgments: (query: string) => get<JudgmentList>(`search/judgments?query=${part(query)}`),
  searchRules: () => get<RuleList>('search/rules'),
  judge: (body: JudgeRequest) => post<JudgmentList>('search/judgments', body),
  compareSearch: (body: Partial<CompareRequest>) => post<CompareReply>('search/compare', body),
  setSearchRules: (body: RulesRequest) => post<RuleList>('search/rules', body),
  /** Of a version of the regions; '' = those in force. */
  network: (version: string) =>
    get<NetworkInfo>(`network${version === '' ? '' : `?version=${part(version)}`}`),
  networkMap: (query: string) => get<NetworkMapReply>(`network/map?${query}`),
  /** A version of the plan of sites; '' = the newest. */
  sitesPlan: (version: string) =>
    get<SitesPlan>(`network/sites${version === '' ? '' : `?version=${part(version)}`}`),
  networkPlaces: () => get<NetworkPlaces>('network/places'),
  lanes: (query: URLSearchParams, signal?: AbortSignal) =>
    get<LanePage>(`network/lanes?${query}`, signal),
  lane: (id: string) => get<LaneDetail>(`network/lanes/${part(id)}`),
  trucks: (query: URLSearchParams, signal?: AbortSignal) =>
    get<TruckPage>(`network/trucks?${query}`, signal),
  route: (query: string) => get<RouteReply>(`network/route?${query}`),
  /** What is asked, as JSON. */
  whatIf: (asked: string) => post<WhatIfReply>('network/what-if', JSON.parse(asked)),
  applyRegions: (body: NetworkApplyRequest) => post<NetworkInfo>('network/apply', body),
  switchRoutes: (body: NetworkSwitchRequest) => post<NetworkInfo>('network/switch', body),
  rollBackRoutes: (body: RollbackRequest) => post<NetworkInfo>('network/rollback', body),
  live: () => get<FulfilmentLive>('fulfilment/live'),
  ordersSummary: () => get<OrdersSummary>('fulfilment/summary'),
  orderRows: (query: URLSearchParams, signal?: AbortSignal) =>
    get<OrderPage>(`fulfilment/orders?${query}`, signal),
  orderDetail: (id: string) => get<OrderDetail>(`fulfilment/orders/${part(id)}`),
  /** Of a site; '' = all of them. */
  stockSummary: (site: string) =>
    get<StockSummary>(`fulfilment/stock/summary${site === '' ? '' : `?site=${part(site)}`}`),
  stockRows: (query: URLSearchParams, signal?: AbortSignal) =>
    get<StockPage>(`fulfilment/stock?${query}`, signal),
  /** By an encoded product id, with `?site=…` where one site alone is meant. */
  stockDetail: (key: string) => get<StockDetail>(`fulfilment/stock/products/${key}`),
  groundMap: () => get<GroundMap>('fulfilment/map'),
  placeOrder: (body: Omit<PlaceOrderBody, 'delivery'>) => post<OrderChangeReply>('/orders', body),
  cancelOrder: (id: string) =>
    post<OrderChangeReply>(`/orders/${part(id)}/events`, {
      ...{ event: 'cancelled', requestId: `cancel-${id}`, by: 'store' },
    }),
  loadSummary: () => get<LoadSummary>('load'),
  loadCurve: (query: string) => get<LoadCurve>(`load/curve?${query}`),
  loadProfiles: (query: string) => get<LoadProfiles>(`load/profiles?${query}`),
  loadOrders: () => get<ServerOrders>('load/orders'),
  loadLive: () => get<LiveEvent>('load/live'),
  replayEvent: (speed: number) => post<LiveEvent>('load/live/replay', { speed }),
  stopReplay: () => post<LiveEvent>('load/live/stop', {}),
  loadGameday: () => get<GamedayReport>('load/gameday'),
  approveOrders: (body: ApproveOrdersRequest) => post<OrdersReply>('load/orders/approve', body),
  overrideOrder: (id: string, body: OverrideOrderRequest) =>
    post<OrdersReply>(`load/orders/${part(id)}/override`, body),
  undoOrders: (body: UndoOrdersRequest) => post<OrdersReply>('load/orders/undo', body),
  loadErrors: (query: string) => get<LoadErrors>(`load/errors?${query}`),
  loadCalendar: () => get<EventCalendar>('load/calendar'),
  planEvent: (body: EventPlanRequest) => post<CalendarEventInfo>('load/calendar', body),
  changeEvent: (id: string, body: EventPlanRequest) =>
    post<CalendarEventInfo>(`load/calendar/${part(id)}/change`, body),
  withdrawEvent: (id: string, body: WithdrawEventRequest) =>
    post<CalendarEventInfo>(`load/calendar/${part(id)}/withdraw`, body),
  confirmEvent: (id: string, body: ConfirmEventRequest) =>
    post<CalendarEventInfo>(`load/calendar/${part(id)}/confirm`, body),
  disputeEvent: (id: string, body: DisputeEventRequest) =>
    post<CalendarEventInfo>(`load/calendar/${part(id)}/dispute`, body),
  warehouse: () => get<WarehouseSummary>('warehouse'),
  applyActions: (body: WarehouseActionsRequest) =>
    post<WarehouseSummary>('warehouse/actions/apply', body),
  undoActions: (body: WarehouseActionsRequest) =>
    post<WarehouseSummary>('warehouse/actions/undo', body),
  refuseAction: (body: RefuseActionRequest) =>
    post<WarehouseSummary>('warehouse/actions/refuse', body),
  setTemplateOff: (body: TemplateOffRequest) =>
    post<WarehouseSummary>('warehouse/templates/off', body),
  switchSearch: (body: SwitchRequest) => post<SearchStatus>('search/switch', body),
}
