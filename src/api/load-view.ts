import type {
  ApproveOrdersRequest,
  CurveQuery,
  ErrorsQuery,
  GamedayReport,
  LiveEvent,
  LoadCalendar,
  LoadCurve,
  LoadErrors,
  LoadProfiles,
  LoadSummary,
  MetricsReply,
  MetricsRequest,
  OrdersReply,
  OverrideOrderRequest,
  ProfilesQuery,
  ReplayRequest,
  ServerOrders,
  UndoOrdersRequest,
} from './schemas/load.ts'
import type {
  CalendarEventInfo,
  ConfirmEventRequest,
  DisputeEventRequest,
  EventCalendar,
  EventPlanRequest,
  WithdrawEventRequest,
} from './schemas/load-calendar.ts'

/** What is asked about load and servers. Reads throw ERR_STORE_EMPTY before the first forecast of load. */
export interface LoadView {
  readonly calendar: CalendarView
  summary(): Promise<LoadSummary>
  /** Undefined where nothing is forecast for the service and region. Throws ERR_ARGUMENT on windows that are none. */
  curve(query: CurveQuery): Promise<LoadCurve | undefined>
  profiles(query: ProfilesQuery): Promise<LoadProfiles>
  events(): Promise<LoadCalendar>
  /** Undefined where nothing is forecast for the service and region. */
  errors(query: ErrorsQuery): Promise<LoadErrors | undefined>
  /** Two years by quarter, region and server family, as CSV. Throws ERR_STORE_EMPTY before the first plan of servers. */
  outlookCsv(): Promise<string>
  orders(): Promise<ServerOrders>
  /** Throws ERR_PLAN_NOT_FOUND, ERR_PLAN_STATUS; all or none. */
  approve(request: ApproveOrdersRequest): Promise<OrdersReply>
  /** Throws ERR_PLAN_NOT_FOUND. */
  override(orderId: string, request: OverrideOrderRequest): Promise<OrdersReply>
  /** Throws ERR_PLAN_NOT_FOUND, ERR_PLAN_STATUS; all or none. */
  undo(request: UndoOrdersRequest): Promise<OrdersReply>
  live(): Promise<LiveEvent>
  /** Throws ERR_STORE_EMPTY where no past event can be played again. */
  replay(request: ReplayRequest): Promise<LiveEvent>
  stopReplay(): Promise<LiveEvent>
  /** Throws ERR_ARGUMENT where nothing is pushed to, ERR_FEED_UNREADABLE on what is no OTLP. */
  pushMetrics(request: MetricsRequest): Promise<MetricsReply>
  gameday(): Promise<GamedayReport>
}

/**
 * The calendar of events. Changes throw ERR_ARGUMENT, ERR_PLAN_NOT_FOUND on events and services that are
 * none, ERR_PLAN_STATUS on events that are over or withdrawn.
 */
export interface CalendarView {
  read(): Promise<EventCalendar>
  plan(request: EventPlanRequest): Promise<CalendarEventInfo>
  change(eventId: string, request: EventPlanRequest): Promise<CalendarEventInfo>
  withdraw(eventId: string, request: WithdrawEventRequest): Promise<CalendarEventInfo>
  confirm(eventId: string, request: ConfirmEventRequest): Promise<CalendarEventInfo>
  dispute(eventId: string, request: DisputeEventRequest): Promise<CalendarEventInfo>
}
