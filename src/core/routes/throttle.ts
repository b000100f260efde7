import { requireArgument } from '../errors.ts'

/**
 * What may go between regions: a budget of volume for each pair of regions and each day, taken from
 * as parcels are routed, shared by all threads.
 */
export interface Throttle {
  readonly regions: number
  readonly days: number
  /** Epoch minute at which its first day begins; its days are 1,440 minutes from there. */
  readonly firstMinute: number
  /** Region of each site and of each area of the route set; −1 belongs to none and is not throttled. */
  readonly siteRegion: Int32Array
  readonly areaRegion: Int32Array
  /** Units left at (day × regions + from) × regions + to. */
  readonly left: Int32Array
}

export interface ThrottleOptions {
  readonly regions: number
  readonly days: number
  readonly firstMinute: number
  readonly siteRegion: ArrayLike<number>
  readonly areaRegion: ArrayLike<number>
  /** Units of 0.0001 m³ that may go from one region to another in a day. */
  unitsPerDay(from: number, to: number, day: number): number
}

/** A throttle with full budgets. Throws ERR_ARGUMENT on a region out of range or a negative budget. */
export function createThrottle(options: ThrottleOptions): Throttle {
  const { regions, days, firstMinute } = options
  const left = new Int32Array(new SharedArrayBuffer(4 * regions * regions * days))
  for (let day = 0; day < days; day++) {
    for (let from = 0; from < regions; from++) {
      for (let to = 0; to < regions; to++) {
        const units = from === to ? 0 : options.unitsPerDay(from, to, day)
        requireArgument(
          units >= 0 && units < 2 ** 31,
          `the budget from region ${from} to ${to} on day ${day} is ${units}`,
        )
        left[(day * regions + from) * regions + to] = units
      }
    }
  }
  const siteRegion = regionsOf(options.siteRegion, regions)
  const areaRegion = regionsOf(options.areaRegion, regions)
  return { regions, days, firstMinute, siteRegion, areaRegion, left }
}

function regionsOf(given: ArrayLike<number>, regions: number): Int32Array {
  const result = new Int32Array(new SharedArrayBuffer(4 * given.length))
  for (let i = 0; i < given.length; i++) {
    const region = given[i]!
    requireArgument(region >= -1 && region < regions, `there is no region ${region} of ${regions}`)
    result[i] = region
  }
  return result
}

/** True when a parcel from the site to the area leaves its region. */
export function leavesRegion(throttle: Throttle, site: number, area: number): boolean {
  const [from, to] = [throttle.siteRegion[site]!, throttle.areaRegion[area]!]
  return from >= 0 && to >= 0 && from !== to
}

/** Units that may still go between the regions of a site and an area on the day of `now`. */
export function throttleLeft(throttle: Throttle, site: number, area: number, now: number): number {
  const at = budgetOf(throttle, site, area, now)
  return at < 0 ? 0 : Atomics.load(throttle.left, at)
}

/** Takes units from the day's budget between two regions; false when it has not so many left. */
export function takeFromThrottle(
  throttle: Throttle,
  site: number,
  area: number,
  now: number,
  units: number,
): boolean {
  const at = budgetOf(throttle, site, area, now)
  if (at < 0) return false
  let left = Atomics.load(throttle.left, at)
  while (left >= units) {
    const seen = Atomics.compareExchange(throttle.left, at, left, left - units)
    if (seen === left) return true
    left = seen
  }
  return false
}

/** Gives units back to the budget of the day of `now`. */
export function giveToThrottle(
  throttle: Throttle,
  site: number,
  area: number,
  now: number,
  units: number,
): void {
  const at = budgetOf(throttle, site, area, now)
  if (at >= 0) Atomics.add(throttle.left, at, units)
}

/** Where the budget lies; −1 outside the throttle's days, on which nothing may leave its region. */
function budgetOf(throttle: Throttle, site: number, area: number, now: number): number {
  const { regions, days, firstMinute } = throttle
  const day = Math.floor((now - firstMinute) / 1440)
  if (day < 0 || day >= days) return -1
  const [from, to] = [throttle.siteRegion[site]!, throttle.areaRegion[area]!]
  return (day * regions + from) * regions + to
}
