import { greatCircleKm } from '../../core/great-circle.ts'
import type { Random } from '../../core/random/random.ts'
import type { SiteKind, Sites } from '../../network/index.ts'
import type { FullUsNetworkParams } from './params.ts'
import { spreadPlaces, type WeightedPoints } from './spread.ts'
import { areaOfCounty, type UsAreas } from './us-areas.ts'

/** The buildings of the demo network: fulfilment centres first, then docks, sort centres, stations. */
export interface UsSites {
  readonly sites: Sites
  readonly names: readonly string[]
}

/** Where goods come into the country or from its factories: most containers land at these. */
const DOCKS = [
  { id: 'XD-LAX', name: 'Long Beach dock', lat: 33.78, lon: -118.2, hours: 8 },
  { id: 'XD-SEA', name: 'Tacoma dock', lat: 47.25, lon: -122.4, hours: 8 },
  { id: 'XD-HOU', name: 'Houston dock', lat: 29.73, lon: -95.2, hours: 6 },
  { id: 'XD-CHI', name: 'Chicago dock', lat: 41.8, lon: -87.9, hours: 6 },
  { id: 'XD-SAV', name: 'Savannah dock', lat: 32.1, lon: -81.15, hours: 5 },
  { id: 'XD-EWR', name: 'Newark dock', lat: 40.7, lon: -74.15, hours: 5 },
] as const

/** Centres lie where land is cheap: people count less than in proportion. */
const CENTRE_POWER = 0.8
/** Buildings lie up to so far from the centre of their area. */
const OFFSET_KM = 10
const CAPACITY_SPREAD = 0.35
const KM_PER_DEGREE = 111.195

interface Building {
  readonly id: string
  readonly name: string
  readonly kind: SiteKind
  readonly area: number
  readonly lat: number
  readonly lon: number
  readonly timeZone: string
}

/**
 * Places the buildings: centres and sort centres near people on the mainland, one sort centre in
 * each of Alaska, Hawaii and Puerto Rico, stations near people everywhere, six docks at ports.
 */
export function usSites(us: UsAreas, params: FullUsNetworkParams, random: Random): UsSites {
  const mainland = pointsOf(us, (area) => us.mainland[area]! === 1)
  const centres = centreBuildings(us, mainland, params, random)
  const sorts = spreadPlaces(mainland, params.sortCentres, random.split('sort centres'))
  const stations = spreadPlaces(mainland, params.stations, random.split('stations'))
  const build = (prefix: string, kind: SiteKind, areas: Iterable<number>) =>
    Array.from(areas, (area) => building(us, prefix, kind, area, random.split(prefix)))
  const buildings = [
    ...centres,
    ...DOCKS.map((dock) => dockBuilding(us, dock)),
    ...build('SC', 'sort_centre', [...sorts, ...overseasPlaces(us, 1)]),
    ...build('DS', 'delivery_station', [...stations, ...overseasPlaces(us, 4)]),
  ]
  const capacity = centreCapacities(us, centres, params.capacityM3, random.split('capacity'))
  return {
    names: buildings.map(({ name }) => name),
    sites: {
      ids: buildings.map(({ id }) => id),
      kinds: buildings.map(({ kind }) => kind),
      lat: Float64Array.from(buildings, ({ lat }) => lat),
      lon: Float64Array.from(buildings, ({ lon }) => lon),
      area: Int32Array.from(buildings, ({ area }) => area),
      capacityM3: Float64Array.from(buildings, (_, i) => capacity[i] ?? 0),
      timeZones: buildings.map(({ timeZone }) => timeZone),
    },
  }
}

function pointsOf({ areas }: UsAreas, has: (area: number) => boolean, power = 1): WeightedPoints {
  return {
    lat: areas.lat,
    lon: areas.lon,
    weight: areas.population.map((people, area) => (has(area) ? people ** power : 0)),
  }
}

