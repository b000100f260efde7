import { createRequire } from 'node:module'
import { feature, neighbors } from 'topojson-client'
import { COUNTY_BRIDGES, STATE_BRIDGES, STATES } from './us-facts.ts'

/** A county or state with its shape's centre of area. */
export interface Region {
  readonly fips: string
  readonly name: string
  readonly lat: number
  readonly lon: number
  readonly areaKm2: number
  /** Rings of [lon, lat], outer and holes alike (even-odd); longitudes below 0 throughout. */
  readonly rings: readonly Float64Array[]
}

/** An undirected border between two regions, by index. */
interface Border {
  readonly from: number
  readonly to: number
  readonly kind: 'land' | 'bridge'
}

export interface RegionGraph {
  readonly regions: readonly Region[]
  readonly borders: readonly Border[]
}

export interface Geography {
  readonly states: RegionGraph
  readonly counties: RegionGraph
}

type GeometryObject = Parameters<typeof neighbors>[0][number]
type Shape = Extract<GeometryObject, { type: 'Polygon' | 'MultiPolygon' }>
type Collection = Extract<GeometryObject, { type: 'GeometryCollection' }>
type Atlas = Parameters<typeof feature>[0] & {
  readonly objects: { readonly counties: Collection; readonly states: Collection }
}

const KM_PER_DEGREE = 111.195
let loaded: Geography | undefined

/**
 * The states and counties of us-atlas (Census Bureau cartographic boundaries) that STATES names,
 * sorted by FIPS code, with land borders from shared arcs and declared bridges.
 */
export function usGeography(): Geography {
  if (loaded !== undefined) return loaded
  // Read as a module, not imported: the compiler would infer a type from 800 kB of coordinates.
  const atlas = createRequire(import.meta.url)('us-atlas/counties-10m.json') as Atlas
  const known = new Set(STATES.map((state) => state.fips))
  const keep = (id: string) => known.has(id.slice(0, 2))
  loaded = {
    states: buildGraph(atlas, 'states', keep, STATE_BRIDGES),
    counties: buildGraph(atlas, 'counties', keep, COUNTY_BRIDGES),
  }
  return loaded
}

function buildGraph(
  atlas: Atlas,
  name: 'states' | 'counties',
  keep: (id: string) => boolean,
  bridges: readonly (readonly [string, string])[],
): RegionGraph {
  const geometries = atlas.objects[name].geometries
    .filter((geometry) => keep(String(geometry.id)))
    .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1)) as Shape[]
  const regions = geometries.map((geometry) => regionOf(atlas, geometry))
  const borders: Border[] = []
  const seen = new Set<string>()
  const add = (from: number, to: number, kind: Border['kind']) => {
    const key = `${Math.min(from, to)}-${Math.max(from, to)}`
    if (from === to || seen.has(key)) return
    seen.add(key)
    borders.push({ from: Math.min(from, to), to: Math.max(from, to), kind })
  }
  neighbors(geometries).forEach((others, from) => {
    for (const to of others) add(from, to, 'land')
  })
  const indexOf = new Map(regions.map((region, index) => [region.fips, index]))
  for (const [a, b] of bridges) add(indexOf.get(a)!, indexOf.get(b)!, 'bridge')
  return { regions, borders }
}

function regionOf(atlas: Atlas, geometry: Shape): Region {
  const polygons =
    geometry.type === 'Polygon'
      ? [feature(atlas, geometry).geometry.coordinates]
      : feature(atlas, geometry).geometry.coordinates
  const rings = polygons.flat().map((ring) => {
    const flat = new Float64Array(ring.length * 2)
    ring.forEach(([lon = 0, lat = 0], i) => {
      // The Aleutians cross the date line; keep every longitude west of Greenwich.
      flat[2 * i] = lon > 0 ? lon - 360 : lon
      flat[2 * i + 1] = lat
    })
    return flat
  })
  return {
    fips: String(geometry.id),
    name: nameOf(geometry),
    rings,
    ...centreOf(rings),
  }
}

function nameOf({ properties }: Shape): string {
  const name: unknown = properties === undefined ? undefined : Reflect.get(properties, 'name')
  return typeof name === 'string' ? name : ''
}

/**
 * Centre and area of a set of rings: the polygon centroid (shoelace formula) in the sinusoidal
 * projection x = lon cos lat, y = lat about the first point, which keeps areas; holes wind the
 * other way and so subtract themselves.
 */
function centreOf(rings: readonly Float64Array[]): { lat: number; lon: number; areaKm2: number } {
  const lon0 = rings[0]![0]!
  let twice = 0
  let sumX = 0
  let sumY = 0
  for (const ring of rings) {
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const y1 = ring[i + 1]!
      const y2 = ring[i + 3]!
      const x1 = (ring[i]! - lon0) * Math.cos((y1 * Math.PI) / 180)
      const x2 = (ring[i + 2]! - lon0) * Math.cos((y2 * Math.PI) / 180)
      const cross = x1 * y2 - x2 * y1
      twice += cross
      sumX += (x1 + x2) * cross
      sumY += (y1 + y2) * cross
    }
  }
  // A county smaller than the atlas's grid (Falls Church, Virginia) collapses to a point.
  if (twice === 0) return { lat: rings[0]![1]!, lon: lon0, areaKm2: 0 }
  const lat = sumY / (3 * twice)
  const lon = lon0 + sumX / (3 * twice) / Math.cos((lat * Math.PI) / 180)
  return { lat, lon, areaKm2: (Math.abs(twice) / 2) * KM_PER_DEGREE * KM_PER_DEGREE }
}

/** True when the point lies within the region's rings (even-odd rule in plain longitude/latitude). */
export function contains(region: Region, lat: number, lon: number): boolean {
  let inside = false
  for (const ring of region.rings) {
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const y1 = ring[i + 1]!
      const y2 = ring[i + 3]!
      if (y1 > lat === y2 > lat) continue
      const x = ring[i]! + ((lat - y1) / (y2 - y1)) * (ring[i + 2]! - ring[i]!)
      if (lon < x) inside = !inside
    }
  }
  return inside
}
