import { createRandom } from '../../core/random/random.ts'
import type { Network } from '../../network/index.ts'
import { completeNetworkParams, type UsNetworkParams } from './params.ts'
import { usAreas } from './us-areas.ts'
import { usLanes } from './us-lanes.ts'
import { usSites } from './us-sites.ts'

/** The demo network with what people call its sites. */
export interface UsNetwork {
  readonly network: Network
  readonly siteNames: readonly string[]
}

/**
 * A network of the United States from a seed: areas from joined counties, fulfilment centres, docks,
 * sort centres and delivery stations near people, and all lanes with their departures. Distances are
 * great circles × 1.2, trucks cost $2.26 a mile. Throws ERR_ARGUMENT on impossible sizes.
 */
export function createUsNetwork(params: UsNetworkParams = {}): UsNetwork {
  const full = completeNetworkParams(params)
  const us = usAreas(full.areas)
  const random = createRandom(`network:${full.seed}`)
  const { sites, names } = usSites(us, full, random)
  const { lanes, departures } = usLanes(us, sites, full.truckM3)
  const network = { areas: us.areas, adjacency: us.adjacency, sites, lanes, departures }
  return { network, siteNames: names }
}

/** The same network with m³ of room for stock in its first sites, the others as they were. */
export function withRoom(us: UsNetwork, capacityM3: readonly number[]): UsNetwork {
  const { sites } = us.network
  const room = sites.capacityM3.map((value, site) => capacityM3[site] ?? value)
  return { ...us, network: { ...us.network, sites: { ...sites, capacityM3: room } } }
}
