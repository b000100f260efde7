import { StorewrightError } from '../../core/errors.ts'
import { greatCircleKm } from '../../core/great-circle.ts'
import { bookOfSet } from '../../core/routes/departure-book.ts'
import {
  blockOf,
  blockWords,
  pairOf,
  type RouteSet,
  routeCount,
} from '../../core/routes/route-set.ts'
import type { Network } from '../network.ts'
import { type BuildOptions, type BuiltRoutes, buildRouteSet } from './build.ts'
import { NOTHING_CLOSED } from './connections.ts'
import type { Timetable } from './timetable.ts'

/** All that lies within so many km of a place, as the crow flies. */
export interface StormCircle {
  readonly lat: number
  readonly lon: number
  readonly km: number
}

/** What is out of use: by id; or all that lies within a polygon, [longitude, latitude] corners, or within circles. */
export interface Outage {
  readonly sites?: readonly string[]
  readonly lanes?: readonly string[]
  /** Areas that nothing can be delivered to. */
  readonly areas?: readonly string[]
  readonly storm?: readonly (readonly [lon: number, lat: number])[]
  readonly storms?: readonly StormCircle[]
}

/** What an outage closes, by number. */
export interface ClosedNumbers {
  readonly sites: ReadonlySet<number>
  readonly lanes: ReadonlySet<number>
  readonly areas: ReadonlySet<number>
}

/**
 * Numbers of what an outage closes. Throws ERR_ARGUMENT on an unknown id, a polygon of fewer than
 * three corners or a circle that is none.
 */
export function closedBy({ sites, areas, lanes }: Network, outage: Outage): ClosedNumbers {
  const numbers = (what: string, all: readonly string[], ids: readonly string[] = []) =>
    ids.map((id) => {
      const at = all.indexOf(id)
      if (at >= 0) return at
      throw new StorewrightError('ERR_ARGUMENT', `The network has no ${what} ${id}.`, {
        next: `Name ${what}s as the network does.`,
      })
    })
  const { storm } = outage
  if (storm !== undefined && storm.length < 3) {
    throw new StorewrightError('ERR_ARGUMENT', 'A storm needs a polygon of three corners or more.')
  }
  const { storms = [] } = outage
  storms.forEach(checkCircle)
  const within = (lon: Float64Array, lat: Float64Array) =>
    [...lon.keys()].filter(
      (i) =>
        (storm !== undefined && contains(storm, lon[i]!, lat[i]!)) ||
        storms.some((one) => greatCircleKm(one.lat, one.lon, lat[i]!, lon[i]!) <= one.km),
    )
  return {
    sites: new Set([...numbers('site', sites.ids, outage.sites), ...within(sites.lon, sites.lat)]),
    lanes: new Set(numbers('lane', lanes.ids, outage.lanes)),
    areas: new Set([...numbers('area', areas.ids, outage.areas), ...within(areas.lon, areas.lat)]),
  }
}

function checkCircle({ lat, lon, km }: StormCircle): void {
  if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && km > 0 && km <= HALF_WAY_ROUND_KM) return
  throw new StorewrightError('ERR_ARGUMENT', `${lat},${lon},${km} is no storm.`, {
    next: 'Give degrees north, degrees east and km around, as 29.8,-95.4,150.',
  })
}

/** Half the circumference of the earth: a larger circle covers no more. */
const HALF_WAY_ROUND_KM = 20_038

