import { greatCircleKm } from '../../core/great-circle.ts'
import type { OrderToAssign, ParcelPrice } from '../../fulfilment/index.ts'
import type { NetworkWorld } from '../network/replay/input.ts'
import type { Journeys } from '../network/replay/journey.ts'
import type { RouteTable } from '../network/replay/router.ts'

/** Fill at which a truck's price is shared out when parcels are priced. */
const NOMINAL_FILL = 0.6

/** What sending a parcel costs, as far as the store can know: the prices of its lanes. */
export interface Ways {
  /** Cents of a parcel that arrives by its promise; undefined where it is expected too late. */
  price(centre: number, order: OrderToAssign, kg: number, m3: number): ParcelPrice | undefined
  /** Minute at which a parcel picked at `pick` is expected, Infinity where no way leads. */
  expected(centre: number, area: number, pick: number): number
  /** Cents of vans, planes and sorts on the way of a pair (centre × areas + area). */
  fixedCents(pair: number, kg: number): number
  km(centre: number, area: number): number
}

/** Ways over a route table; a parcel's lane prices are shared out at a nominal fill of trucks. */
export function createWays(world: NetworkWorld, routes: RouteTable, journeys: Journeys): Ways {
  const { network, centres, params } = world
  const { lanes, areas, sites } = network
  const count = areas.ids.length
  const fixed = new Float64Array(centres.length * count)
  const perKg = new Float64Array(fixed.length)
  const perM3 = new Float64Array(fixed.length)
  for (let pair = 0; pair < fixed.length; pair++) {
    for (let i = routes.starts[pair]!; i < routes.starts[pair + 1]!; i++) {
      const lane = routes.lanes[i]!
      const truck = lanes.costPerTruckCents[lane]!
      fixed[pair]! +=
        lanes.costPerParcelCents[lane]! + (i > routes.starts[pair]! ? params.sortCents : 0)
      perKg[pair]! += lanes.costPerKgCents[lane]!
      if (!Number.isNaN(truck)) perM3[pair]! += truck / (NOMINAL_FILL * lanes.capacityM3[lane]!)
    }
  }
  const expected = (centre: number, area: number, pick: number) => {
    const pair = centre * count + area
    if (routes.starts[pair] === routes.starts[pair + 1]) return Number.POSITIVE_INFINITY
    return journeys.promise(centre, area, pick + params.packMinutes)
  }
  return {
    expected,
    fixedCents: (pair, kg) => fixed[pair]! + perKg[pair]! * kg,
    price(centre, { area, now, promisedBy }, kg, m3) {
      if (expected(centre, area, now) > promisedBy) return undefined
      const pair = centre * count + area
      return { route: pair, cents: fixed[pair]! + perKg[pair]! * kg + perM3[pair]! * m3 }
    },
    km: (centre, area) =>
      greatCircleKm(
        sites.lat[centres[centre]!]!,
        sites.lon[centres[centre]!]!,
        areas.lat[area]!,
        areas.lon[area]!,
      ),
  }
}
