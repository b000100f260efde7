export {
  addToken,
  type NewToken,
  ROLES,
  type Role,
  readTokens,
  revokeToken,
  type TokenBook,
  type TokenCheck,
  type TokenFact,
} from './access/tokens.ts'
export {
  approveLines,
  type DecideOptions,
  overrideLine,
  undoLines,
  type WantedLine,
} from './decide.ts'
export {
  type Decision,
  type DecisionAction,
  openStoreLedger,
  readDecisions,
  withLedger,
} from './decisions.ts'
export { type DemoOptions, makeDemoStore, readDemoParams } from './demo.ts'
export {
  type Closure,
  type ClosureRequest,
  closureHolds,
} from './fulfilment/closures.ts'
export type { ClosureOutcome } from './fulfilment/live-closures.ts'
export { openFulfilment } from './fulfilment/open-service.ts'
export type { OrderChange } from './fulfilment/order-events.ts'
export type { OrderRequest } from './fulfilment/place-order.ts'
export type { PromiseDesk } from './fulfilment/promise-desk.ts'
export { type FulfilmentNote, readFulfilmentNote } from './fulfilment/publish.ts'
export type {
  FulfilmentOptions,
  FulfilmentService,
  StoreStrategyStatus,
} from './fulfilment/service.ts'
export { closePlace, listClosures, reopenPlace } from './fulfilment/tell-closures.ts'
export { type EventCurves, eventCurves, findEvent } from './gameday/event-curves.ts'
export { curvesOfForecast, curvesOfHistory } from './gameday/gameday-of-files.ts'
export { type KeptGameday, keepGameday, readLastGameday } from './gameday/keep-gameday.ts'
export { type ProposalsNote, placeProposals } from './gameday/place-proposals.ts'
export { type FactsRequest, type GamedayFacts, readGamedayFacts } from './gameday/store-facts.ts'
export { type NamedEvent, readLoadEnd } from './gameday/store-load.ts'
export { importIntoStore } from './import.ts'
export { type ProductFacts, readProducts } from './inputs/products.ts'
export { readOpenDays, readSales, type SalesHistory } from './inputs/sales.ts'
export { recentDailySales } from './inputs/stock.ts'
export { type CalendarEvent, eventsInForce, FEED, readCalendar } from './load/calendar.ts'
export {
  type CalendarOptions,
  changeEvent,
  confirmEvent,
  type Dispute,
  disputeEvent,
  type EventPlan,
  planEvent,
  withdrawEvent,
} from './load/calendar-decisions.ts'
export { type CalendarRecord, readCalendarRecord } from './load/calendar-events.ts'
export type { CapacityNote, HeldNow } from './load/capacity-step.ts'
export { adviceOf, aheadWords, describeSince, sentenceOfErrors } from './load/error-words.ts'
export { type EventPeak, readEventPeaks } from './load/event-peaks.ts'
export {
  type ForecastErrors,
  readForecastErrors,
  type SeriesName,
  type SinceLast,
} from './load/kept-errors.ts'
export { type LiveFeed, type LiveSource, type LiveState, openLiveFeed } from './load/live-feed.ts'
export {
  type OrderAction,
  type OrderDecisionEvent,
  readOrderDecisions,
} from './load/order-decisions.ts'
export {
  approveOrders,
  type CapacityOrderRow,
  type CapacityOrderStatus,
  type CapacityOrders,
  overrideOrder,
  readCapacityOrders,
  undoOrders,
} from './load/orders.ts'
export { readOutlook } from './load/outlook.ts'
export { readStoreForecast, tellLoad } from './load/read-forecast.ts'
export type { LoadNote } from './load/step.ts'
export type { TrackedEvent } from './load/track-event.ts'
export type { LanesNote } from './network/lane-plan.ts'
export { drawNetwork, locateNetwork, type NetworkMap, type PlacesOnMap } from './network/map.ts'
export {
  applyRegions,
  type NetworkStatus,
  type Noted,
  networkStatus,
  rollBackRoutes,
  type SwitchOptions,
  switchRoutes,
} from './network/operate.ts'
export { readNetwork } from './network/read-network.ts'
export {
  planInForce,
  type RegionOptions,
  type RegionsNote,
  regionNumber,
} from './network/region-plan.ts'
export { describeJudged } from './network/report.ts'
export {
  openStoreRoutes,
  plannedDepartures,
  type RouteOptions,
  type RoutesNote,
} from './network/route-sets.ts'
export {
  type NetworkSimulation,
  type RouteSetOutcome,
  simulateNetwork,
} from './network/simulate.ts'
export {
  readSitesNote,
  type SiteStep,
  type SitesNote,
  type SiteYear,
} from './network/sites/site-plan.ts'
export type { SiteOptions } from './network/sites/site-problem.ts'
export type { GivenScenario } from './network/sites/site-scenarios.ts'
export { lastStanding, type RouteSwitch, readSwitches, routeSetsAt } from './network/switches.ts'
export {
  type ParcelEffect,
  type ParcelWays,
  parcelsWithout,
  readParcelWays,
} from './network/what-if/parcels.ts'
export type { WayMeasures } from './network/what-if/ways.ts'
export {
  type ClosedPlaces,
  closePlaces,
  readWhatIf,
  type WhatIf,
  type WithoutPlaces,
} from './network/what-if/what-if.ts'
export { runByHand } from './nightly/by-hand.ts'
export type { Night } from './nightly/record.ts'
export { type NightlyStatus, openNightly } from './nightly/service.ts'
export {
  forecastPanelFiles,
  groupsBeside,
  type HistoryFiles,
  type PanelFilesOptions,
} from './panel-files.ts'
export {
  type CurrentPlan,
  dayOrNever,
  findLine,
  gainAt,
  type LineStatus,
  overrideWarnings,
  type PlanRow,
  readPlan,
} from './plan-lines.ts'
export {
  describeOutcome,
  describeReport,
  moneyOf,
  type Report,
  readForecastNote,
  readOutcome,
  readReport,
} from './report.ts'
export {
  buildRoutesOfStore,
  forecastStore,
  type LoopOptions,
  loadStore,
  planLanesOfStore,
  planLoadOfStore,
  planRegionsOfStore,
  planSitesOfStore,
  planStore,
  publishFulfilment,
  type RunOptions,
  runLoop,
  searchStore,
  simulateStore,
  type TimedStep,
  warehouseStore,
} from './run.ts'
export {
  type ComparedQuery,
  type Comparison,
  compareConfigurations,
  type QuerySet,
  readQuerySet,
  type SearchConfiguration,
} from './search/compare.ts'
export { describeSearchNote } from './search/describe.ts'
export {
  type EvaluatedDay,
  evaluateLog,
  type Gain,
  type StoreEvaluation,
} from './search/evaluate.ts'
export { searchJudged, searchRuled, searchSwitched } from './search/events.ts'
export { readJudgments } from './search/judgments.ts'
export {
  refreshSeconds as searchRefreshSeconds,
  trainingDays as searchTrainingDays,
} from './search/knobs.ts'
export { type LoggedSearch, readSearchLog } from './search/log.ts'
export { readSearchLogFile, searchLogLines } from './search/log-file.ts'
export type { OpenedSearch } from './search/open.ts'
export { STORE_FIELDS } from './search/products.ts'
export { replayPolicies } from './search/replay.ts'
export { reportOf as searchReportOf, type SearchLogReport } from './search/report.ts'
export { prepareForStore, readRules } from './search/rules.ts'
export {
  openSearchService,
  type SearchService,
  type SearchServiceOptions,
  type ServiceAnswer,
  type ServiceRequest,
  searchServiceOver,
} from './search/service.ts'
export { type SimulatedDay, simulateSearches } from './search/simulate.ts'
export type { SearchNote } from './search/step.ts'
export { KEPT_LEVELS } from './steps/context.ts'
export {
  type CalibrationPoint,
  type EventDay,
  readCalibration,
  readChange,
  readEventDays,
  readLikes,
  readLostDays,
  readLostTotals,
  readSegments,
  readSubstitutes,
  readWeekParts,
  type SegmentModel,
} from './steps/explain-read.ts'
export type { ForecastNote } from './steps/forecast.ts'
export { backtestFiles, backtestStore, type StoreBacktest } from './steps/forecast-backtest.ts'
export { NO_GROUP } from './steps/group-forecast.ts'
export {
  type GroupDay,
  type GroupLevel,
  type GroupTotal,
  readGroupDays,
  readGroups,
} from './steps/group-read.ts'
export { type LineDetail, type PlanNote, readForecast } from './steps/plan.ts'
export type { OutcomeNote } from './steps/simulate.ts'
export { type PaceReport, paceReport, readWaits } from './store/pace.ts'
export { requireStore, type StorePaths, storePaths } from './store/paths.ts'
export { readSettings, type Settings } from './store/settings.ts'
export {
  type InitOptions,
  initStore,
  storeSettings,
  type WithDatabaseOptions,
  withDatabase,
} from './store/store.ts'
export {
  currentVersion,
  listVersions,
  requireVersion,
  switchVersion,
  type Version,
  type VersionKind,
} from './versions.ts'
export { type AdvisedStore, adviseStore } from './warehouse/advise-store.ts'
export type { Asker } from './warehouse/asked-files.ts'
export {
  type SearchedKnobs,
  type SearchKnobsOptions,
  searchStoreKnobs,
} from './warehouse/search-knobs.ts'
export { askAs, askingAs, readAsked as readWorkload } from './warehouse/watching.ts'
export { workloadDays } from './warehouse/workload-days.ts'
