import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'

export const EXTRA_TRUCK_FACTOR = declareKnob({
  name: 'network.extra-truck-factor',
  unit: 'cost of a truck hired on the day over that of a planned one',
  range: [1, 10],
  default: 1.5,
  trades: 'Higher plans for fuller days than the mean and runs emptier trucks on the others.',
})

export const BETWEEN_REGIONS_CENTS = declareKnob({
  name: 'network.between-regions-cents',
  unit: 'cents a m³ from one region to another',
  range: [0, 1_000_000],
  default: 500,
  trades: 'Higher opens fewer lanes between regions.',
})

export const MOST_DEPARTURES = declareKnob({
  name: 'network.most-departures',
  unit: 'departures of a lane a week',
  range: [1, 10_000],
  default: 700,
  trades: 'Higher lets more of the volume share one lane.',
})

export const WAIT_SHARE = declareKnob({
  name: 'network.wait-share',
  unit: 'share of the time between two departures that a parcel counts as waiting',
  range: [0, 1],
  default: 1,
  trades:
    'Lower counts on parcels that come just in time and keeps fewer promises in the worst hour.',
})

export const LANE_PLACEMENTS = declareKnob({
  name: 'network.lane-placements',
  unit: 'pairs put back while the plan is shaken',
  range: [0, 1_000_000_000],
  default: 300_000,
  trades: 'Higher finds cheaper plans and takes longer, in proportion.',
})

/** The settings that lanes are planned with. */
export interface LaneSettings {
  readonly extraTruckFactor: number
  readonly betweenRegionsCents: number
  readonly mostDepartures: number
  readonly waitShare: number
  readonly placements: number
}

export function laneSettings(knobs: KnobSettings = {}): LaneSettings {
  return {
    extraTruckFactor: readKnob(EXTRA_TRUCK_FACTOR, knobs),
    betweenRegionsCents: readKnob(BETWEEN_REGIONS_CENTS, knobs),
    mostDepartures: readKnob(MOST_DEPARTURES, knobs),
    waitShare: readKnob(WAIT_SHARE, knobs),
    placements: readKnob(LANE_PLACEMENTS, knobs),
  }
}
