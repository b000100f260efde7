import { type DepartureRoom, unitsOf } from './departure-book.ts'
import type { LookUpSettings } from './knobs.ts'
import { type PricedRoute, priceRoutes, type Refusal } from './plain-look-up.ts'
import { chargeableKg, departureOf, type ParcelRequest } from './route-parcel.ts'
import { MILLS_PER_CENT, pairOf, type RouteSet } from './route-set.ts'
import { leavesRegion, type Throttle, throttleLeft } from './throttle.ts'

/** Why an alternative was not taken, or that it was. */
export type Verdict =
  | 'chosen'
  | 'dearer'
  | 'outside the region while a route inside is feasible'
  | 'budget between regions is spent'
  | Refusal

/** A route as an explanation shows it. */
export interface Alternative {
  readonly siteId: string
  /** Epoch minutes. */
  readonly orderBy: number
  readonly arriveBy: number
  /** Cents: the route itself, what the fill of its departures adds, what leaving the region adds. */
  readonly routeCents: number
  readonly fillCents: number
  readonly outOfRegionCents: number
  readonly lanes: readonly string[]
  readonly verdict: Verdict
  /** The departure without room, where that is the verdict: `lane` at an epoch minute. */
  readonly full: { readonly laneId: string; readonly minute: number } | undefined
}

/** What would be chosen now, and every route beside it with the reason, cheapest first. */
export interface Explanation {
  readonly version: string
  readonly chosen: Alternative | undefined
  readonly alternatives: readonly Alternative[]
  /** Where no route is feasible: what stands in the way. */
  readonly blockedBy: string | undefined
}

/**
 * Explains the choice for a parcel as the router would make it at this moment, without reserving.
 * At most `most` alternatives, those that come nearest to being chosen first.
 */
export function explainParcel(
  set: RouteSet,
  room: DepartureRoom,
  settings: LookUpSettings,
  request: ParcelRequest,
  throttle?: Throttle,
  most = 20,
): Explanation {
  const units = unitsOf(request.m3)
  const parcel = { ...request, units, chargeableKg: chargeableKg(units, request.kg, settings) }
  const candidates = request.sites.flatMap((site) => {
    const out = throttle !== undefined && leavesRegion(throttle, site, request.area)
    const spent = out && throttleLeft(throttle, site, request.area, request.now) < units
    const pair = pairOf(set, site, request.area)
    return priceRoutes(set, room, settings, pair, parcel).map((priced) => ({
      ...{ site, out, spent, priced },
      added: out ? settings.outOfRegionMillsPerUnit * units : 0,
    }))
  })
  const ranked = candidates.toSorted((a, b) => millsOf(a) - millsOf(b))
  const feasible = ranked.filter((c) => c.priced.refusal === undefined && !c.spent)
  const chosen = feasible.find((c) => !c.out) ?? feasible[0]
  const shown = ranked.map((c) => alternativeOf(set, c, verdictOf(c, chosen)))
  const order = (a: Alternative) => (a.verdict === 'order-by passed' ? 1 : 0)
  const alternatives = shown
    .filter((a) => a.verdict !== 'chosen')
    .toSorted((a, b) => order(a) - order(b))
    .slice(0, most)
  return {
    version: set.version,
    chosen: shown.find((a) => a.verdict === 'chosen'),
    alternatives,
    blockedBy: chosen === undefined ? blocker(set, request, shown) : undefined,
  }
}

interface Candidate {
  readonly site: number
  readonly out: boolean
  readonly spent: boolean
  readonly priced: PricedRoute
  readonly added: number
}

function millsOf({ priced, added }: Candidate): number {
  return priced.mills + priced.fillMills + added
}

function verdictOf(candidate: Candidate, chosen: Candidate | undefined): Verdict {
  if (candidate === chosen) return 'chosen'
  if (candidate.priced.refusal !== undefined) return candidate.priced.refusal
  if (candidate.spent) return 'budget between regions is spent'
  if (candidate.out && chosen?.out === false) {
    return 'outside the region while a route inside is feasible'
  }
  return 'dearer'
}

function alternativeOf(set: RouteSet, candidate: Candidate, verdict: Verdict): Alternative {
  const { route, mills, fillMills, fullSlot } = candidate.priced
  return {
    siteId: set.siteIds[candidate.site]!,
    orderBy: set.baseMinute + route.orderBy,
    arriveBy: set.baseMinute + route.arriveBy,
    routeCents: mills / MILLS_PER_CENT,
    fillCents: fillMills / MILLS_PER_CENT,
    outOfRegionCents: candidate.added / MILLS_PER_CENT,
    lanes: route.legs.map((slot) => departureOf(set, slot).laneId),
    verdict,
    full: fullSlot === undefined ? undefined : departureOf(set, fullSlot),
  }
}

function blocker(set: RouteSet, request: ParcelRequest, all: readonly Alternative[]): string {
  const area = set.areaIds[request.area]!
  if (all.length === 0) return `No site with the goods has a route to area ${area}.`
  const count = (verdict: Verdict) => all.filter((a) => a.verdict === verdict).length
  const late = count('arrives too late')
  const full = count('departure full')
  const spent = count('budget between regions is spent')
  if (full + spent + late === 0) {
    return 'All order-bys have passed: the route set ends before this order.'
  }
  if (full + spent === 0) {
    const soonest = Math.min(
      ...all.filter((a) => a.verdict === 'arrives too late').map((a) => a.arriveBy),
    )
    const when = new Date(soonest * 60_000).toISOString()
    return `No route arrives by the promised time; the earliest arrives by ${when}.`
  }
  return `Of the routes in time ${full} have a full departure and ${spent} meet a spent budget between regions.`
}
