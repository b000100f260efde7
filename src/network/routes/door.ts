export { type BuildOptions, type BuiltRoutes, buildRouteSet } from './build.ts'
export {
  compareRouteSets,
  type RecordedOrder,
  type RouteComparison,
  type RouteSummary,
} from './compare.ts'
export type { ClockChangeNote, Closed } from './connections.ts'
export {
  buildContingency,
  type ClosedNumbers,
  type Contingency,
  closedBy,
  type Outage,
  type StormCircle,
} from './contingency.ts'
export { ROUTE_KNOBS, type RouteSettings, routeSettings } from './knobs.ts'
export {
  type CarrierClosure,
  checkTimetable,
  type SiteClosure,
  type Timetable,
} from './timetable.ts'
export type { UnreachedArea } from './unreached.ts'
