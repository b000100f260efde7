import { declareKnob, type KnobSettings, readKnob } from '../knobs.ts'
import { MILLS_PER_CENT, UNITS_PER_M3 } from './route-set.ts'

/** Knobs of the look-up; they bear the network's name, whose routes they choose among. */
export const LOOK_UP_KNOBS = {
  fillKnee: declareKnob({
    name: 'network.route-fill-knee',
    unit: 'share',
    range: [0, 0.99],
    default: 0.7,
    trades:
      'Fill at which a departure begins to cost extra: lower spreads parcels sooner over other departures, higher keeps the cheapest longer and meets full trucks unprepared.',
  }),
  fullPrice: declareKnob({
    name: 'network.route-full-price',
    unit: 'cents a m³',
    range: [0, 10_000_000],
    default: 20_000,
    trades:
      'What the last room of a departure is worth: higher keeps it for parcels that have no other way, at the cost of dearer routes for those that have.',
  }),
  outOfRegionPrice: declareKnob({
    name: 'network.route-out-of-region-price',
    unit: 'cents a m³',
    range: [0, 10_000_000],
    default: 5_000,
    trades: 'What volume between regions costs beside its route: higher keeps more inside.',
  }),
  kgPerM3: declareKnob({
    name: 'network.route-kg-per-m3',
    unit: 'kg a m³',
    range: [1, 2_000],
    default: 200,
    trades:
      'Weight at which a parcel is charged by its room instead: higher makes bulky parcels dearer.',
  }),
} as const

/** The settings of the look-up in the units of its hot path. */
export interface LookUpSettings {
  /** Free share of a departure below which it costs extra: 1 − knee. */
  readonly freeShare: number
  /** Mills a unit of volume when a departure is full. */
  readonly fullMillsPerUnit: number
  readonly outOfRegionMillsPerUnit: number
  readonly kgPerUnit: number
}

/** Reads the knobs. Throws ERR_KNOB outside their ranges. */
export function lookUpSettings(knobs: KnobSettings = {}): LookUpSettings {
  const perUnit = (cents: number) => (cents * MILLS_PER_CENT) / UNITS_PER_M3
  return {
    freeShare: 1 - readKnob(LOOK_UP_KNOBS.fillKnee, knobs),
    fullMillsPerUnit: perUnit(readKnob(LOOK_UP_KNOBS.fullPrice, knobs)),
    outOfRegionMillsPerUnit: perUnit(readKnob(LOOK_UP_KNOBS.outOfRegionPrice, knobs)),
    kgPerUnit: readKnob(LOOK_UP_KNOBS.kgPerM3, knobs) / UNITS_PER_M3,
  }
}
