import { normalQuantile } from '../../../core/distributions/normal.ts'
import { drawKey, streamKey, uniformAt } from '../../replay/counter-random.ts'
import type { NetworkWorld } from './input.ts'
import { type Loads, load } from './loads.ts'
import type { RouteTable } from './router.ts'
import { departureMinute, nextDeparture, type ReplayTimetable } from './timetable.ts'
import { createTransit } from './transit.ts'

/** No truck is earlier than two standard deviations nor later than four. */
const EARLIEST = -2
const LATEST = 4

/**
 * Delays of departures, in standard deviations of their lane's time, from −2 to 4: normal deviates
 * by a hash of (seed, lane, minute of departure).
 */
export function createDelays(
  seed: string | number,
  lanes: number,
): (lane: number, minute: number) => number {
  const stream = streamKey(seed, 'network delays')
  const keys = Int32Array.from({ length: lanes }, (_, lane) => drawKey(stream, lane))
  return (lane, minute) => {
    const u = Math.max(1e-9, uniformAt(keys[lane]!, minute))
    return Math.min(LATEST, Math.max(EARLIEST, normalQuantile(u)))
  }
}

/** Moves parcels along their routes. */
export interface Journeys {
  /** Minute at which a parcel packed at `ready` is expected, each lane late by the promise's margin. */
  promise(centre: number, area: number, ready: number): number
  /** The same as it happens; books the parcel on every departure it takes. */
  travel(centre: number, area: number, ready: number, m3: number, kg: number): number
  /** Minutes to add to UTC for the clock where the parcel ends. */
  clockAt(centre: number, area: number): number
}

/**
 * Journeys over a route table. A parcel takes the first departure that has not closed; in each
 * building it spends the sort's minutes. A departure's delay is a hash of (seed, lane, minute): all
 * its parcels share it, and every policy meets the same. Its time on the way is that of the hour in
 * which it leaves, where the network knows it.
 */
export function createJourneys(
  world: NetworkWorld,
  routes: RouteTable,
  timetable: ReplayTimetable,
  offsets: Int32Array,
  loads: Loads,
  seed: string | number,
): Journeys {
  const { network, params } = world
  const { lanes } = network
  const areas = network.areas.ids.length
  const delay = createDelays(seed, lanes.ids.length)
  const transit = createTransit(network, world.firstDay, offsets)
  const luck = new Float64Array(loads.parcels.length).fill(Number.NaN)
  const luckOf = (lane: number, instance: number, departs: number): number => {
    if (Number.isNaN(luck[instance]!)) luck[instance] = delay(lane, departs)
    return luck[instance]!
  }
  const walk = (from: number, end: number, ready: number, m3: number, kg: number): number => {
    const isReal = m3 >= 0
    let minute = ready
    for (let i = from; i < end; i++) {
      const lane = routes.lanes[i]!
      if (i > from) minute += params.sortMinutes
      const instance = nextDeparture(timetable, lane, minute)
      if (isReal) load(loads, instance, 1, m3, kg)
      const departs = departureMinute(timetable, instance)
      const z = isReal ? luckOf(lane, instance, departs) : params.promiseDeviations
      minute = departs + transit(lane, departs, z)
    }
    return minute
  }
  return {
    promise: (centre, area, ready) => {
      const row = centre * areas + area
      return walk(routes.starts[row]!, routes.starts[row + 1]!, ready, -1, 0)
    },
    travel: (centre, area, ready, m3, kg) => {
      const row = centre * areas + area
      return walk(routes.starts[row]!, routes.starts[row + 1]!, ready, m3, kg)
    },
    clockAt: (centre, area) => {
      const last = routes.starts[centre * areas + area + 1]! - 1
      return offsets[lanes.fromSite[routes.lanes[last]!]!]!
    },
  }
}
