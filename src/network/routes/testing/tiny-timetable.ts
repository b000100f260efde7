import { createRandom } from '../../../core/random/random.ts'
import type { Lanes, Network, SiteKind } from '../../network.ts'
import type { Timetable } from '../timetable.ts'

/** A lane of a timetable written by hand: where it goes, how long and at what cost. */
export interface TinyLane {
  readonly id: string
  readonly from: number
  readonly toSite?: number
  readonly toArea?: number
  readonly minutes: number
  readonly sd?: number
  readonly cents?: number
  readonly centsPerKg?: number
  readonly truckCents?: number
  readonly m3?: number
  readonly carrier?: string
  /** [minute of the week, cut-off minutes]. */
  readonly leaves: readonly (readonly [minute: number, cutoff: number])[]
}

export interface TinyWorld {
  readonly kinds: readonly SiteKind[]
  readonly areas: number
  readonly lanes: readonly TinyLane[]
  readonly zones?: readonly string[]
  readonly handling?: readonly number[]
}

/** A timetable from a few lanes. */
export function tinyTimetable(world: TinyWorld): Timetable {
  const { kinds, lanes } = world
  const places = Array.from({ length: world.areas }, (_, a) => a)
  const departures = lanes.flatMap((lane, l) => lane.leaves.map(([m, c]) => [l, m, c] as const))
  const network: Network = {
    areas: {
      ids: places.map((a) => `A${a}`),
      names: places.map((a) => `Area ${a}`),
      states: places.map(() => ''),
      lat: Float64Array.from(places, (a) => 40 + a),
      lon: Float64Array.from(places, () => -90),
      population: Float64Array.from(places, () => 1),
    },
    adjacency: {
      starts: new Int32Array(world.areas + 1),
      neighbors: new Int32Array(0),
      bridge: new Uint8Array(0),
    },
    sites: {
      ids: kinds.map((_, s) => `S${s}`),
      kinds,
      lat: Float64Array.from(kinds, (_, s) => 40 + s),
      lon: Float64Array.from(kinds, () => -100),
      area: new Int32Array(kinds.length).fill(-1),
      capacityM3: new Float64Array(kinds.length).fill(Infinity),
      timeZones: world.zones ?? kinds.map(() => 'UTC'),
    },
    lanes: lanesOf(lanes),
    departures: {
      lane: Int32Array.from(departures, (d) => d[0]),
      minuteOfWeek: Int32Array.from(departures, (d) => d[1]),
      cutoffMinutes: Int32Array.from(departures, (d) => d[2]),
    },
  }
  return { network, handlingMinutes: world.handling ?? kinds.map(() => 0), closures: [] }
}

function lanesOf(lanes: readonly TinyLane[]): Lanes {
  const column = (of: (lane: TinyLane) => number) => Float64Array.from(lanes, of)
  return {
    ids: lanes.map((lane) => lane.id),
    carriers: lanes.map((lane) => lane.carrier ?? 'Own'),
    modes: lanes.map(() => 'truck'),
    fromSite: Int32Array.from(lanes, (lane) => lane.from),
    toSite: Int32Array.from(lanes, (lane) => lane.toSite ?? -1),
    toArea: Int32Array.from(lanes, (lane) => lane.toArea ?? -1),
    distanceKm: column(() => 100),
    transitMinutes: column((lane) => lane.minutes),
    transitSdMinutes: column((lane) => lane.sd ?? 0),
    costPerParcelCents: column((lane) => lane.cents ?? 100),
    costPerKgCents: column((lane) => lane.centsPerKg ?? 0),
    costPerTruckCents: column((lane) => lane.truckCents ?? Number.NaN),
    capacityM3: column((lane) => lane.m3 ?? Infinity),
  }
}

/** Random lanes between six sites (cycles among them) and into three areas, some in other zones. */
export function randomTimetable(seed: number): Timetable {
  const random = createRandom(seed)
  const kinds: readonly SiteKind[] = [
    'fulfilment_centre',
    'fulfilment_centre',
    'sort_centre',
    'sort_centre',
    'delivery_station',
    'delivery_station',
  ]
  const leaves = () =>
    Array.from({ length: 1 + random.int(4) }, () => [random.int(10_080), random.int(120)] as const)
  const lanes: TinyLane[] = []
  const add = (from: number, to: { toSite: number } | { toArea: number }) =>
    lanes.push({
      ...{ id: `L${lanes.length}`, from, ...to, minutes: 30 + random.int(1500) },
      ...{ cents: 50 * random.int(8), centsPerKg: random.int(4), leaves: leaves() },
    })
  for (let i = 0; i < 14; i++) {
    const from = random.int(6)
    const toSite = random.int(6)
    if (from !== toSite) add(from, { toSite })
  }
  for (let i = 0; i < 6; i++) add(random.int(6), { toArea: random.int(3) })
  const zones = kinds.map(() => (random.next() < 0.5 ? 'UTC' : 'America/New_York'))
  return tinyTimetable({ kinds, areas: 3, lanes, zones, handling: kinds.map(() => random.int(90)) })
}
