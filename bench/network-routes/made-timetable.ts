import { createRandom, type Random } from '../../src/core/random/random.ts'
import type { Lanes, Network, SiteKind } from '../../src/network/network.ts'
import type { Timetable } from '../../src/network/routes/timetable.ts'

/** How large a made timetable is. */
export interface MadeTimetable {
  readonly centres: number
  readonly sorts: number
  readonly stations: number
  readonly areas: number
  /** Departures a week, over all lanes. */
  readonly departures: number
}

interface Place {
  readonly x: number
  readonly y: number
}

interface Way {
  readonly from: number
  readonly toSite: number
  readonly toArea: number
  readonly km: number
  readonly air: boolean
}

const KM_A_DEGREE = 90
const ZONES = [
  'America/Los_Angeles',
  'America/Denver',
  'America/Chicago',
  'America/New_York',
] as const

/**
 * A timetable as a parcel network has them, drawn from a seed: centres feed the sort centres around
 * them and a few far hubs, by truck and by air; sort centres feed each other and their stations; vans
 * leave stations for one or two areas each. Busy lanes leave more often. Same seed, same timetable.
 */
export function makeTimetable(seed: number, size: MadeTimetable): Timetable {
  const random = createRandom(seed)
  const cities = Array.from({ length: 40 }, () => place(random.split('cities'), random))
  const near = (): Place => {
    const city = cities[Math.floor(cities.length * random.next() ** 2)]!
    return {
      x: clamp(city.x + 2 * random.normal(), 0, 57),
      y: clamp(city.y + random.normal(), 0, 24),
    }
  }
  const areas = Array.from({ length: size.areas }, near)
  const sorts = Array.from({ length: size.sorts }, near)
  const centres = Array.from({ length: size.centres }, near)
  const stations = Array.from(
    { length: size.stations },
    (_, i) => areas[Math.floor((i * size.areas) / size.stations)]!,
  )
  const sites = [...centres, ...sorts, ...stations]
  const ways = makeWays(random, size, { centres, sorts, stations, areas })
  const network = makeNetwork(random, size, sites, areas, ways)
  const handlingMinutes = sites.map((_, s) =>
    s < size.centres ? 120 : s < size.centres + size.sorts ? 60 : 30,
  )
  return { network, handlingMinutes, closures: [] }
}

