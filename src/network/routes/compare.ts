import { requireArgument } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { bookOfSet, unitsOf } from '../../core/routes/departure-book.ts'
import { lookUpSettings } from '../../core/routes/knobs.ts'
import { createLookUp } from '../../core/routes/look-up.ts'
import { chargeableKg } from '../../core/routes/route-parcel.ts'
import { MILLS_PER_CENT, pairOf, type RouteSet, readRoute } from '../../core/routes/route-set.ts'
import type { Network } from '../network.ts'

/** An order as it was recorded: where its goods lay, where it went, when and how large it was. */
export interface RecordedOrder {
  readonly siteId: string
  readonly areaId: string
  /** Epoch minutes. */
  readonly minute: number
  readonly promisedBy: number
  readonly m3: number
  readonly kg: number
}

/** What a set makes of the orders that both sets can route. */
export interface RouteSummary {
  readonly version: string
  /** Orders without a feasible route in this set. */
  readonly unrouted: number
  readonly meanCostCents: number
  readonly meanHours: number
  readonly meanKm: number
  /** Lanes used by any order. */
  readonly lanes: number
  readonly lanesPerOrder: number
}

export interface RouteComparison {
  readonly orders: number
  /** Orders that both sets route: what the means are over. */
  readonly both: number
  readonly before: RouteSummary
  readonly after: RouteSummary
  /** Of the orders routed by both, those that go over other lanes. */
  readonly changed: number
  /** Orders routed by one set alone. */
  readonly lost: readonly RecordedOrder[]
  readonly gained: readonly RecordedOrder[]
}

/**
 * Routes recorded orders with two sets, each with empty departures, as the cheapest feasible route of
 * its pair: cost, speed, kilometres, lanes, and which orders change. Throws ERR_ARGUMENT on a site
 * or area that a set does not know. Distances are those of the network's lanes.
 */
export function compareRouteSets(
  before: RouteSet,
  after: RouteSet,
  orders: readonly RecordedOrder[],
  network: Network,
  knobs: KnobSettings = {},
): RouteComparison {
  const [old, next] = [
    routeAll(before, orders, network, knobs),
    routeAll(after, orders, network, knobs),
  ]
  const both = orders.flatMap((_, i) => (old[i] !== undefined && next[i] !== undefined ? [i] : []))
  return {
    orders: orders.length,
    both: both.length,
    before: summarize(before.version, old, both),
    after: summarize(after.version, next, both),
    changed: both.filter((i) => old[i]!.lanes.join() !== next[i]!.lanes.join()).length,
    lost: orders.filter((_, i) => old[i] !== undefined && next[i] === undefined),
    gained: orders.filter((_, i) => old[i] === undefined && next[i] !== undefined),
  }
}

interface Routed {
  readonly cents: number
  readonly hours: number
  readonly km: number
  readonly lanes: readonly string[]
}

function routeAll(
  set: RouteSet,
  orders: readonly RecordedOrder[],
  { lanes: { ids, distanceKm } }: Network,
  knobs: KnobSettings,
): readonly (Routed | undefined)[] {
  const settings = lookUpSettings(knobs)
  const lookUp = createLookUp(set, bookOfSet(set), settings)
  const sites = new Map(set.siteIds.map((id, site) => [id, site]))
  const areas = new Map(set.areaIds.map((id, area) => [id, area]))
  const kmOf = new Map(ids.map((id, lane) => [id, distanceKm[lane]!]))
  return orders.map(({ siteId, areaId, minute, promisedBy, m3, kg }) => {
    const [site, area] = [sites.get(siteId), areas.get(areaId)]
    requireArgument(site !== undefined, `route set ${set.version} has no site ${siteId}`)
    requireArgument(area !== undefined, `route set ${set.version} has no area ${areaId}`)
    const units = unitsOf(m3)
    const pair = pairOf(set, site, area)
    const at = lookUp.find(pair, minute, promisedBy, units, chargeableKg(units, kg, settings))
    if (at < 0) return undefined
    const route = readRoute(set, pair, at)
    const lanes = route.legs.map((slot) => set.laneIds[set.departures.lane[slot]!]!)
    return {
      cents: lookUp.mills[0]! / MILLS_PER_CENT,
      hours: (set.baseMinute + route.arriveBy - minute) / 60,
      km: lanes.reduce((sum, id) => sum + (kmOf.get(id) ?? 0), 0),
      lanes,
    }
  })
}

function summarize(
  version: string,
  routed: readonly (Routed | undefined)[],
  both: readonly number[],
): RouteSummary {
  const mean = (of: (one: Routed) => number) =>
    both.reduce((sum, i) => sum + of(routed[i]!), 0) / Math.max(1, both.length)
  return {
    version,
    unrouted: routed.filter((one) => one === undefined).length,
    meanCostCents: mean((one) => one.cents),
    meanHours: mean((one) => one.hours),
    meanKm: mean((one) => one.km),
    lanes: new Set(both.flatMap((i) => routed[i]!.lanes)).size,
    lanesPerOrder: mean((one) => one.lanes.length),
  }
}
