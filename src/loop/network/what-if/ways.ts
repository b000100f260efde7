import type { LookUpSettings } from '../../../core/routes/door.ts'
import {
  bookOfSet,
  createLookUp,
  MILLS_PER_CENT,
  type RouteSet,
  readRoute,
} from '../../../core/routes/door.ts'

/** What parcels are asked about: one of usual size to every area at some moments of a week. */
export interface AskedParcels {
  /** Orders a day of each area of the set: what it weighs. */
  readonly demand: Float64Array
  /** Epoch minutes at which parcels are ordered. */
  readonly moments: Int32Array
  /** Region of each area and site of the set. */
  readonly areaRegion: Int32Array
  readonly siteRegion: Int32Array
  /** Units of 0.0001 m³ and chargeable kg of a parcel. */
  readonly units: number
  readonly kg: number
  /** Minutes after the order by which it should arrive. */
  readonly promiseMinutes: number
}

/** How one parcel of each area travels; a row an area, a column a moment. */
export interface Ways {
  /** Minutes from order to door; −1 where nothing gets there. */
  readonly minutes: Int32Array
  /** Cents. */
  readonly cents: Float64Array
  /** 1 where it comes from another region. */
  readonly elsewhere: Uint8Array
}

/**
 * The way of a parcel to every area at every moment, from whichever site it is cheapest: first from
 * the sites of its region that are in time, then from any in time, then late from its region, then
 * late from any. Departures are taken to be empty, and each site to have the goods.
 */
export function findWays(set: RouteSet, asked: AskedParcels, settings: LookUpSettings): Ways {
  const areas = set.areaIds.length
  const { moments, areaRegion, siteRegion, promiseMinutes } = asked
  const lookUp = createLookUp(set, bookOfSet(set), settings, Number.POSITIVE_INFINITY)
  const ways: Ways = {
    minutes: new Int32Array(areas * moments.length).fill(-1),
    cents: new Float64Array(areas * moments.length),
    elsewhere: new Uint8Array(areas * moments.length),
  }
  const sites = [...siteRegion.keys()]
  for (let area = 0; area < areas; area++) {
    const own = sites.filter((site) => siteRegion[site] === areaRegion[area])
    moments.forEach((now, m) => {
      const inTime = now + promiseMinutes
      const latest = set.baseMinute + 65_534
      const tries = [
        [own, inTime],
        [sites, inTime],
        [own, latest],
        [sites, latest],
      ] as const
      for (const [from, by] of tries) {
        const found = cheapest(from, area, now, by)
        if (found === undefined) continue
        const at = area * moments.length + m
        ways.minutes[at] = found.arrives - now
        ways.cents[at] = found.mills / MILLS_PER_CENT
        ways.elsewhere[at] = siteRegion[found.site] === areaRegion[area] ? 0 : 1
        break
      }
    })
  }
  return ways

  function cheapest(from: readonly number[], area: number, now: number, by: number) {
    let [best, route, mills] = [-1, -1, Number.POSITIVE_INFINITY]
    for (const site of from) {
      const pair = area * set.siteIds.length + site
      const at = lookUp.find(pair, now, by, asked.units, asked.kg)
      if (at < 0 || lookUp.mills[0]! >= mills) continue
      best = site
      route = at
      mills = lookUp.mills[0]!
    }
    if (best < 0) return undefined
    const pair = area * set.siteIds.length + best
    return { site: best, mills, arrives: set.baseMinute + readRoute(set, pair, route).arriveBy }
  }
}

/** What parcels of all areas meet, weighted by their orders. */
export interface WayMeasures {
  /** Share that arrives in time, comes from another region, or cannot be delivered. */
  readonly inTimeShare: number
  readonly elsewhereShare: number
  readonly unreachedShare: number
  /** Mean hours to the door and cents, over what arrives before and after. */
  readonly hours: number
  readonly cents: number
}

/** What has become of an area. */
export interface AreaChange {
  /** Number in the set. */
  readonly area: number
  /** Mean hours over the moments at which it is reached; undefined where it never is. */
  readonly hoursBefore: number | undefined
  readonly hoursAfter: number | undefined
}

/** What all meet before and after; areas that are `closed` (1) count in neither. */
export function compareWays(
  { demand, moments, promiseMinutes }: AskedParcels,
  before: Ways,
  after: Ways,
  closed: Uint8Array,
): { readonly before: WayMeasures; readonly after: WayMeasures } {
  const both = (at: number) => before.minutes[at]! >= 0 && after.minutes[at]! >= 0
  const measure = ({ minutes, cents, elsewhere }: Ways): WayMeasures => {
    const sums = { all: 0, inTime: 0, elsewhere: 0, unreached: 0, both: 0, minutes: 0, cents: 0 }
    minutes.forEach((way, at) => {
      const area = Math.floor(at / moments.length)
      const weight = closed[area] === 1 ? 0 : demand[area]!
      sums.all += weight
      if (way < 0) sums.unreached += weight
      else if (way <= promiseMinutes) sums.inTime += weight
      if (way >= 0) sums.elsewhere += weight * elsewhere[at]!
      if (!both(at)) return
      sums.both += weight
      sums.minutes += weight * way
      sums.cents += weight * cents[at]!
    })
    const [all, reached] = [Math.max(sums.all, 1e-12), Math.max(sums.both, 1e-12)]
    return {
      inTimeShare: sums.inTime / all,
      elsewhereShare: sums.elsewhere / all,
      unreachedShare: sums.unreached / all,
      hours: sums.minutes / reached / 60,
      cents: sums.cents / reached,
    }
  }
  return { before: measure(before), after: measure(after) }
}

/** Areas whose mean way takes `leastHours` longer than before, or that nothing reaches any more. */
export function laterAreas(
  before: Ways,
  after: Ways,
  areas: number,
  leastHours: number,
): AreaChange[] {
  const columns = before.minutes.length / areas
  const hoursOf = ({ minutes }: Ways, area: number) => {
    const row = minutes.subarray(area * columns, (area + 1) * columns).filter((way) => way >= 0)
    return row.length === 0 ? undefined : row.reduce((sum, way) => sum + way, 0) / row.length / 60
  }
  return Array.from({ length: areas }, (_, area) => ({
    area,
    hoursBefore: hoursOf(before, area),
    hoursAfter: hoursOf(after, area),
  })).filter(
    ({ hoursBefore, hoursAfter }) =>
      hoursBefore !== undefined &&
      (hoursAfter === undefined || hoursAfter - hoursBefore >= leastHours),
  )
}
