import Delaunator from 'delaunator'
import { requireArgument, requireFinite } from '../../core/errors.ts'
import { greatCircleKm } from '../../core/great-circle.ts'
import type { Adjacency } from '../network.ts'
import { adjacencyFromBorders, type Border, bordersOf, componentsOf } from './graph.ts'

/** Degrees north and east of each area or site. */
export interface Points {
  readonly lat: Float64Array
  readonly lon: Float64Array
}

/** A border that was made to join a part of the map to the rest. */
export interface MadeBridge {
  readonly from: number
  readonly to: number
  readonly miles: number
  /** Areas of the part that was cut off. */
  readonly cutOff: readonly number[]
}

export interface JoinedAdjacency {
  readonly adjacency: Adjacency
  readonly bridges: readonly MadeBridge[]
}

const KM_PER_MILE = 1.609344
const RADIANS = Math.PI / 180

/** Great-circle miles between two points in degrees. */
export function milesBetween(lat1: number, lon1: number, lat2: number, lon2: number): number {
  return greatCircleKm(lat1, lon1, lat2, lon2) / KM_PER_MILE
}

/**
 * Road miles from every site to every area, row-major site × area: great circles times `detour`
 * (roads are longer than the crow's way; 1.2 is common in the United States).
 */
export function milesMatrix(sites: Points, areas: Points, detour = 1.2): Float64Array {
  const n = areas.lat.length
  const miles = new Float64Array(sites.lat.length * n)
  for (let s = 0; s < sites.lat.length; s++)
    for (let a = 0; a < n; a++)
      miles[s * n + a] =
        detour * milesBetween(sites.lat[s]!, sites.lon[s]!, areas.lat[a]!, areas.lon[a]!)
  return miles
}

/**
 * Which areas touch, guessed from their centres: the edges of the Delaunay triangulation no longer
 * than `capMiles`; then parts that are cut off are joined as in `joinIslands`. The triangulation is
 * taken in an equirectangular plane about the points' middle. Throws ERR_NOT_FINITE on a bad point.
 */
export function adjacencyFromPoints(points: Points, capMiles: number): JoinedAdjacency {
  const n = points.lat.length
  requireArgument(n > 0, 'there are no areas')
  const borders: Border[] = []
  const { triangles } = new Delaunator(planeOf(points))
  for (let t = 0; t < triangles.length; t++) {
    const from = triangles[t]!
    const to = triangles[t % 3 === 2 ? t - 2 : t + 1]!
    if (milesOf(points, from, to) <= capMiles) borders.push({ from, to, bridge: false })
  }
  return joinIslands(adjacencyFromBorders(n, borders), points, capMiles)
}

function milesOf({ lat, lon }: Points, a: number, b: number): number {
  return milesBetween(lat[a]!, lon[a]!, lat[b]!, lon[b]!)
}

/** x, y of each point in degrees of latitude, longitudes unwrapped about the mean direction. */
function planeOf({ lat, lon }: Points): Float64Array {
  const n = lat.length
  let east = 0
  let north = 0
  let meanLat = 0
  for (let i = 0; i < n; i++) {
    requireFinite(lat[i]!, `latitude of area ${i}`)
    requireFinite(lon[i]!, `longitude of area ${i}`)
    east += Math.cos(lon[i]! * RADIANS)
    north += Math.sin(lon[i]! * RADIANS)
    meanLat += lat[i]! / n
  }
  const middle = Math.atan2(north, east) / RADIANS
  const shrink = Math.cos(meanLat * RADIANS)
  const plane = new Float64Array(2 * n)
  for (let i = 0; i < n; i++) {
    const away = ((((lon[i]! - middle) % 360) + 540) % 360) - 180
    plane[2 * i] = away * shrink
    plane[2 * i + 1] = lat[i]!
  }
  return plane
}

/**
 * Joins every part of the map to the rest by its shortest way, the smallest part first, until all
 * hangs together. A way longer than `landMiles` is marked as a bridge and reported; shorter ones
 * are plain borders (points in a row or at one place have no triangles).
 */
export function joinIslands(
  adjacency: Adjacency,
  points: Points,
  landMiles: number,
): JoinedAdjacency {
  const areas = adjacency.starts.length - 1
  const borders = bordersOf(adjacency)
  const bridges: MadeBridge[] = []
  for (let joined = adjacency; ; joined = adjacencyFromBorders(areas, borders)) {
    const { part, sizes } = componentsOf(joined)
    if (sizes.length <= 1) return { adjacency: joined, bridges }
    const smallest = sizes.indexOf(Math.min(...sizes))
    const way = shortestWay(points, part, smallest)
    borders.push({ from: way.from, to: way.to, bridge: way.miles > landMiles })
    if (way.miles > landMiles) bridges.push(way)
  }
}

function shortestWay(points: Points, part: Int32Array, island: number): MadeBridge {
  const cutOff: number[] = []
  part.forEach((p, a) => {
    if (p === island) cutOff.push(a)
  })
  let best = { from: -1, to: -1, miles: Infinity }
  for (const from of cutOff)
    for (let to = 0; to < part.length; to++) {
      if (part[to] === island) continue
      const miles = milesOf(points, from, to)
      if (miles < best.miles) best = { from, to, miles }
    }
  return { ...best, cutOff }
}
