import { expectedTrucks, type OrderToAssign, type ParcelPrice } from '../../fulfilment/index.ts'
import type { NetworkWorld } from '../network/replay/input.ts'
import type { Loads } from '../network/replay/loads.ts'
import type { RouteTable } from '../network/replay/router.ts'
import {
  departureMinute,
  nextDeparture,
  type ReplayTimetable,
} from '../network/replay/timetable.ts'
import { pastLoads } from './past-loads.ts'
import type { Ways } from './ways.ts'

/** Standard deviations of each lane's time at which a way counts as safe, and what a risky one counts more. */
const SAFE_DEVIATIONS = 2.5
const RISK_CENTS = 300

/** Prices parcels by the room of the departures they would take. */
export interface RoomPrices {
  price(centre: number, order: OrderToAssign, kg: number, m3: number): ParcelPrice | undefined
  /** To be called when time has moved on: what departures carry is looked at anew. */
  lookAnew(now: number): void
}

/**
 * Room of trucks at the margin: each leg of a parcel's way costs the trucks that the parcel adds to
 * its departure, in the mean over what past departures at that hour carried; where the departure has
 * more booked already, that counts. Vans, planes and sorts cost as the tariff says. A way that keeps
 * the promise only while every lane is on time or nearly so counts as dearer than it is.
 */
export function createRoomPrices(
  world: NetworkWorld,
  routes: RouteTable,
  timetable: ReplayTimetable,
  loads: Loads,
  ways: Ways,
): RoomPrices {
  const { network, params } = world
  const { lanes, areas } = network
  const scale = params.ordersPerReplayed
  const known = new Map<number, readonly number[]>()
  let at = 0
  const loadsOf = (lane: number, instance: number): readonly number[] => {
    const before = known.get(instance)
    if (before !== undefined) return before
    const booked = loads.m3[instance]! * scale
    const past = pastLoads(timetable, loads.m3, lane, instance, at)
    const all = past.map((m3) => Math.max(m3 * scale, booked))
    known.set(instance, all)
    return all
  }
  return {
    lookAnew(now) {
      at = now
      known.clear()
    },
    price(centre, order, kg, m3) {
      const { area, now } = order
      if (ways.expected(centre, area, now) > order.promisedBy) return undefined
      const pair = centre * areas.ids.length + area
      let cents = ways.fixedCents(pair, kg)
      let minute = now + params.packMinutes
      let safe = minute
      for (let i = routes.starts[pair]!; i < routes.starts[pair + 1]!; i++) {
        const lane = routes.lanes[i]!
        if (i > routes.starts[pair]!) {
          minute += params.sortMinutes
          safe += params.sortMinutes
        }
        const instance = nextDeparture(timetable, lane, minute)
        minute = departureMinute(timetable, instance) + lanes.transitMinutes[lane]!
        const late = lanes.transitMinutes[lane]! + SAFE_DEVIATIONS * lanes.transitSdMinutes[lane]!
        safe = departureMinute(timetable, nextDeparture(timetable, lane, safe)) + late
        const truckCents = lanes.costPerTruckCents[lane]!
        if (Number.isNaN(truckCents)) continue
        const departure = { truckM3: lanes.capacityM3[lane]!, pastLoadsM3: loadsOf(lane, instance) }
        cents += (truckCents * expectedTrucks(m3 * scale, departure)) / scale
      }
      return { route: pair, cents: safe > order.promisedBy ? cents + RISK_CENTS : cents }
    },
  }
}
