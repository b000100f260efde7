export { type Interval, studentInterval } from '../core/distributions/student.ts'
export { type Alias, createAlias } from './customers/alias.ts'
export {
  attractionOf,
  type ClickModel,
  clicksAt,
  createClickModel,
  sampleClicks,
} from './customers/clicks.ts'
export { type Customers, type CustomersParams, createCustomers } from './customers/customers.ts'
export { sampleTimeOfDay } from './customers/hours.ts'
export {
  misspell,
  type NamedPart,
  type ProductText,
  type Query,
  writeQuery,
} from './customers/queries.ts'
export { DEMO_TIME_ZONE } from './demo/clock.ts'
export {
  type DemoOptions,
  type DemoStore,
  type DemoTruth,
  generateDemoStore,
} from './demo/generate.ts'
export type { DemoParams } from './demo/params.ts'
export { createDemoOrders, type DemoOrdersOptions } from './fulfilment/demo-orders.ts'
export type { OrdersFigures, OrdersPolicy, OrdersWorld } from './fulfilment/input.ts'
export { type OrdersReplayParams, readOrdersReplayParams } from './fulfilment/knobs.ts'
export { replayOrders } from './fulfilment/replay-orders.ts'
export type { Curves, Spacing, StepCurve } from './gameday/arrivals.ts'
export type { ServiceForecast } from './gameday/curves.ts'
export type { CartLine, Dialect, Draft, Told, Wish } from './gameday/dialect.ts'
export {
  type GamedayOptions,
  type GamedayPlan,
  type GamedayResult,
  type GamedayRun,
  runGameday,
} from './gameday/gameday.ts'
export type { LatencyHistogram } from './gameday/histogram.ts'
export { type GamedayKnobs, readGamedayKnobs } from './gameday/knobs.ts'
export {
  type DrivePlan,
  type DriveResult,
  driveOpenLoop,
  type OutgoingRequest,
} from './gameday/open-loop.ts'
export { gamedayHtml } from './gameday/report-html.ts'
export { gamedayText, verdictOf } from './gameday/report-text.ts'
export type { SafetyRule, SafetyStop } from './gameday/safety.ts'
export type {
  ProposalEvent,
  ServerProposal,
  ServiceServers,
  TestedServers,
} from './gameday/server-proposals.ts'
export type { GamedayShop } from './gameday/shoppers.ts'
export {
  type StorewrightDialectOptions,
  storewrightDialect,
} from './gameday/storewright-dialect.ts'
export type { StepTally } from './gameday/tally.ts'
export { parseTarget, type Target } from './gameday/targets.ts'
export { type RequestTemplate, templateDialect } from './gameday/template-dialect.ts'
export type { Break, Percentiles, ServiceVerdict } from './gameday/verdict.ts'
export {
  createNetworkShop,
  drawNetworkOrders,
  type NetworkShop,
  type OrdersOptions,
  type ShopOptions,
} from './network/orders.ts'
export type { StandingCentre, UsNetworkParams } from './network/params.ts'
export {
  centresOf,
  type NetworkOrders,
  type NetworkPolicy,
  type NetworkProducts,
  type NetworkWorld,
} from './network/replay/input.ts'
export { type NetworkReplayParams, readNetworkReplayParams } from './network/replay/knobs.ts'
export type { LaneTotals } from './network/replay/loads.ts'
export { type NetworkOutcome, replayNetwork } from './network/replay/network-replay.ts'
export type { NetworkFigures, ReplayCounts } from './network/replay/outcome.ts'
export { type UsAreas, usAreas } from './network/us-areas.ts'
export { createUsNetwork, type UsNetwork } from './network/us-network.ts'
export { replayBaseStock } from './replay/base-stock.ts'
export { type Foresight, foresee } from './replay/bound.ts'
export { hindsightLevels } from './replay/hindsight.ts'
export { denseDays, historyOf, initialStock } from './replay/initial-stock.ts'
export { createWorld, type ReplayInput, type World } from './replay/input.ts'
export { type ReplayParams, readReplayParams } from './replay/knobs.ts'
export { discretize, fixedLeadTimes, type LeadTimes, leadTimesOf } from './replay/lead-times.ts'
export { type Luck, luckOf } from './replay/luck.ts'
export {
  type DayMetrics,
  type MetricName,
  type Metrics,
  RATE_NAMES,
  SUM_NAMES,
} from './replay/metrics.ts'
export { naivePolicy, naiveReplacePolicy } from './replay/naive.ts'
export { type Observed, replayPlain } from './replay/plain.ts'
export {
  type BuyerProducts,
  baseStockPolicy,
  type DailyUnits,
  type OpenOrders,
  type ReplayPolicy,
  type ReviewState,
  roundOrder,
} from './replay/policy.ts'
export {
  type PolicyOutcome,
  type ReplayOptions,
  type ReplayResult,
  replay,
} from './replay/replay.ts'
export type { Tally } from './replay/tally.ts'
export { demoShoppers } from './searchers/demo-shoppers.ts'
export {
  type AskedSearch,
  runSearchers,
  type SearchersDay,
  type SearchersOptions,
  type ShopperWorld,
  type ShownResults,
} from './searchers/searchers.ts'
