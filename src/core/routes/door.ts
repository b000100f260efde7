export { BlockWriter, costStepsFor, FINEST_STEPS, writeRoutes } from './block-writer.ts'
export {
  bookOfSet,
  capacityUnits,
  createDepartureBook,
  type DepartureBook,
  type DepartureRequest,
  type DepartureRoom,
  release,
  reserve,
  retake,
  unitsLeft,
  unitsOf,
} from './departure-book.ts'
export { type Alternative, type Explanation, explainParcel, type Verdict } from './explain.ts'
export {
  createRouteHolder,
  createRouteReader,
  type HeldSet,
  type HolderShare,
  type RouteHolder,
  type RouteReader,
  type SwitchOrder,
} from './holder.ts'
export { LOOK_UP_KNOBS, type LookUpSettings, lookUpSettings } from './knobs.ts'
export type { LaneClosure } from './lane-closures.ts'
export { createBatch, createLookUp, type LookUp, type LookUpBatch } from './look-up.ts'
export {
  cheapestOf,
  type PricedRoute,
  priceRoutes,
  type Refusal,
  type RoutedParcel,
} from './plain-look-up.ts'
export { createPricing, type Pricing } from './pricing.ts'
export { createQuickPricing } from './quick-pricing.ts'
export { rebaseRouteSet } from './rebase.ts'
export { openRouteSet, saveRouteSet } from './route-file.ts'
export {
  chargeableKg,
  createParcelRouter,
  departureOf,
  type ParcelRequest,
  type ParcelRoute,
  type ParcelRouter,
} from './route-parcel.ts'
export {
  blockOf,
  type CostSteps,
  type DepartureTable,
  FIXED_BITS,
  MILLS_PER_CENT,
  MOST_FIXED_STEPS,
  MOST_LEGS,
  MOST_MINUTES,
  MOST_PER_KG_STEPS,
  pairOf,
  type Route,
  type RouteSet,
  readRoute,
  readRoutes,
  routeCount,
  routeMills,
  routeSetBytes,
  UNITS_PER_M3,
  UNLIMITED_UNITS,
} from './route-set.ts'
export { NEVER_ARRIVES, RUN_SCORES, type RunTimes } from './run-times.ts'
export { type ScheduledSwitch, switchWhenDue } from './scheduled-switch.ts'
export {
  createThrottle,
  giveToThrottle,
  leavesRegion,
  type Throttle,
  type ThrottleOptions,
  takeFromThrottle,
  throttleLeft,
} from './throttle.ts'
