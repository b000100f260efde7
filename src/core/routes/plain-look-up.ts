import { type DepartureRoom, freeShareAfter, unitsLeft } from './departure-book.ts'
import type { LookUpSettings } from './knobs.ts'
import { type Route, type RouteSet, readRoutes, routeMills } from './route-set.ts'

/** Why a route of a pair cannot be taken. */
export type Refusal = 'order-by passed' | 'arrives too late' | 'departure full'

/** A route with its price at this moment. */
export interface PricedRoute {
  /** Its number in the pair. */
  readonly at: number
  readonly route: Route
  /** Mills before the fill of its departures, and what that adds. */
  readonly mills: number
  readonly fillMills: number
  readonly refusal: Refusal | undefined
  /** Slot of the first departure without room, where that is the refusal. */
  readonly fullSlot: number | undefined
}

/** A parcel as look-ups see it. */
export interface RoutedParcel {
  /** Epoch minutes. */
  readonly now: number
  readonly promisedBy: number
  /** Units of 0.0001 m³. */
  readonly units: number
  readonly chargeableKg: number
}

/**
 * All routes of a pair, priced or refused with the reason: the plain reference that the look-up is
 * held to, and what an explanation reads. Units and equation as in `LookUp.find`.
 */
export function priceRoutes(
  set: RouteSet,
  room: DepartureRoom,
  settings: LookUpSettings,
  pair: number,
  parcel: RoutedParcel,
): readonly PricedRoute[] {
  return readRoutes(set, pair).map((route, at) => {
    const fullSlot = route.legs.find((slot) => unitsLeft(room, slot) < parcel.units)
    return {
      at,
      route,
      mills: routeMills(route, parcel.chargeableKg),
      fillMills: fullSlot === undefined ? fillMills(room, settings, route, parcel.units) : 0,
      refusal: refusalOf(set, route, parcel, fullSlot),
      fullSlot,
    }
  })
}

function refusalOf(
  set: RouteSet,
  route: Route,
  { now, promisedBy }: RoutedParcel,
  fullSlot: number | undefined,
): Refusal | undefined {
  if (set.baseMinute + route.orderBy < now) return 'order-by passed'
  if (set.baseMinute + route.arriveBy > promisedBy) return 'arrives too late'
  return fullSlot === undefined ? undefined : 'departure full'
}

function fillMills(
  room: DepartureRoom,
  { freeShare, fullMillsPerUnit }: LookUpSettings,
  route: Route,
  units: number,
): number {
  let mills = 0
  for (const slot of route.legs) {
    const short = Math.max(0, freeShare - freeShareAfter(room, slot, units)) / freeShare
    mills += fullMillsPerUnit * units * short * short
  }
  return mills
}

/** The cheapest of priced routes that is not refused; the earlier order-by among equals. */
export function cheapestOf(routes: readonly PricedRoute[]): PricedRoute | undefined {
  let best: PricedRoute | undefined
  for (const priced of routes) {
    if (priced.refusal !== undefined) continue
    if (best === undefined || priced.mills + priced.fillMills < best.mills + best.fillMills) {
      best = priced
    }
  }
  return best
}
