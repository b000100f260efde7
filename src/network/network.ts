import type { HourlyTransit } from './transit.ts'

/**
 * The network that the solvers, regions, lanes and routes work on: dense numbers inside, ids
 * outside. Areas are numbered 0 … areas − 1, sites 0 … sites − 1, lanes 0 … lanes − 1.
 */
export interface Network {
  readonly areas: Areas
  readonly adjacency: Adjacency
  readonly sites: Sites
  readonly lanes: Lanes
  readonly departures: Departures
  /** Times on the way by hour; absent: those of the lanes hold at every hour. */
  readonly hourlyTransit?: HourlyTransit
}

/** Where customers live. */
export interface Areas {
  readonly ids: readonly string[]
  readonly names: readonly string[]
  readonly states: readonly string[]
  /** Degrees north and east of the centre of each area. */
  readonly lat: Float64Array
  readonly lon: Float64Array
  /** Inhabitants. */
  readonly population: Float64Array
}

/** Which areas touch: those beside area `a` are `neighbors[starts[a]]` … `neighbors[starts[a + 1] − 1]`; symmetric. */
export interface Adjacency {
  readonly starts: Int32Array
  readonly neighbors: Int32Array
  /** 1 where the border is a bridge, ferry or flight declared as one. */
  readonly bridge: Uint8Array
}

/** What a site is, as in the table of sites. */
export type SiteKind =
  | 'fulfilment_centre'
  | 'sort_centre'
  | 'delivery_station'
  | 'shop'
  | 'cross_dock'
  | 'vendor'
  | 'other'

/** Where stock lies, parcels are sorted and vans start. */
export interface Sites {
  readonly ids: readonly string[]
  readonly kinds: readonly SiteKind[]
  readonly lat: Float64Array
  readonly lon: Float64Array
  /** Area in which each lies, −1 where none is stated. */
  readonly area: Int32Array
  /** m³ for stock; Infinity where none is stated. */
  readonly capacityM3: Float64Array
  /** IANA names. */
  readonly timeZones: readonly string[]
}

/** How a lane is driven or flown. */
export type LaneMode = 'truck' | 'air'

/** Ways from a site to another site or to an area. */
export interface Lanes {
  readonly ids: readonly string[]
  readonly carriers: readonly string[]
  readonly modes: readonly LaneMode[]
  readonly fromSite: Int32Array
  /** Site it ends at, −1 where it ends in an area. */
  readonly toSite: Int32Array
  /** Area it ends in, −1 where it ends at a site. */
  readonly toArea: Int32Array
  /** Length of the way, km. */
  readonly distanceKm: Float64Array
  /** Mean and standard deviation of the time on the way, minutes. */
  readonly transitMinutes: Float64Array
  readonly transitSdMinutes: Float64Array
  readonly costPerParcelCents: Float64Array
  readonly costPerKgCents: Float64Array
  /** Cost of one run; NaN where the lane is priced by the parcel alone. */
  readonly costPerTruckCents: Float64Array
  /** m³ of one departure; Infinity where none is stated. */
  readonly capacityM3: Float64Array
}

/** When lanes leave in a week. */
export interface Departures {
  readonly lane: Int32Array
  /** Minutes after Monday 00:00, local to the site the lane starts at. */
  readonly minuteOfWeek: Int32Array
  /** Minutes before departure until which an order must be packed. */
  readonly cutoffMinutes: Int32Array
}
