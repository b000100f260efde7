import type { NetworkPlaces } from '../../../src/api/schemas/network.ts'
import type { WhatIfRequest } from '../../../src/api/schemas/network-route.ts'

/** A circle in which all is closed. */
export type Storm = NonNullable<WhatIfRequest['storms']>[number]

/** What is asked to be closed: ids as the address holds them. */
export interface Asked {
  readonly sites: readonly string[]
  readonly lanes: readonly string[]
  readonly storm: Storm | undefined
}

/** Km around a storm that is put on the map. */
export const USUAL_KM = 150
export const MOST_KM = 2000

/** Ids in one parameter, with commas between; commas of their own are escaped. */
export function listOf(text: string | undefined): string[] {
  if (text === undefined || text === '') return []
  return text.split(',').map((part) => {
    try {
      return decodeURIComponent(part)
    } catch {
      return part
    }
  })
}

export function listText(ids: readonly string[]): string {
  return ids.map((id) => id.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',')
}

/** A storm as `lat,lon,km`; undefined where the text is none. */
export function stormOf(text: string | undefined): Storm | undefined {
  const parts = (text ?? '')
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [lat, lon, km] = parts
  if (parts.length !== 3 || parts.some((part) => !Number.isFinite(part))) return undefined
  const isPlace = Math.abs(lat!) <= 90 && Math.abs(lon!) <= 180
  return isPlace && km! > 0 && km! <= MOST_KM ? { lat: lat!, lon: lon!, km: km! } : undefined
}

/** The request that is asked of the server; undefined while nothing is closed. */
export function requestOf({ sites, lanes, storm }: Asked): WhatIfRequest | undefined {
  if (sites.length + lanes.length === 0 && storm === undefined) return undefined
  return {
    ...(sites.length === 0 ? {} : { closeSites: [...sites] }),
    ...(lanes.length === 0 ? {} : { closeLanes: [...lanes] }),
    ...(storm === undefined ? {} : { storms: [storm] }),
  }
}

type PlacedArea = NetworkPlaces['areas'][number]

/** The area nearest to a point of the map; undefined without any on it. */
export function areaAt(areas: readonly PlacedArea[], x: number, y: number): PlacedArea | undefined {
  const far = (one: PlacedArea) => (one.x === null ? Infinity : Math.hypot(one.x - x, one.y! - y))
  const best = areas.reduce<PlacedArea | undefined>(
    (least, one) => (least === undefined || far(one) < far(least) ? one : least),
    undefined,
  )
  return best === undefined || far(best) === Infinity ? undefined : best
}

/** The centre of a storm on the map and its radius there, from how far areas lie apart near it. */
export function stormOnMap(
  areas: readonly PlacedArea[],
  { lat, lon, km }: Storm,
): { readonly x: number; readonly y: number; readonly r: number } | undefined {
  const shown = areas.filter((one) => one.x !== null)
  const near = shown
    .map((one) => ({ one, km: kmBetween(lat, lon, one.lat, one.lon) }))
    .sort((a, b) => a.km - b.km)
    .slice(0, 12)
  const centre = near[0]?.one
  if (centre === undefined) return undefined
  // Near areas alone: scales differ over the map, and those that lie in one place say nothing.
  const scales = near.flatMap(({ one }) => {
    const apart = kmBetween(centre.lat, centre.lon, one.lat, one.lon)
    return apart < 1 ? [] : [Math.hypot(one.x! - centre.x!, one.y! - centre.y!) / apart]
  })
  const scale = scales.sort((a, b) => a - b)[Math.floor(scales.length / 2)] ?? 0
  return { x: centre.x!, y: centre.y!, r: scale * km }
}

const EARTH_KM = 6371

/** Great circle by the haversine formula. */
function kmBetween(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const half = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2
  const across = Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * half(lon2 - lon1)
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, half(lat2 - lat1) + across)))
}
