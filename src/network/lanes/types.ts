import type { LaneMode } from '../network.ts'

/** A way that may be run from a site to a site; all columns have one entry a lane. */
export interface CandidateLanes {
  readonly fromSite: Int32Array
  readonly toSite: Int32Array
  readonly modes: readonly LaneMode[]
  /** Mean time on the way, and what of its spread a promise has to wait for, minutes. */
  readonly minutes: Float64Array
  /** Room of one departure, m³, finite. */
  readonly capacityM3: Float64Array
  /** Cost of one departure, cents; 0 where the lane is priced by volume alone. */
  readonly departureCents: Float64Array
  /** Cost of a m³, cents. */
  readonly centsPerM3: Float64Array
}

/** What has to go from a site with stock to a station: one entry a pair. */
export interface LaneDemand {
  readonly from: Int32Array
  readonly to: Int32Array
  /** m³ a week in each scenario, row-major scenario × pair. */
  readonly m3: Float64Array
  /** Probability of each scenario; they add to 1. */
  readonly probability: Float64Array
  /** Minutes that a parcel of the pair may take from the site to the station. */
  readonly windowMinutes: Float64Array
}

/** What the network must keep to. */
export interface LaneLimits {
  /** m³ a week that each site can sort or take in; Infinity where none is stated. */
  readonly throughputM3: Float64Array
  /** Region of each site, −1 where it has none. */
  readonly siteRegion: Int32Array
  /** Minutes that a parcel takes through each site between two lanes. */
  readonly transferMinutes: Float64Array
  /** Cost of a m³ through each site between two lanes, cents. */
  readonly transferCents: Float64Array
  /** Sites at which parcels may change lanes: 1, else 0. */
  readonly isTransfer: Uint8Array
  /** m³ a week that may go from one region to another in all, row-major; Infinity = no cap. Absent: no cap. */
  readonly betweenRegionsM3?: Float64Array
  readonly regions: number
}

export interface LaneProblem {
  readonly sites: number
  readonly lanes: CandidateLanes
  readonly demand: LaneDemand
  readonly limits: LaneLimits
}

/** What a lane is for. */
export type LanePurpose =
  /** From stock to a station, past the sort centres. */
  | 'direct'
  /** From stock to a sort centre. */
  | 'feeder'
  /** Between sort centres of one region, or where there are no regions. */
  | 'trunk'
  /** Between sites of two regions. */
  | 'bridge'
  /** From a sort centre to a station. */
  | 'spoke'

/** A lane that is run. */
export interface PlannedLane {
  readonly lane: number
  readonly purpose: LanePurpose
  readonly departuresAWeek: number
  /** What asks for so many departures. */
  readonly bound: 'volume' | 'window'
  /** m³ a week: expected, and in the fullest scenario. */
  readonly meanM3: number
  readonly mostM3: number
  /** Expected share of the room that is filled, of planned and extra departures alike. */
  readonly fill: number
  /** Expected extra departures a week, hired where the planned ones are full. */
  readonly extraDepartures: number
  /** Expected cost a week, cents, extra departures and volume included. */
  readonly costCents: number
  /** Pairs whose parcels take it. */
  readonly pairs: number
  /** What the week would cost more without it, cents; Infinity where parcels would have no other way. */
  readonly worthCents: number
}

export interface LanePlan {
  readonly lanes: readonly PlannedLane[]
  /** Lanes each pair takes, in order; empty where the pair was throttled away altogether. */
  readonly paths: readonly Int32Array[]
  /** Pairs that no way serves within their window. */
  readonly latePairs: readonly number[]
  /** Share of each pair's volume that the cap between regions lets through. */
  readonly allowedShare: Float64Array
  /** Expected cost a week, cents: lanes, transfers, price between regions. */
  readonly costCents: number
  /** No plan can cost less: every m³ by its cheapest way in full trucks. */
  readonly boundCents: number
  /** Expected share of the room of truck departures that is filled; of direct lanes alone. */
  readonly fill: number
  readonly directFill: number
  /** Mean minutes from site to station, weighted by volume, waiting included. */
  readonly meanMinutes: number
}
