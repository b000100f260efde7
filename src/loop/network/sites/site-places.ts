import { greatCircleKm } from '../../../core/great-circle.ts'
import { type Areas, pMedian } from '../../../network/index.ts'

/** Roads are longer than the great circle, by about a fifth. */
const ROAD_FACTOR = 1.2
const KM_PER_MILE = 1.609344

/** Groups and places need not be the best ones: one start, its swaps, no proof. */
const QUICK = {
  'network.p-median-restarts': 1,
  'network.p-median-bound-rounds': 0,
  'network.p-median-nodes': 0,
}

/** Areas in which the centre of a group may lie, for each group: those with most demand. */
const CENTRES_A_GROUP = 3

/** A point on the map, degrees north and east. */
export interface Point {
  readonly lat: number
  readonly lon: number
}

/** Areas that are planned for together. */
export interface AreaGroups {
  /** Area at the centre of each group. */
  readonly centre: Int32Array
  /** Group of each area. */
  readonly of: Int32Array
}

/** Miles by road between two points, as far as the great circle tells. */
function roadMiles(a: Point, b: Point): number {
  return (ROAD_FACTOR * greatCircleKm(a.lat, a.lon, b.lat, b.lon)) / KM_PER_MILE
}

export function areaPoint({ lat, lon }: Pick<Areas, 'lat' | 'lon'>, area: number): Point {
  return { lat: lat[area]!, lon: lon[area]! }
}

/** At most `groups` groups of areas: a p-median by miles, weighted by demand. */
export function groupAreas(areas: Areas, demand: Float64Array, groups: number): AreaGroups {
  const count = areas.ids.length
  if (count <= groups) {
    const each = Int32Array.from({ length: count }, (_, a) => a)
    return { centre: each, of: each }
  }
  const heaviest = [...demand.keys()]
    .sort((a, b) => demand[b]! - demand[a]! || a - b)
    .slice(0, CENTRES_A_GROUP * groups)
    .sort((a, b) => a - b)
  const sites = heaviest.length
  const costs = new Float64Array(count * sites)
  for (let a = 0; a < count; a++) {
    heaviest.forEach((centre, s) => {
      costs[a * sites + s] = roadMiles(areaPoint(areas, a), areaPoint(areas, centre))
    })
  }
  const { open, assigned } = pMedian.solvePMedian(
    { customers: count, sites, p: groups, costs, weights: demand },
    { settings: QUICK },
  )
  const groupOf = new Map([...open].map((site, g) => [site, g]))
  return {
    centre: Int32Array.from(open, (site) => heaviest[site]!),
    of: Int32Array.from(assigned, (site) => groupOf.get(site)!),
  }
}

/** Mean miles from each place to the customers of each group, place × group, weighted by demand. */
export function milesToGroups(
  places: readonly Point[],
  areas: Areas,
  demand: Float64Array,
  { centre, of }: AreaGroups,
): Float64Array {
  const groups = centre.length
  const miles = new Float64Array(places.length * groups)
  const weight = new Float64Array(groups)
  // A group in which nobody orders still lies somewhere.
  const weigh = (a: number) => Math.max(demand[a]!, 1e-12)
  of.forEach((g, a) => {
    weight[g]! += weigh(a)
    places.forEach((place, s) => {
      miles[s * groups + g]! += weigh(a) * roadMiles(place, areaPoint(areas, a))
    })
  })
  return miles.map((sum, at) => sum / weight[at % groups]!)
}

/**
 * The `count` centres of groups that would save most miles beside the places there are (a p-median
 * in which these stay open), rising.
 */
export function newPlaces(
  today: readonly Point[],
  areas: Areas,
  demand: Float64Array,
  groups: AreaGroups,
  count: number,
): readonly number[] {
  const customers = groups.centre.length
  const free = Math.min(count, customers)
  if (free === 0) return []
  const points = [...today, ...Array.from(groups.centre, (a) => areaPoint(areas, a))]
  const miles = milesToGroups(points, areas, demand, groups)
  const costs = new Float64Array(miles.length)
  for (let g = 0; g < customers; g++) {
    points.forEach((_, s) => {
      costs[g * points.length + s] = miles[s * customers + g]!
    })
  }
  const weights = new Float64Array(customers)
  groups.of.forEach((g, a) => {
    weights[g]! += demand[a]!
  })
  const { open } = pMedian.solvePMedian(
    {
      customers,
      sites: points.length,
      p: today.length + free,
      costs,
      weights,
      mustOpen: [...today.keys()],
    },
    { settings: QUICK },
  )
  return [...open]
    .filter((site) => site >= today.length)
    .map((site) => groups.centre[site - today.length]!)
}