function place(_: Random, random: Random): Place {
  return { x: 57 * random.next(), y: 24 * random.next() }
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

function kmBetween(a: Place, b: Place): number {
  return KM_A_DEGREE * Math.hypot(a.x - b.x, a.y - b.y)
}

interface Tiers {
  readonly centres: readonly Place[]
  readonly sorts: readonly Place[]
  readonly stations: readonly Place[]
  readonly areas: readonly Place[]
}

function makeWays(random: Random, size: MadeTimetable, tiers: Tiers): Way[] {
  const { centres, sorts, stations, areas } = tiers
  const firstStation = size.centres + size.sorts
  const ways: Way[] = []
  const link = (from: number, a: Place, toSite: number, toArea: number, b: Place, air = false) =>
    ways.push({ from, toSite, toArea, km: kmBetween(a, b), air })
  centres.forEach((centre, c) => {
    for (const s of nearest(centre, sorts, 6)) link(c, centre, size.centres + s, -1, sorts[s]!)
    for (let i = 0; i < 4; i++) {
      const s = random.int(Math.min(sorts.length, 15))
      link(c, centre, size.centres + s, -1, sorts[s]!)
      if (i < 2) link(c, centre, size.centres + s, -1, sorts[s]!, true)
    }
    for (const s of nearest(centre, stations, 3))
      link(c, centre, firstStation + s, -1, stations[s]!)
  })
  sorts.forEach((sort, s) => {
    for (const t of nearest(sort, sorts, 9)) {
      if (t !== s) link(size.centres + s, sort, size.centres + t, -1, sorts[t]!)
    }
  })
  stations.forEach((station, d) => {
    for (const s of nearest(station, sorts, 2))
      link(size.centres + s, sorts[s]!, firstStation + d, -1, station)
  })
  areas.forEach((area, a) => {
    const [first, second] = nearest(area, stations, 2)
    link(firstStation + first!, stations[first!]!, -1, a, area)
    if (random.next() < 0.5) link(firstStation + second!, stations[second!]!, -1, a, area)
  })
  return ways
}

function nearest(from: Place, places: readonly Place[], count: number): number[] {
  return places
    .map((to, i) => [kmBetween(from, to), i] as const)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .slice(0, count)
    .map(([, i]) => i)
}

function makeNetwork(
  random: Random,
  size: MadeTimetable,
  sites: readonly Place[],
  areas: readonly Place[],
  ways: readonly Way[],
): Network {
  const kind = (s: number): SiteKind =>
    s < size.centres
      ? 'fulfilment_centre'
      : s < size.centres + size.sorts
        ? 'sort_centre'
        : 'delivery_station'
  const zone = (p: Place) => ZONES[Math.min(3, Math.floor((4 * p.x) / 57))]!
  return {
    areas: {
      ids: areas.map((_, a) => `area-${a}`),
      names: areas.map((_, a) => `Area ${a}`),
      states: areas.map(() => ''),
      lat: Float64Array.from(areas, (p) => 25 + p.y),
      lon: Float64Array.from(areas, (p) => -124 + p.x),
      population: Float64Array.from(areas, (_, a) => 1e6 / (a + 1)),
    },
    adjacency: {
      starts: new Int32Array(areas.length + 1),
      neighbors: new Int32Array(0),
      bridge: new Uint8Array(0),
    },
    sites: {
      ids: sites.map((_, s) => `site-${s}`),
      kinds: sites.map((_, s) => kind(s)),
      lat: Float64Array.from(sites, (p) => 25 + p.y),
      lon: Float64Array.from(sites, (p) => -124 + p.x),
      area: new Int32Array(sites.length).fill(-1),
      capacityM3: new Float64Array(sites.length).fill(Infinity),
      timeZones: sites.map(zone),
    },
    lanes: makeLanes(ways),
    departures: makeDepartures(random, size, ways),
  }
}

/** Trucks at 75 km/h and 1.4 $ a km; planes at 600 km/h with four hours on the ground; vans by the parcel. */
function makeLanes(ways: readonly Way[]): Lanes {
  const isVan = (way: Way) => way.toArea >= 0
  const column = (of: (way: Way) => number) => Float64Array.from(ways, of)
  const transit = (way: Way) => (way.air ? 240 + way.km / 10 : 20 + way.km / 1.25)
  return {
    ids: ways.map((_, w) => `lane-${w}`),
    carriers: ways.map((way) => (way.air ? 'Air' : isVan(way) ? 'Vans' : 'Trucks')),
    modes: ways.map((way) => (way.air ? 'air' : 'truck')),
    fromSite: Int32Array.from(ways, (way) => way.from),
    toSite: Int32Array.from(ways, (way) => way.toSite),
    toArea: Int32Array.from(ways, (way) => way.toArea),
    distanceKm: column((way) => way.km),
    transitMinutes: column((way) => (isVan(way) ? 300 : transit(way))),
    transitSdMinutes: column((way) => (isVan(way) ? 40 : 0.08 * transit(way))),
    costPerParcelCents: column((way) => (isVan(way) ? 250 : way.air ? 400 : 15)),
    costPerKgCents: column((way) => (way.air ? 60 + way.km / 100 : 0)),
    costPerTruckCents: column((way) =>
      isVan(way) || way.air ? Number.NaN : 15_000 + 140 * way.km,
    ),
    capacityM3: column((way) => (isVan(way) ? 12 : way.air ? 25 : 70)),
  }
}

/** Departures shared out among lanes by weight until there are as many as asked for. */
function makeDepartures(random: Random, size: MadeTimetable, ways: readonly Way[]) {
  const weights = ways.map((way) => (way.air ? 0.6 : 1) * (0.4 + random.next() * 1.2))
  const total = weights.reduce((a, b) => a + b, 0)
  const rows: (readonly [lane: number, minute: number, cutoff: number])[] = []
  ways.forEach((way, lane) => {
    const count = Math.max(6, Math.round((size.departures * weights[lane]!) / total))
    const offset = random.int(1440)
    for (let i = 0; i < count; i++) {
      const spread = Math.floor((i * 10_080) / count)
      const minute = (offset + spread + random.int(60)) % 10_080
      rows.push([lane, minute, way.toArea >= 0 ? 30 : 45])
    }
  })
  return {
    lane: Int32Array.from(rows, (row) => row[0]),
    minuteOfWeek: Int32Array.from(rows, (row) => row[1]),
    cutoffMinutes: Int32Array.from(rows, (row) => row[2]),
  }
}
