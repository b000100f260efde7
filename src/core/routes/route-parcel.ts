import { requireArgument } from '../errors.ts'
import { type DepartureRoom, release, reserve, unitsOf } from './departure-book.ts'
import type { LookUpSettings } from './knobs.ts'
import { createLookUp, type LookUp } from './look-up.ts'
import { MILLS_PER_CENT, MOST_LEGS, pairOf, type RouteSet } from './route-set.ts'
import {
  giveToThrottle,
  leavesRegion,
  type Throttle,
  takeFromThrottle,
  throttleLeft,
} from './throttle.ts'

/** What is asked at the click. */
export interface ParcelRequest {
  /** Area of the customer, and the sites that have the goods, as numbered in the route set. */
  readonly area: number
  readonly sites: readonly number[]
  /** Epoch minutes. */
  readonly now: number
  readonly promisedBy: number
  readonly m3: number
  readonly kg: number
}

/** The route of a parcel, with its room taken; keep it to release the parcel. */
export interface ParcelRoute {
  /** Version that it was routed with and stays with. */
  readonly version: string
  readonly site: number
  readonly area: number
  /** Number of the route in its pair. */
  readonly at: number
  /** Cost in cents, with what the fill of departures and the way out of the region add. */
  readonly costCents: number
  readonly slots: readonly number[]
  readonly units: number
  readonly outOfRegion: boolean
  /** Minute of the order: names the day of the throttle's budget. */
  readonly now: number
}

/** Routes parcels and takes their room; made once for a set and reused by one thread. */
export interface ParcelRouter {
  readonly set: RouteSet
  /**
   * The cheapest feasible route over all sites, with its room reserved; where another thread was
   * faster, the next cheapest. Sites outside the area's region come last, against the throttle's
   * budget of the day and at its price. Undefined where nothing is feasible.
   */
  route(request: ParcelRequest): ParcelRoute | undefined
  /** Gives back what a route took. */
  release(route: ParcelRoute): void
}

/** Looks for one parcel: more means that other threads take and give back without end. */
const MOST_TRIES = 1000

/** Weight a parcel is charged by: its own, or that of its room. */
export function chargeableKg(units: number, kg: number, { kgPerUnit }: LookUpSettings): number {
  return Math.max(kg, units * kgPerUnit)
}

/** A router on one set. Without a throttle all sites are equal. */
export function createParcelRouter(
  set: RouteSet,
  room: DepartureRoom,
  settings: LookUpSettings,
  throttle?: Throttle,
): ParcelRouter {
  const lookUp = createLookUp(set, room, settings)
  const slots = new Int32Array(MOST_LEGS)
  return {
    set,
    route(request) {
      checkRequest(request)
      const isOut = (site: number) =>
        throttle !== undefined && leavesRegion(throttle, site, request.area)
      const inside = request.sites.filter((site) => !isOut(site))
      const found = routeWithin(inside, request, false)
      if (found !== undefined || inside.length === request.sites.length) return found
      return routeWithin(request.sites.filter(isOut), request, true)
    },
    release(route) {
      release(room, route.slots, route.slots.length, route.units)
      if (route.outOfRegion && throttle !== undefined) {
        giveToThrottle(throttle, route.site, route.area, route.now, route.units)
      }
    },
  }

  /** A refusal means that another thread was faster; the next look sees the room as it is then. */
  function routeWithin(
    sites: readonly number[],
    request: ParcelRequest,
    outOfRegion: boolean,
  ): ParcelRoute | undefined {
    const units = unitsOf(request.m3)
    const kg = chargeableKg(units, request.kg, settings)
    const { area, now } = request
    const added = outOfRegion ? settings.outOfRegionMillsPerUnit * units : 0
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const open = outOfRegion
        ? sites.filter((site) => throttleLeft(throttle!, site, area, now) >= units)
        : sites
      const best = cheapestSite(set, lookUp, open, request, units, kg)
      if (best === undefined) return undefined
      const legs = lookUp.legsOf(pairOf(set, best.site, area), best.at, slots)
      if (outOfRegion && !takeFromThrottle(throttle!, best.site, area, now, units)) continue
      if (reserve(room, slots, legs, units)) {
        return {
          ...{ version: set.version, site: best.site, area, at: best.at, units, outOfRegion, now },
          costCents: (best.mills + added) / MILLS_PER_CENT,
          slots: [...slots.subarray(0, legs)],
        }
      }
      if (outOfRegion) giveToThrottle(throttle!, best.site, area, now, units)
    }
    return undefined
  }
}

interface BestSite {
  readonly site: number
  readonly at: number
  readonly mills: number
}

function cheapestSite(
  set: RouteSet,
  lookUp: LookUp,
  sites: readonly number[],
  { area, now, promisedBy }: ParcelRequest,
  units: number,
  kg: number,
): BestSite | undefined {
  let best: BestSite | undefined
  for (const site of sites) {
    const at = lookUp.find(pairOf(set, site, area), now, promisedBy, units, kg)
    const mills = lookUp.mills[0]!
    if (at >= 0 && (best === undefined || mills < best.mills)) best = { site, at, mills }
  }
  return best
}

function checkRequest({ now, promisedBy, m3, kg, sites }: ParcelRequest): void {
  requireArgument(
    Number.isFinite(now) && Number.isFinite(promisedBy),
    `a parcel ordered at ${now} and promised by ${promisedBy} has no times`,
  )
  requireArgument(m3 >= 0 && kg >= 0, `a parcel of ${m3} m³ and ${kg} kg has no size`)
  requireArgument(sites.length > 0, 'a parcel must have a site that it can come from')
}

/** The lane and epoch minute of a departure, as people name it. */
export function departureOf(
  set: RouteSet,
  slot: number,
): { readonly laneId: string; readonly minute: number } {
  return {
    laneId: set.laneIds[set.departures.lane[slot]!]!,
    minute: set.departures.minute[slot]!,
  }
}