/** Those that stand already, then new ones where people are and no centre is near. */
function centreBuildings(
  us: UsAreas,
  mainland: WeightedPoints,
  { centres, standing }: FullUsNetworkParams,
  random: Random,
): Building[] {
  const first = standing.map(
    ({ id, name, areaId, lat, lon, timeZone }): Building => ({
      id,
      name,
      kind: 'fulfilment_centre',
      area: areaOfCounty(us, areaId),
      lat,
      lon,
      timeZone,
    }),
  )
  const served = new Set(first.map(({ area }) => area))
  const weight = mainland.weight.map((people, area) =>
    served.has(area) ? 0 : people ** CENTRE_POWER,
  )
  const places = spreadPlaces(
    { ...mainland, weight },
    centres - first.length,
    random.split('centres'),
  )
  const stream = random.split('FC')
  return [
    ...first,
    ...Array.from(places, (area) => building(us, 'FC', 'fulfilment_centre', area, stream)),
  ]
}

function building(
  us: UsAreas,
  prefix: string,
  kind: SiteKind,
  area: number,
  random: Random,
): Building {
  const { areas } = us
  const stream = random.split(area)
  const km = OFFSET_KM * Math.sqrt(stream.next())
  const angle = 2 * Math.PI * stream.next()
  const lat = areas.lat[area]! + (km * Math.sin(angle)) / KM_PER_DEGREE
  const lon =
    areas.lon[area]! + (km * Math.cos(angle)) / (KM_PER_DEGREE * Math.cos((lat * Math.PI) / 180))
  return {
    id: `${prefix}-${areas.ids[area]}`,
    name: `${areas.names[area]}, ${areas.states[area]}`,
    kind,
    area,
    lat: roundTo(lat, 4),
    lon: roundTo(lon, 4),
    timeZone: timeZoneOf(areas.states[area]!, us.hoursBehindUtc[area]!),
  }
}

function dockBuilding(us: UsAreas, dock: (typeof DOCKS)[number]): Building {
  const { id, name, lat, lon, hours } = dock
  const area = nearestArea(us, lat, lon)
  return { id, name, kind: 'cross_dock', area, lat, lon, timeZone: timeZoneOf('', hours) }
}

function nearestArea({ areas }: UsAreas, lat: number, lon: number): number {
  return argNearest(areas.lat, areas.lon, lat, lon)
}

function argNearest(lats: Float64Array, lons: Float64Array, lat: number, lon: number): number {
  let best = -1
  let bestKm = Number.POSITIVE_INFINITY
  for (let i = 0; i < lats.length; i++) {
    const km = greatCircleKm(lats[i]!, lons[i]!, lat, lon)
    if (km < bestKm) {
      bestKm = km
      best = i
    }
  }
  return best
}

/** The `count` most populous areas of each state overseas. */
function overseasPlaces({ areas, mainland }: UsAreas, count: number): number[] {
  const places: number[] = []
  for (const state of [...new Set(areas.states)]) {
    const members = areas.states.flatMap((code, area) =>
      code === state && mainland[area] === 0 ? [area] : [],
    )
    members.sort((a, b) => areas.population[b]! - areas.population[a]! || a - b)
    places.push(...members.slice(0, count))
  }
  return places
}

/** Larger where more people live nearest, by the square root, times a lognormal; adds up to `total`. */
function centreCapacities(
  us: UsAreas,
  centres: readonly Building[],
  total: number,
  random: Random,
): Float64Array {
  const people = new Float64Array(centres.length)
  const lats = Float64Array.from(centres, ({ lat }) => lat)
  const lons = Float64Array.from(centres, ({ lon }) => lon)
  us.areas.population.forEach((count, area) => {
    people[argNearest(lats, lons, us.areas.lat[area]!, us.areas.lon[area]!)]! += count
  })
  const size = people.map(
    (count, i) =>
      Math.sqrt(count + 1e5) * Math.exp(CAPACITY_SPREAD * random.split(centres[i]!.id).normal()),
  )
  const sum = size.reduce((a, b) => a + b, 0)
  return size.map((value) => Math.round((value / sum) * total * 100) / 100)
}

const ZONES: Readonly<Record<number, string>> = {
  4: 'America/Puerto_Rico',
  5: 'America/New_York',
  6: 'America/Chicago',
  7: 'America/Denver',
  8: 'America/Los_Angeles',
  9: 'America/Anchorage',
  10: 'Pacific/Honolulu',
}

/** The usual clock of a state; Arizona does not change its clock. */
function timeZoneOf(state: string, hoursBehindUtc: number): string {
  return state === 'AZ' ? 'America/Phoenix' : ZONES[hoursBehindUtc]!
}

function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals
  return Math.round(value * scale) / scale
}
