import type { Network } from '../../../network/index.ts'
import type { NetworkPolicy, NetworkWorld } from './input.ts'
import { meanTransit } from './transit.ts'

/** For each centre × area the lanes of the way, `lanes[starts[c · areas + a]]` …; empty where none leads. */
export interface RouteTable {
  readonly starts: Int32Array
  readonly lanes: Int32Array
}

/** Fill at which a truck's price is shared out when routes are compared. */
const NOMINAL_FILL = 0.6
/** The parcel that routes are compared for. */
const PARCEL_M3 = 0.025
const PARCEL_KG = 2.5

/**
 * The cheapest way of a usual parcel from each centre to each area over the lanes that are open:
 * money on the lanes at a nominal fill, sorts, and hours on the way and waiting at the price of
 * time (Dijkstra). Only a centre sends parcels; a dock is never passed.
 */
export function buildRoutes(world: NetworkWorld, policy: NetworkPolicy): RouteTable {
  const { network, centres } = world
  const weights = laneWeights(world)
  const out = lanesOut(network, policy.openLanes)
  const areas = network.areas.ids.length
  const starts = new Int32Array(centres.length * areas + 1)
  const lanes: number[] = []
  centres.forEach((site, c) => {
    const { siteLane, areaLane } = waysFrom(network, site, out, weights)
    for (let area = 0; area < areas; area++) {
      lanes.push(...traceBack(network, site, areaLane[area]!, siteLane))
      starts[c * areas + area + 1] = lanes.length
    }
  })
  return { starts, lanes: Int32Array.from(lanes) }
}

/** Cents and priced hours of a usual parcel on each lane. */
function laneWeights({ network, params }: NetworkWorld): Float64Array {
  const { lanes, departures } = network
  const transit = meanTransit(network)
  const weekly = new Int32Array(lanes.ids.length)
  for (const lane of departures.lane) weekly[lane]! += 1
  return Float64Array.from(lanes.ids, (_, lane) => {
    if (weekly[lane] === 0) return Number.POSITIVE_INFINITY
    const truck = lanes.costPerTruckCents[lane]!
    const share = Number.isNaN(truck)
      ? 0
      : (truck * PARCEL_M3 * params.boxFactor) / (NOMINAL_FILL * lanes.capacityM3[lane]!)
    const waitMinutes = (7 * 1440) / weekly[lane]! / 2
    const hours = (transit[lane]! + waitMinutes + params.sortMinutes) / 60
    return (
      share +
      lanes.costPerParcelCents[lane]! +
      lanes.costPerKgCents[lane]! * PARCEL_KG +
      params.sortCents +
      params.hourCents * hours
    )
  })
}

function lanesOut(network: Network, open: Uint8Array): readonly (readonly number[])[] {
  const out: number[][] = network.sites.ids.map(() => [])
  network.lanes.fromSite.forEach((site, lane) => {
    if (open[lane] === 1) out[site]!.push(lane)
  })
  return out
}

interface Ways {
  /** Lane by which each site and area is reached, −1 where none does. */
  readonly siteLane: Int32Array
  readonly areaLane: Int32Array
}

/** Dijkstra by scanning: a few hundred sites need no heap. Parcels do not come back into a centre. */
function waysFrom(
  { sites, areas, lanes }: Network,
  from: number,
  out: readonly (readonly number[])[],
  weights: Float64Array,
): Ways {
  const siteCost = new Float64Array(sites.ids.length).fill(Number.POSITIVE_INFINITY)
  const areaCost = new Float64Array(areas.ids.length).fill(Number.POSITIVE_INFINITY)
  const siteLane = new Int32Array(sites.ids.length).fill(-1)
  const areaLane = new Int32Array(areas.ids.length).fill(-1)
  const done = new Uint8Array(sites.ids.length)
  siteCost[from] = 0
  for (let site = from; site >= 0; site = nearestOpen(siteCost, done)) {
    done[site] = 1
    for (const lane of out[site]!) {
      const cost = siteCost[site]! + weights[lane]!
      const to = lanes.toSite[lane]!
      const area = lanes.toArea[lane]!
      if (to >= 0 && sites.kinds[to] !== 'fulfilment_centre' && cost < siteCost[to]!) {
        siteCost[to] = cost
        siteLane[to] = lane
      } else if (to < 0 && cost < areaCost[area]!) {
        areaCost[area] = cost
        areaLane[area] = lane
      }
    }
  }
  return { siteLane, areaLane }
}

function nearestOpen(cost: Float64Array, done: Uint8Array): number {
  let best = -1
  let least = Number.POSITIVE_INFINITY
  for (let site = 0; site < cost.length; site++) {
    if (done[site] === 0 && cost[site]! < least) {
      least = cost[site]!
      best = site
    }
  }
  return best
}

function traceBack({ lanes }: Network, from: number, last: number, siteLane: Int32Array): number[] {
  const way: number[] = []
  for (let lane = last; lane >= 0; ) {
    way.push(lane)
    const site = lanes.fromSite[lane]!
    lane = site === from ? -1 : siteLane[site]!
  }
  return way.reverse()
}
