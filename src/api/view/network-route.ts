import { StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import {
  type Alternative,
  bookOfSet,
  createThrottle,
  departureOf,
  explainParcel,
  lookUpSettings,
  pairOf,
  type RouteSet,
  readRoutes,
  type Throttle,
} from '../../core/routes/door.ts'
import type { RouteAlternative, RouteQuery, RouteReply } from '../schemas/network-route.ts'
import { nameOfEnd } from './network-lanes.ts'
import { regionIdOf } from './network-map.ts'
import type { NetworkPicture } from './network-picture.ts'
import { plural } from './words.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1440
/** Alternatives that are looked at, and ways that are shown. */
const MOST_ROUTES = 200
const MOST_WAYS = 12
/** Units a day between regions: none are refused here, only priced. */
const PLENTY = 2 ** 30

export interface AskedSet {
  readonly set: RouteSet
  readonly version: number
  readonly name: string
  readonly inForce: boolean
}

/**
 * The route a parcel would take now over departures with all their room, its alternatives and why.
 * Throws ERR_NOT_FOUND on a site or area that the set does not have.
 */
export function routeReply(
  picture: Pick<NetworkPicture, 'network' | 'siteNames' | 'plan'>,
  asked: AskedSet,
  query: RouteQuery,
  knobs: KnobSettings,
  now: number,
): RouteReply {
  const { set } = asked
  const area = indexIn(set.areaIds, query.to, 'area')
  const sites = sitesOf(picture, set, area, query.from)
  const at = minuteOf(set, query.at, now)
  const end = set.baseMinute + 65_534
  const promisedBy = query.by === undefined ? end : Math.floor(Date.parse(query.by) / MINUTE_MS)
  const request = { area, sites, now: at, promisedBy, m3: query.m3, kg: query.kg }
  const found = explainParcel(
    set,
    bookOfSet(set),
    lookUpSettings(knobs),
    request,
    throttleOf(picture, set),
    MOST_ROUTES,
  )
  const show = alternativeWords(picture, set, area, found.chosen)
  const names = picture.network.areas
  const a = names.ids.indexOf(query.to)
  const to = a < 0 ? query.to : `${names.names[a]}, ${names.states[a]}`
  const chosen = found.chosen === undefined ? null : show(found.chosen)
  const alternatives = waysOf(found.alternatives.map(show))
  return {
    sentence:
      chosen === null
        ? (found.blockedBy ?? 'No route is feasible.')
        : chosenWords(chosen, to, alternatives.length),
    version: asked.version,
    name: asked.name,
    inForce: asked.inForce,
    to,
    at: iso(at),
    by: query.by ?? null,
    chosen,
    alternatives,
  }
}

/** A way that leaves every day is told once, with how often it leaves again. */
function waysOf(routes: readonly RouteAlternative[]): RouteAlternative[] {
  const ways = new Map<string, RouteAlternative>()
  for (const route of routes) {
    const key = [route.siteId, ...route.legs.map(({ laneId }) => laneId), route.why].join('\n')
    const first = ways.get(key)
    ways.set(key, first === undefined ? route : { ...first, again: first.again + 1 })
  }
  return [...ways.values()].slice(0, MOST_WAYS)
}

const iso = (minute: number) => new Date(minute * MINUTE_MS).toISOString()

function indexIn(ids: readonly string[], id: string, what: string): number {
  const index = ids.indexOf(id)
  if (index >= 0) return index
  throw new StorewrightError('ERR_NOT_FOUND', `the route set has no ${what} ${id}`)
}

/** The site asked for, or all from which a route leads to the area. */
function sitesOf(
  { network }: Pick<NetworkPicture, 'network'>,
  set: RouteSet,
  area: number,
  from: string | undefined,
): number[] {
  if (from !== undefined) return [indexIn(set.siteIds, from, 'site')]
  const known = new Set(network.sites.ids)
  return [...set.siteIds.keys()].filter(
    (site) => known.has(set.siteIds[site]!) && readRoutes(set, pairOf(set, site, area)).length > 0,
  )
}

/** When it is ordered: as asked; else now, or the set's second day where now lies outside its days. */
function minuteOf(set: RouteSet, at: string | undefined, now: number): number {
  if (at !== undefined) return Math.floor(Date.parse(at) / MINUTE_MS)
  const minute = Math.floor(now / MINUTE_MS)
  const isInside = minute >= set.baseMinute && minute < set.baseMinute + set.spanMinutes
  return isInside ? minute : set.baseMinute + DAY_MINUTES
}

/** Leaving the region costs its price and comes last, as at the click; undefined without regions. */
function throttleOf(
  { network, plan }: Pick<NetworkPicture, 'network' | 'plan'>,
  set: RouteSet,
): Throttle | undefined {
  if (plan.regions === 0) return undefined
  const regionOf = (ids: readonly string[], region: Int32Array) => {
    const of = new Map(ids.map((id, i) => [id, region[i]!]))
    return (id: string) => of.get(id) ?? -1
  }
  const [site, area] = [
    regionOf(network.sites.ids, plan.site),
    regionOf(network.areas.ids, plan.area),
  ]
  return createThrottle({
    regions: plan.regions,
    days: Math.ceil(65_535 / DAY_MINUTES),
    firstMinute: set.baseMinute,
    siteRegion: set.siteIds.map(site),
    areaRegion: set.areaIds.map(area),
    unitsPerDay: () => PLENTY,
  })
}

function alternativeWords(
  { network, siteNames, plan }: Pick<NetworkPicture, 'network' | 'siteNames' | 'plan'>,
  set: RouteSet,
  area: number,
  chosen: Alternative | undefined,
): (one: Alternative) => RouteAlternative {
  const siteOf = new Map(network.sites.ids.map((id, s) => [id, s]))
  const laneOf = new Map(network.lanes.ids.map((id, lane) => [id, lane]))
  const ends = (laneId: string) => {
    const lane = laneOf.get(laneId)
    return lane === undefined
      ? { from: laneId, to: laneId }
      : {
          from: siteNames[network.lanes.fromSite[lane]!]!,
          to: nameOfEnd(network, siteNames, lane),
        }
  }
  return (one) => {
    const site = siteOf.get(one.siteId)
    return {
      siteId: one.siteId,
      site: site === undefined ? one.siteId : siteNames[site]!,
      regionId: site === undefined ? null : regionIdOf(plan.site[site]!),
      orderBy: iso(one.orderBy),
      arriveBy: iso(one.arriveBy),
      costCents: one.routeCents + one.fillCents + one.outOfRegionCents,
      routeCents: one.routeCents,
      fillCents: one.fillCents,
      outOfRegionCents: one.outOfRegionCents,
      legs: one.lanes.map((laneId, leg) => ({
        laneId,
        ...ends(laneId),
        leavesAt: iso(leavesAt(set, area, one, leg)),
      })),
      chosen: one.verdict === 'chosen',
      again: 0,
      why: why(one, chosen),
    }
  }
}

/** Epoch minute at which a leg leaves; the end of the route where the set no longer says. */
function leavesAt(set: RouteSet, area: number, one: Alternative, leg: number): number {
  const pair = pairOf(set, set.siteIds.indexOf(one.siteId), area)
  const route = readRoutes(set, pair).find(
    ({ orderBy, arriveBy, legs }) =>
      orderBy === one.orderBy - set.baseMinute &&
      arriveBy === one.arriveBy - set.baseMinute &&
      legs.map((slot) => departureOf(set, slot).laneId).join() === one.lanes.join(),
  )
  return route === undefined ? one.arriveBy : departureOf(set, route.legs[leg]!).minute
}

function why(one: Alternative, chosen: Alternative | undefined): string {
  const total = (route: Alternative) => route.routeCents + route.fillCents + route.outOfRegionCents
  switch (one.verdict) {
    case 'chosen':
      return 'the cheapest that arrives in time'
    case 'dearer': {
      const more = chosen === undefined ? 0 : total(one) - total(chosen)
      if (more >= 0.05) return `costs ${more.toFixed(1)} cents more`
      const isLater = chosen !== undefined && one.arriveBy > chosen.arriveBy
      return isLater ? 'costs the same and arrives later' : 'costs the same'
    }
    case 'departure full':
      return one.full === undefined
        ? 'a departure is full'
        : `the departure of ${one.full.laneId} at ${iso(one.full.minute).slice(0, 16).replace('T', ' ')} is full`
    default:
      return one.verdict
  }
}

function chosenWords(chosen: RouteAlternative, to: string, others: number): string {
  const over =
    chosen.legs.length > 1
      ? ` by way of ${chosen.legs
          .slice(1)
          .map(({ from }) => from)
          .join(' and ')}`
      : ''
  const beside =
    others === 0
      ? 'there is no other way'
      : `${plural(others, 'other way')} ${others === 1 ? 'is' : 'are'} told below`
  return `From ${chosen.site}${over} to ${to}: the cheapest that arrives in time; ${beside}.`
}