/** Point in polygon by the even-odd rule: how often a ray to the east crosses its sides. */
function contains(
  polygon: readonly (readonly [number, number])[],
  lon: number,
  lat: number,
): boolean {
  let inside = false
  polygon.forEach(([x1, y1], i) => {
    const [x2, y2] = polygon[(i + 1) % polygon.length]!
    if (y1 > lat !== y2 > lat && lon < x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside
  })
  return inside
}

export interface Contingency {
  readonly set: RouteSet
  /** Pairs built anew, and of these the ones left without a route. */
  readonly changedPairs: number
  readonly lostPairs: number
}

/**
 * The set to switch to when something is out of use: pairs that use none of it keep their routes and
 * share the memory of `base`; the others are built anew without it. Taking lanes away leaves routes
 * that do not use them unbeaten, so that what is kept is exact (under a cap of routes a pair keeps
 * the ones it had). `base` must have been built from the same timetable with the same options; a book
 * given must be the one it was built with, else departures keep the slots of the base.
 */
export function buildContingency(
  timetable: Timetable,
  base: RouteSet,
  outage: Outage,
  options: BuildOptions,
): Contingency {
  const closed = closedBy(timetable.network, outage)
  const isChanged = changedPairs(timetable.network, base, closed)
  const sites = base.siteIds.length
  const areas = base.areaIds.flatMap((_, area) =>
    isChanged.subarray(area * sites, (area + 1) * sites).includes(1) ? [area] : [],
  )
  const built = buildRouteSet(timetable, {
    ...{ ...options, closed: { ...NOTHING_CLOSED, ...closed }, areas },
    // What is kept names departures by the slots that the base gave them.
    book: options.book ?? bookOfSet(base),
    unreached: 'report',
  })
  checkSame(base, built)
  return overlay(base, built.set, isChanged)
}

/** 1 for every pair with a route over something closed, or that starts or ends at it. */
function changedPairs(network: Network, base: RouteSet, closed: ClosedNumbers): Uint8Array {
  const { lanes, sites } = network
  const isLaneClosed = (lane: number) =>
    closed.lanes.has(lane) ||
    closed.sites.has(lanes.fromSite[lane]!) ||
    closed.sites.has(lanes.toSite[lane]!) ||
    closed.areas.has(lanes.toArea[lane]!)
  const laneNumbers = new Map(lanes.ids.map((id, lane) => [id, lane]))
  const isClosed = base.laneIds.map((id) => isLaneClosed(laneNumbers.get(id) ?? -1))
  const { lane } = base.departures
  const changed = new Uint8Array(base.index.length / 2)
  for (let pair = 0; pair < changed.length; pair++) {
    const [words, start] = blockOf(base, pair)
    const count = routeCount(base, pair)
    for (let word = start + 2 * count; word < start + 6 * count; word++) {
      const slot = words[word]! - 1
      if (slot < 0 || !isClosed[lane[slot]!]) continue
      changed[pair] = 1
      break
    }
  }
  const siteNumbers = new Map(sites.ids.map((id, site) => [id, site]))
  base.siteIds.forEach((id, row) => {
    if (!closed.sites.has(siteNumbers.get(id) ?? -1)) return
    for (let area = 0; area < base.areaIds.length; area++) changed[pairOf(base, row, area)] = 1
  })
  return changed
}

function checkSame(base: RouteSet, { set }: BuiltRoutes): void {
  const isSame =
    set.baseMinute === base.baseMinute &&
    set.spanMinutes === base.spanMinutes &&
    set.costSteps.fixedMills === base.costSteps.fixedMills &&
    set.costSteps.perKgMills === base.costSteps.perKgMills &&
    set.siteIds.join() === base.siteIds.join()
  if (isSame) return
  throw new StorewrightError(
    'ERR_ROUTES_VERSION',
    `Route set ${base.version} was built with other days, sites or costs than the contingency.`,
    { next: 'Build the base anew with the options of the contingency.' },
  )
}

/** The set whose changed pairs lie in an array of their own, the others in the words of the base. */
function overlay(base: RouteSet, built: RouteSet, isChanged: Uint8Array): Contingency {
  const index = new Int32Array(new SharedArrayBuffer(base.index.byteLength))
  index.set(base.index)
  let [size, changed, lost] = [0, 0, 0]
  for (let pair = 0; pair < isChanged.length; pair++) {
    if (isChanged[pair] === 1) size += blockWords(routeCount(built, pair))
  }
  const words = new Int32Array(new SharedArrayBuffer(4 * size))
  let at = 0
  for (let pair = 0; pair < isChanged.length; pair++) {
    if (isChanged[pair] === 0) continue
    const count = routeCount(built, pair)
    const [from, start] = blockOf(built, pair)
    words.set(from.subarray(start, start + blockWords(count)), at)
    index[2 * pair] = -1 - at
    index[2 * pair + 1] = count
    at += blockWords(count)
    changed++
    if (count === 0) lost++
  }
  const set = { ...built, index, words: base.words, overlay: words, overlayOf: base.version }
  return { set, changedPairs: changed, lostPairs: lost }
}
