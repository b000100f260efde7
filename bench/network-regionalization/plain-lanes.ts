import type { regions as regional } from '../../src/network/index.ts'
import type { Case } from './case.ts'

/**
 * The lanes that a plain rule opens for regions, a comparison for the planned ones: all within a
 * region, sort centres to stations, one trunk each way between the hubs of two regions (their sort
 * centre with most people about it), and air. Lanes of a centre into other regions are closed.
 */
export function lanesForRegions(world: Case, { siteRegion }: regional.RegionPlan): Uint8Array {
  const { lanes, sites } = world.network
  const hubs = hubsOf(world, siteRegion)
  return Uint8Array.from(lanes.ids, (_, lane) => {
    const from = lanes.fromSite[lane]!
    const to = lanes.toSite[lane]!
    if (lanes.carriers[lane] === 'Transfer') return 0
    if (to < 0 || lanes.modes[lane] === 'air' || sites.kinds[from] === 'cross_dock') return 1
    if (siteRegion[from] === siteRegion[to]) return 1
    if (sites.kinds[to] === 'delivery_station') return sites.kinds[from] === 'sort_centre' ? 1 : 0
    return hubs.has(from) && hubs.has(to) ? 1 : 0
  })
}

/** In each region the mainland's sort centre in the most populous area. */
function hubsOf({ network, us }: Case, siteRegion: Int32Array): ReadonlySet<number> {
  const { sites, areas } = network
  const hub = new Map<number, number>()
  const people = (site: number) => areas.population[sites.area[site]!]!
  sites.kinds.forEach((kind, site) => {
    if (kind !== 'sort_centre' || us.mainland[sites.area[site]!] === 0) return
    const kept = hub.get(siteRegion[site]!)
    if (kept === undefined || people(site) > people(kept)) hub.set(siteRegion[site]!, site)
  })
  return new Set(hub.values())
}
