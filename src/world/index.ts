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
