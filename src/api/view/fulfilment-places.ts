import { greatCircleKm } from '../../core/great-circle.ts'
import type { Database } from '../../core/sql/database.ts'
import { drawNetwork, readNetwork } from '../../loop/index.ts'
import type { GroundMap, MapPlace } from '../schemas/fulfilment-pages.ts'

/** Names and map positions of areas and sites, and the ground below them. */
export interface FulfilmentPlaces {
  /** An unknown id is its own name, and on no map. */
  area(areaId: string): MapPlace
  site(siteId: string): MapPlace
  /** Areas with most people first. */
  readonly areaIds: readonly string[]
  readonly siteIds: readonly string[]
  /** Part of all people whose nearest site that ships orders it is; 0 for other sites. */
  shareOf(siteId: string): number
  readonly ground: GroundMap
}

/** Reads where a store's sites and areas are, and draws them. Takes some tenths of a second. */
export async function readFulfilmentPlaces(db: Database): Promise<FulfilmentPlaces> {
  const network = await readNetwork(db)
  const { areas, sites } = network
  const names = new Map(
    (await db.rows('SELECT site_id, name FROM sites')).map((row) => [row['site_id'], row['name']]),
  )
  return fulfilmentPlaces(
    network,
    sites.ids.map((id) => String(names.get(id) ?? id)),
    drawNetwork(network, new Int32Array(areas.ids.length), 1),
  )
}

type NetworkOf = Parameters<typeof drawNetwork>[0]

/** The same from a network that is at hand. */
export function fulfilmentPlaces(
  { areas, sites }: NetworkOf,
  siteNames: readonly string[],
  drawn: ReturnType<typeof drawNetwork>,
): FulfilmentPlaces {
  const area = lookUp(
    areas.ids.map((id, a) =>
      placeOf(id, `${areas.names[a]}, ${areas.states[a]}`, drawn.areaX[a]!, drawn.areaY[a]!),
    ),
  )
  const site = lookUp(
    sites.ids.map((id, s) => placeOf(id, siteNames[s]!, drawn.siteX[s]!, drawn.siteY[s]!)),
  )
  const byPeople = [...areas.ids.keys()].sort((a, b) => areas.population[b]! - areas.population[a]!)
  const { width, height, states, regions } = drawn
  const points = [...areas.ids.keys()].flatMap((a) =>
    Number.isNaN(drawn.areaX[a]!) ? [] : [{ x: tenth(drawn.areaX[a]!), y: tenth(drawn.areaY[a]!) }],
  )
  const shares = nearestShares({ areas, sites })
  return {
    shareOf: (siteId) => shares.get(siteId) ?? 0,
    ...{ area, site, areaIds: byPeople.map((a) => areas.ids[a]!), siteIds: sites.ids },
    ground: { width, height, states, land: regions[0] ?? '', points: states === '' ? points : [] },
  }
}

const SHIPS: readonly string[] = ['fulfilment_centre', 'shop']

/** Parts of the people by the nearest site that ships. O(areas × sites). */
function nearestShares({ areas, sites }: Pick<NetworkOf, 'areas' | 'sites'>): Map<string, number> {
  const shipping = [...sites.ids.keys()].filter((s) => SHIPS.includes(sites.kinds[s]!))
  const shares = new Map(shipping.map((s) => [sites.ids[s]!, 0]))
  const total = areas.population.reduce((sum, people) => sum + people, 0)
  for (let a = 0; a < areas.ids.length && total > 0; a++) {
    let nearest = -1
    let least = Number.POSITIVE_INFINITY
    for (const s of shipping) {
      const km = greatCircleKm(areas.lat[a]!, areas.lon[a]!, sites.lat[s]!, sites.lon[s]!)
      if (km < least) [nearest, least] = [s, km]
    }
    if (nearest < 0) break
    const id = sites.ids[nearest]!
    shares.set(id, shares.get(id)! + areas.population[a]! / total)
  }
  return shares
}

function placeOf(id: string, name: string, x: number, y: number): MapPlace {
  const shown = !Number.isNaN(x + y)
  return { id, name, x: shown ? tenth(x) : null, y: shown ? tenth(y) : null }
}

const tenth = (value: number): number => Math.round(10 * value) / 10

function lookUp(places: readonly MapPlace[]): (id: string) => MapPlace {
  const byId = new Map(places.map((place) => [place.id, place]))
  return (id) => byId.get(id) ?? { id, name: id, x: null, y: null }
}
