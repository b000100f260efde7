import { normalQuantile } from '../../core/distributions/normal.ts'
import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import { LOOK_UP_KNOBS } from '../../core/routes/knobs.ts'
import { MILLS_PER_CENT, MOST_MINUTES } from '../../core/routes/route-set.ts'

/** Knobs of building route sets. */
export const ROUTE_KNOBS = {
  entries: declareKnob({
    name: 'network.route-entries',
    unit: 'routes a pair',
    range: [1, 512],
    default: 64,
    trades: 'More keep every way between two sites; memory and build time grow in proportion.',
  }),
  spanDays: declareKnob({
    name: 'network.route-span-days',
    unit: 'days',
    range: [1, 30],
    default: 7,
    trades: 'Longer serves orders further ahead from one set, with fewer routes a day.',
  }),
  tailDays: declareKnob({
    name: 'network.route-tail-days',
    unit: 'days',
    range: [1, 14],
    default: 7,
    trades:
      'Longer lets slow routes of the last days arrive; each day costs its departures in the scan.',
  }),
  quantile: declareKnob({
    name: 'network.route-transit-quantile',
    unit: 'share',
    range: [0.5, 0.999],
    default: 0.9,
    trades:
      'Share of runs of a lane that are there by the time counted on: higher keeps more promises and makes them later.',
  }),
  referenceKg: declareKnob({
    name: 'network.route-reference-kg',
    unit: 'kg',
    range: [0.01, 100],
    default: 2,
    trades:
      'Weight at which routes are compared while building: far from what is shipped, routes that would be cheapest are left out.',
  }),
  truckFill: declareKnob({
    name: 'network.route-truck-fill',
    unit: 'share',
    range: [0.05, 1],
    default: 0.8,
    trades: 'Fill over which the cost of a truck run is spread: lower makes truck lanes dearer.',
  }),
  hourValue: declareKnob({
    name: 'network.route-hour-value',
    unit: 'cents an hour',
    range: [0, 10_000],
    default: 10,
    trades:
      'What an hour of delivery is worth when a pair has too many routes: higher keeps fast ones, lower cheap ones.',
  }),
} as const

/** The knobs in the units of the scan. */
export interface RouteSettings {
  readonly entries: number
  readonly spanMinutes: number
  readonly horizonMinutes: number
  /** Standard deviations added to the mean time on the way. */
  readonly z: number
  readonly referenceKg: number
  readonly truckFill: number
  readonly kgPerM3: number
  readonly millsPerMinute: number
}

/** Reads the knobs. Throws ERR_KNOB outside their ranges. */
export function routeSettings(knobs: KnobSettings = {}): RouteSettings {
  const spanMinutes = 1440 * readKnob(ROUTE_KNOBS.spanDays, knobs)
  const tail = 1440 * readKnob(ROUTE_KNOBS.tailDays, knobs)
  return {
    entries: Math.floor(readKnob(ROUTE_KNOBS.entries, knobs)),
    spanMinutes,
    horizonMinutes: Math.min(MOST_MINUTES, spanMinutes + tail),
    z: normalQuantile(readKnob(ROUTE_KNOBS.quantile, knobs)),
    referenceKg: readKnob(ROUTE_KNOBS.referenceKg, knobs),
    truckFill: readKnob(ROUTE_KNOBS.truckFill, knobs),
    kgPerM3: readKnob(LOOK_UP_KNOBS.kgPerM3, knobs),
    millsPerMinute: (readKnob(ROUTE_KNOBS.hourValue, knobs) * MILLS_PER_CENT) / 60,
  }
}
