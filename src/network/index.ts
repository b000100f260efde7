/** The room `network`: which regions, lanes, trucks and routes? Each part stands under its own name. */

export * as design from './design/door.ts'
export * as facility from './facility/door.ts'
export * as flow from './flow/door.ts'
export * as lanes from './lanes/door.ts'
export type {
  Adjacency,
  Areas,
  Departures,
  LaneMode,
  Lanes,
  Network,
  SiteKind,
  Sites,
} from './network.ts'
export * as pMedian from './p-median/door.ts'
export * as regions from './regions/door.ts'
export * as routes from './routes/door.ts'
export * as siting from './siting/door.ts'
export { type HourlyTransit, transitMinutes } from './transit.ts'
