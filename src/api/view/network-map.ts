import { drawNetwork, locateNetwork } from '../../loop/index.ts'
import type {
  MapLane,
  MapQuery,
  MapSite,
  NetworkMapReply,
  NetworkPlaces,
} from '../schemas/network.ts'
import type { Membership, NetworkPicture } from './network-picture.ts'

/** Lanes that a map shows at most: beyond, lines cover each other. */
const MOST_LANES = 500

const ids = Array.from({ length: 400 }, (_, r) => `R${r + 1}`)
/** R1 is region 0; null where there is none. */
export const regionIdOf = (region: number): string | null =>
  region < 0 ? null : (ids[region] ?? `R${region + 1}`)

/** The picture drawn on a plane: the plan, or what it started from. */
export function networkMap(picture: NetworkPicture, side: MapQuery['side']): NetworkMapReply {
  const { network, shown } = picture
  const shownSide = side === 'plan' ? picture.plan : picture.before
  // Without regions the country is one: all of it is drawn as one outline.
  const whole = shownSide === undefined
  const areaRegion = shownSide?.area ?? new Int32Array(network.areas.ids.length)
  const map = drawNetwork(network, areaRegion, shownSide?.regions ?? 1)
  const shaped = map.states !== ''
  const lanes = mapLanes(picture, side, map)
  return {
    version: shown.version,
    side,
    width: map.width,
    height: map.height,
    states: map.states,
    regions: map.regions.map((path, region) => ({
      regionId: whole ? null : regionIdOf(region),
      path,
      ...labelOf(map, network.areas.population, areaRegion, region),
    })),
    areas: shaped ? [] : areaPoints(picture, whole ? undefined : shownSide, map),
    sites: mapSites(picture, shownSide, map),
    lanes: lanes.slice(0, MOST_LANES),
    lanesTotal: lanes.length,
  }
}

type Drawn = ReturnType<typeof drawNetwork>

function areaPoints(
  { network: { areas } }: NetworkPicture,
  membership: Membership | undefined,
  { areaX, areaY }: Drawn,
): NetworkMapReply['areas'] {
  return areas.ids.flatMap((_, a) =>
    Number.isNaN(areaX[a]!)
      ? []
      : [
          {
            name: areas.names[a]!,
            regionId: regionIdOf(membership?.area[a] ?? -1),
            x: tenth(areaX[a]!),
            y: tenth(areaY[a]!),
          },
        ],
  )
}

function mapSites(
  { network: { sites }, siteNames, placedM3 }: NetworkPicture,
  membership: Membership | undefined,
  { siteX, siteY }: Drawn,
): MapSite[] {
  return sites.ids.flatMap((siteId, s) =>
    Number.isNaN(siteX[s]!)
      ? []
      : [
          {
            siteId,
            name: siteNames[s]!,
            kind: sites.kinds[s]!,
            regionId: regionIdOf(membership?.site[s] ?? -1),
            x: tenth(siteX[s]!),
            y: tenth(siteY[s]!),
            capacityM3: Number.isFinite(sites.capacityM3[s]!) ? sites.capacityM3[s]! : null,
            placedM3: placedM3[s]!,
          },
        ],
  )
}

/**
 * Lanes with both ends on the map, most volume (before: most departures) first; none for a plan of
 * regions that they were not planned for.
 */
function mapLanes(
  { network, lanes: planned, shown }: NetworkPicture,
  side: MapQuery['side'],
  { siteX, siteY, areaX, areaY }: Drawn,
): MapLane[] {
  const { lanes } = network
  const laneOf = new Map(lanes.ids.map((id, lane) => [id, lane]))
  const isPlan = side === 'plan'
  if (isPlan && planned?.note.regionsVersion !== shown.version) return []
  const drawn = (planned?.rows ?? []).flatMap((row) => {
    const count = isPlan ? row.departuresAWeek : row.departuresBefore
    const lane = laneOf.get(row.laneId)!
    const [from, to] = [lanes.fromSite[lane]!, lanes.toSite[lane]!]
    const [toX, toY] =
      to >= 0
        ? [siteX[to]!, siteY[to]!]
        : [areaX[lanes.toArea[lane]!]!, areaY[lanes.toArea[lane]!]!]
    if (count === 0 || Number.isNaN(siteX[from]! + toX)) return []
    const { laneId, purpose, meanM3, fill } = row
    return [
      {
        ...{ laneId, from: row.from, to: row.to, purpose, departuresAWeek: count },
        ...{ fromX: tenth(siteX[from]!), fromY: tenth(siteY[from]!) },
        ...{ toX: tenth(toX), toY: tenth(toY) },
        m3: isPlan ? meanM3 : null,
        fill: isPlan ? fill : null,
      },
    ]
  })
  return drawn.sort((a, b) => weightOf(b) - weightOf(a))
}

const weightOf = ({ m3, departuresAWeek }: MapLane) => m3 ?? departuresAWeek

/** The area nearest to where the people of a region live: there its label stands. */
function labelOf(
  { areaX, areaY }: Drawn,
  population: Float64Array,
  areaRegion: ArrayLike<number>,
  region: number,
): { readonly x: number | null; readonly y: number | null } {
  const members = [...areaX.keys()].filter(
    (a) => areaRegion[a] === region && !Number.isNaN(areaX[a]!),
  )
  if (members.length === 0) return { x: null, y: null }
  const people = (a: number) => population[a]! + 1
  const total = members.reduce((sum, a) => sum + people(a), 0)
  const mean = (at: Float64Array) => members.reduce((sum, a) => sum + people(a) * at[a]!, 0) / total
  const [x, y] = [mean(areaX), mean(areaY)]
  const far = (a: number) => Math.hypot(areaX[a]! - x, areaY[a]! - y)
  const nearest = members.reduce((best, a) => (far(a) < far(best) ? a : best))
  return { x: tenth(areaX[nearest]!), y: tenth(areaY[nearest]!) }
}

const tenth = (value: number) => Math.round(10 * value) / 10

const hundredth = (value: number) => Math.round(100 * value) / 100

const SHIPS: ReadonlySet<string> = new Set(['fulfilment_centre', 'shop'])

/** Where parcels come from and go to: areas with most people first. */
export function networkPlaces({ network, siteNames, plan }: NetworkPicture): NetworkPlaces {
  const { areas, sites } = network
  const map = locateNetwork(network)
  const byPeople = [...areas.ids.keys()].sort((a, b) => areas.population[b]! - areas.population[a]!)
  return {
    sites: sites.ids.flatMap((siteId, s) =>
      SHIPS.has(sites.kinds[s]!)
        ? [{ siteId, name: siteNames[s]!, regionId: regionIdOf(plan.site[s]!) }]
        : [],
    ),
    areas: byPeople.map((a) => ({
      areaId: areas.ids[a]!,
      name: `${areas.names[a]}, ${areas.states[a]}`,
      lat: hundredth(areas.lat[a]!),
      lon: hundredth(areas.lon[a]!),
      x: Number.isNaN(map.areaX[a]!) ? null : tenth(map.areaX[a]!),
      y: Number.isNaN(map.areaY[a]!) ? null : tenth(map.areaY[a]!),
    })),
  }
}
