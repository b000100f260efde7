import type { LaneSettings } from './knobs.ts'

/** Minutes of a week. */
export const WEEK_MINUTES = 10_080

/**
 * Departures a week that leave no parcel waiting longer than `slackMinutes`: the waiting counted is
 * `waitShare` of the time between two departures, evenly spread. Infinity where there is no slack.
 */
export function departuresFor(slackMinutes: number, waitShare: number): number {
  if (slackMinutes <= 0) return waitShare === 0 ? 1 : Number.POSITIVE_INFINITY
  return Math.max(1, Math.ceil((waitShare * WEEK_MINUTES) / slackMinutes))
}

/** How a lane is run when it carries given volumes. */
export interface Running {
  readonly departures: number
  /** Expected departures hired beyond those. */
  readonly extra: number
  /** Expected cost a week of all of them, cents. */
  readonly cents: number
}

/**
 * The planned departures of least expected cost, no fewer than `least`: each costs `departureCents`
 * whether it is filled or not, each one hired on the day `extraTruckFactor` times as much (a
 * newsvendor over the scenarios: one more is planned while the chance that it is needed exceeds
 * 1 / extraTruckFactor). `m3[s · stride + at]` is the volume of scenario s.
 */
export function runLane(
  m3: Float64Array,
  at: number,
  stride: number,
  probability: Float64Array,
  capacityM3: number,
  departureCents: number,
  least: number,
  { extraTruckFactor }: LaneSettings,
): Running {
  const scenarios = probability.length
  const needed = new Int32Array(scenarios)
  for (let s = 0; s < scenarios; s++) needed[s] = trucksFor(m3[s * stride + at]!, capacityM3)
  // The best number is one that some scenario needs, or the least that is allowed.
  let best = least
  let bestCost = Number.POSITIVE_INFINITY
  let bestExtra = 0
  for (let choice = -1; choice < scenarios; choice++) {
    const planned = choice < 0 ? least : needed[choice]!
    if (planned < least || (choice >= 0 && planned === best)) continue
    let extra = 0
    for (let s = 0; s < scenarios; s++)
      if (needed[s]! > planned) extra += probability[s]! * (needed[s]! - planned)
    const cost = planned + extraTruckFactor * extra
    if (cost < bestCost - 1e-12 || (cost < bestCost + 1e-12 && planned < best)) {
      bestCost = cost
      best = planned
      bestExtra = extra
    }
  }
  return { departures: best, extra: bestExtra, cents: bestCost * departureCents }
}

/** Whole departures that a volume fills; a hair above a whole number is rounding, not a truck. */
export function trucksFor(m3: number, capacityM3: number): number {
  return Math.ceil(m3 / capacityM3 - 1e-9)
}
