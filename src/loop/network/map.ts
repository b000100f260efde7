import { createRequire } from 'node:module'
import { type GeoProjection, geoAlbersUsa, geoMercator } from 'd3-geo'
import { merge, mesh } from 'topojson-client'
import type { Network } from '../../network/index.ts'

/** A flat drawing of a network: paths and points on a plane of `width` × `height`. */
export interface NetworkMap {
  readonly width: number
  readonly height: number
  /** Outline of each region as an SVG path; empty where its areas have no shapes. */
  readonly regions: readonly string[]
  /** Borders of states inside the country as one SVG path; empty where the areas are not American. */
  readonly states: string
  /** Centre of each area and site; NaN where the projection does not show it. */
  readonly areaX: Float64Array
  readonly areaY: Float64Array
  readonly siteX: Float64Array
  readonly siteY: Float64Array
}

/** Where areas and sites lie on the plane of the map; NaN where the projection does not show them. */
export type PlacesOnMap = Pick<NetworkMap, 'areaX' | 'areaY' | 'siteX' | 'siteY'>

type Atlas = Parameters<typeof merge>[0]
type Shapes = Extract<Parameters<typeof merge>[1], readonly { type: 'Polygon' | 'MultiPolygon' }[]>
type Shape = Shapes[number]
type Mesh = Exclude<Parameters<typeof mesh>[1], undefined>

const WIDTH = 975
const HEIGHT = 610
const EDGE = 24
/** Points nearer to the last one than this, in units of the plane, are left out of a path. */
const FINEST = 0.6
/** Areas with shapes of their own from which on regions are drawn as shapes. */
const SHAPED_SHARE = 0.9

/**
 * Draws a network offline. Areas that are counties of the United States (ids are FIPS codes) are
 * joined to the outlines of their regions, on the Albers projection with Alaska and Hawaii set in;
 * other areas are points in a Mercator projection that fits them. `areaRegion[a]` is the region of
 * area a, −1 = none.
 */
export function drawNetwork(
  { areas, sites }: Pick<Network, 'areas' | 'sites'>,
  areaRegion: ArrayLike<number>,
  regions: number,
): NetworkMap {
  const atlas = readAtlas()
  const shapes = shapesById(atlas)
  const american = isAmerican(areas, shapes)
  return {
    width: WIDTH,
    height: HEIGHT,
    regions: Array.from({ length: regions }, (_, region) =>
      american ? outlineOf(atlas, shapes, areas.ids, areaRegion, region) : '',
    ),
    states: american ? stateLines(atlas) : '',
    ...placesOnMap({ areas, sites }, american),
  }
}

/** Places alone, without outlines: the same points as `drawNetwork` gives. */
export function locateNetwork(network: Pick<Network, 'areas' | 'sites'>): PlacesOnMap {
  return placesOnMap(network, isAmerican(network.areas, shapesById(readAtlas())))
}

const readAtlas = () => createRequire(import.meta.url)('us-atlas/counties-albers-10m.json') as Atlas

function isAmerican({ ids }: Network['areas'], shapes: ReadonlyMap<string, Shape>): boolean {
  return ids.filter((id) => shapes.has(id)).length >= SHAPED_SHARE * ids.length
}

function placesOnMap(
  { areas, sites }: Pick<Network, 'areas' | 'sites'>,
  american: boolean,
): PlacesOnMap {
  const projection = american ? albers() : fitted(areas)
  const [areaX, areaY] = project(projection, areas)
  const [siteX, siteY] = project(projection, sites)
  return { areaX, areaY, siteX, siteY }
}

/** The projection in which us-atlas draws its Albers files. */
const albers = () =>
  geoAlbersUsa()
    .scale(1300)
    .translate([WIDTH / 2, HEIGHT / 2])

function fitted({ lat, lon }: Network['areas']): GeoProjection {
  const coordinates = Array.from(lat, (north, a): [number, number] => [lon[a]!, north])
  return geoMercator().fitExtent(
    [
      [EDGE, EDGE],
      [WIDTH - EDGE, HEIGHT - EDGE],
    ],
    { type: 'MultiPoint', coordinates },
  )
}

function project(
  projection: GeoProjection,
  { lat, lon }: { readonly lat: Float64Array; readonly lon: Float64Array },
): [Float64Array, Float64Array] {
  const x = new Float64Array(lat.length).fill(Number.NaN)
  const y = new Float64Array(lat.length).fill(Number.NaN)
  for (let i = 0; i < lat.length; i++) {
    const at = projection([lon[i]!, lat[i]!])
    if (at === null) continue
    x[i] = at[0]
    y[i] = at[1]
  }
  return [x, y]
}

function shapesById(atlas: Atlas): Map<string, Shape> {
  const counties = atlas.objects['counties']
  if (counties?.type !== 'GeometryCollection') return new Map()
  return new Map(counties.geometries.map((shape) => [String(shape.id), shape as Shape]))
}

function outlineOf(
  atlas: Atlas,
  shapes: ReadonlyMap<string, Shape>,
  ids: readonly string[],
  areaRegion: ArrayLike<number>,
  region: number,
): string {
  const members = ids.flatMap((id, a) => {
    const shape = areaRegion[a] === region ? shapes.get(id) : undefined
    return shape === undefined ? [] : [shape]
  })
  const rings = merge(atlas, members).coordinates.flat()
  return rings.map((ring) => pathOf(ring, true)).join('')
}

function stateLines(atlas: Atlas): string {
  const states = atlas.objects['states'] as Mesh
  const inside = mesh(atlas, states, (a, b) => a !== b)
  return inside.coordinates.map((line) => pathOf(line, false)).join('')
}

/** A ring or line with a tenth of a unit's precision; rings too small to be seen are left out. */
function pathOf(points: readonly (readonly number[])[], closed: boolean): string {
  const kept: string[] = []
  let last: readonly number[] | undefined
  points.forEach((point, i) => {
    const isEnd = !closed && i === points.length - 1
    if (
      last !== undefined &&
      !isEnd &&
      Math.hypot(point[0]! - last[0]!, point[1]! - last[1]!) < FINEST
    )
      return
    kept.push(`${point[0]!.toFixed(1)},${point[1]!.toFixed(1)}`)
    last = point
  })
  if (kept.length < (closed ? 3 : 2)) return ''
  return `M${kept.join('L')}${closed ? 'Z' : ''}`
}
