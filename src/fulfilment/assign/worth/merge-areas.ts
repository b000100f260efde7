import type { WayCosts } from './forecast.ts'

/** Areas counted as one, because their ways cost about the same. */
export interface MergedAreas {
  /** Number of the merged area of each. */
  readonly areaOf: Int32Array
  readonly ways: WayCosts
}

/**
 * Counts areas together whose ways from all sites cost the same within `toleranceCents` for a parcel of
 * `kg`: areas with the most demand lead, each further one joins the leader that is nearest (by the
 * greatest difference over sites) or leads itself. A merged area costs what its leader's do. Worths
 * hang on which sites are near, not on the last miles, and fewer baskets are priced faster.
 */
export function mergeAreas(
  ways: WayCosts,
  demand: Float64Array,
  toleranceCents: number,
  kg: number,
): MergedAreas {
  const { sites, areas, fixed, perKg } = ways
  const cents = (site: number, area: number) =>
    fixed[site * areas + area]! + kg * perKg[site * areas + area]!
  const leaders: number[] = []
  const areaOf = new Int32Array(areas)
  const byDemand = Array.from({ length: areas }, (_, area) => area).sort(
    (a, b) => demand[b]! - demand[a]! || a - b,
  )
  for (const area of byDemand) {
    let nearest = -1
    let least = toleranceCents
    leaders.forEach((leader, merged) => {
      let most = 0
      for (let site = 0; site < sites && most <= least; site++) {
        const [here, there] = [cents(site, area), cents(site, leader)]
        if (here !== there) most = Math.max(most, Math.abs(here - there))
      }
      if (most <= least) [nearest, least] = [merged, most]
    })
    areaOf[area] = nearest >= 0 ? nearest : leaders.push(area) - 1
  }
  const column = (of: Float64Array) =>
    Float64Array.from(
      { length: sites * leaders.length },
      (_, at) => of[Math.floor(at / leaders.length) * areas + leaders[at % leaders.length]!]!,
    )
  return {
    areaOf,
    ways: { ...ways, areas: leaders.length, fixed: column(fixed), perKg: column(perKg) },
  }
}
