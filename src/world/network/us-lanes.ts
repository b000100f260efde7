import { greatCircleKm } from '../../core/great-circle.ts'
import type { Departures, LaneMode, Lanes, SiteKind, Sites } from '../../network/index.ts'
import { numberList } from '../demo/buffers.ts'
import type { UsAreas } from './us-areas.ts'

/** Road over great circle in the United States: 1.20 (Ballou, Rahardja & Sakai 2002, Transportation Research A 36). */
const ROAD_FACTOR = 1.2
/** Marginal cost of trucking, cents a mile: 2.26 dollars in 2024 (ATRI, Operational Costs of Trucking). */
const CENTS_PER_MILE = 226
const KM_PER_MILE = 1.609344
/** Shorter runs cost as if they were so long: the truck waits at two docks. */
const SHORTEST_MILES = 20
const TRUCK_KM_PER_HOUR = 78
const TRUCK_DOCK_MINUTES = 40
const AIR_KM_PER_HOUR = 720
const AIR_GROUND_MINUTES = 200
/** A wide-body freighter's hold, the share one shipper books. */
const AIR_M3 = 120
const AIR_CENTS_PER_KG = 70
const AIR_CENTS_PER_KG_AND_1000_KM = 20
/** A van's stop: so much, and so much more for each km from the station. */
const STOP_CENTS = 230
const STOP_CENTS_PER_KM = 1.5
const VAN_KM_PER_HOUR = 45
/** Mean time of a parcel on its van's round, beside the way to the area. */
const ROUND_MINUTES = 210
const DIRECT_STATION_KM = 250
const SORTS_A_STATION = 2
const TRANSFERS_A_CENTRE = 6
const GATEWAYS = 10
const SHORTEST_FLIGHT_KM = 1000

/** Weekly timetable of a kind of lane: days (0 = Monday) and departures, local to its start. */
interface Timetable {
  readonly weekdays: readonly number[]
  readonly minutes: readonly number[]
  readonly cutoffMinutes: number
}

const DAILY = [0, 1, 2, 3, 4, 5, 6]
const TIMETABLES = {
  linehaul: { weekdays: DAILY, minutes: [22 * 60], cutoffMinutes: 90 },
  nearLinehaul: { weekdays: DAILY, minutes: [14 * 60, 22 * 60, 25 * 60 + 30], cutoffMinutes: 90 },
  direct: { weekdays: DAILY, minutes: [26 * 60], cutoffMinutes: 90 },
  trunk: { weekdays: DAILY, minutes: [12 * 60, 26 * 60], cutoffMinutes: 60 },
  spoke: { weekdays: DAILY, minutes: [29 * 60], cutoffMinutes: 45 },
  van: { weekdays: DAILY, minutes: [9 * 60 + 30], cutoffMinutes: 60 },
  air: { weekdays: DAILY, minutes: [25 * 60], cutoffMinutes: 120 },
  inbound: { weekdays: [0, 1, 2, 3, 4, 5], minutes: [10 * 60], cutoffMinutes: 120 },
  transfer: { weekdays: [0, 2, 4], minutes: [12 * 60], cutoffMinutes: 120 },
} satisfies Record<string, Timetable>
/** Up to so far a centre sends its sort centres three trucks a day instead of one. */
const NEAR_KM = 500

type Service = keyof typeof TIMETABLES

const CARRIERS: Readonly<Record<Service, string>> = {
  linehaul: 'Linehaul',
  nearLinehaul: 'Linehaul',
  direct: 'Linehaul',
  trunk: 'Linehaul',
  spoke: 'Linehaul',
  van: 'Van',
  air: 'Air',
  inbound: 'Inbound',
  transfer: 'Transfer',
}

interface LaneDraft {
  readonly from: number
  /** Site, or −1 − area. */
  readonly to: number
  readonly service: Service
  readonly km: number
}

/**
 * Every lane that today's network runs or could run: each centre to every sort centre of the
 * mainland, to stations near it and to a few other centres; docks to centres; sort centres among
 * each other, by truck and between ten gateways by air; sort centres to stations, stations to their
 * areas. Trucks carry `truckM3`.
 */
export function usLanes(
  us: UsAreas,
  sites: Sites,
  truckM3: number,
): { readonly lanes: Lanes; readonly departures: Departures } {
  const drafts = [
    ...centreLanes(us, sites),
    ...sortLanes(us, sites),
    ...stationLanes(us, sites),
    ...inboundLanes(sites),
  ]
  return { lanes: lanesOf(us, sites, drafts, truckM3), departures: departuresOf(drafts) }
}

/** Sites of a kind, by index. */
export function sitesOfKind(sites: Sites, kind: SiteKind): number[] {
  return sites.kinds.flatMap((other, site) => (other === kind ? [site] : []))
}

function isMainland(us: UsAreas, sites: Sites, site: number): boolean {
  return us.mainland[sites.area[site]!]! === 1
}

function siteKm({ lat, lon }: Sites, a: number, b: number): number {
  return greatCircleKm(lat[a]!, lon[a]!, lat[b]!, lon[b]!)
}

function nearestSites(
  sites: Sites,
  from: number,
  among: readonly number[],
  count: number,
): number[] {
  return [...among]
    .sort((a, b) => siteKm(sites, from, a) - siteKm(sites, from, b) || a - b)
    .slice(0, count)
}

function draft(sites: Sites, from: number, to: number, service: Service): LaneDraft {
  const factor = service === 'air' ? 1 : ROAD_FACTOR
  return { from, to, service, km: Math.max(3, factor * siteKm(sites, from, to)) }
}

function centreLanes(us: UsAreas, sites: Sites): LaneDraft[] {
  const centres = sitesOfKind(sites, 'fulfilment_centre')
  const sorts = sitesOfKind(sites, 'sort_centre').filter((site) => isMainland(us, sites, site))
  const stations = sitesOfKind(sites, 'delivery_station')
  return centres.flatMap((from) => {
    const others = centres.filter((site) => site !== from)
    const near = stations.filter((site) => siteKm(sites, from, site) <= DIRECT_STATION_KM)
    return [
      ...sorts.map((to) => {
        const isNear = siteKm(sites, from, to) <= NEAR_KM
        return draft(sites, from, to, isNear ? 'nearLinehaul' : 'linehaul')
      }),
      ...near.map((to) => draft(sites, from, to, 'direct')),
      ...nearestSites(sites, from, others, TRANSFERS_A_CENTRE).map((to) =>
        draft(sites, from, to, 'transfer'),
      ),
    ]
  })
}

function sortLanes(us: UsAreas, sites: Sites): LaneDraft[] {
  const sorts = sitesOfKind(sites, 'sort_centre')
  const home = sorts.filter((site) => isMainland(us, sites, site))
  const overseas = sorts.filter((site) => !isMainland(us, sites, site))
  const gateways = gatewaysOf(us, sites, home)
  const pairs = (list: readonly number[]) =>
    list.flatMap((from) => list.filter((to) => to !== from).map((to) => [from, to] as const))
  return [
    ...pairs(home).map(([from, to]) => draft(sites, from, to, 'trunk')),
    ...pairs(gateways)
      .filter(([from, to]) => siteKm(sites, from, to) >= SHORTEST_FLIGHT_KM)
      .map(([from, to]) => draft(sites, from, to, 'air')),
    ...gateways.flatMap((from) => overseas.map((to) => draft(sites, from, to, 'air'))),
  ]
}

/** The sort centres with most people nearest to them. */
function gatewaysOf(us: UsAreas, sites: Sites, sorts: readonly number[]): number[] {
  const people = new Float64Array(sites.ids.length)
  us.areas.population.forEach((count, area) => {
    if (us.mainland[area] === 1) people[nearestTo(us, sites, area, sorts)]! += count
  })
  return [...sorts].sort((a, b) => people[b]! - people[a]! || a - b).slice(0, GATEWAYS)
}

function areaKm({ areas }: UsAreas, sites: Sites, area: number, site: number): number {
  return greatCircleKm(areas.lat[area]!, areas.lon[area]!, sites.lat[site]!, sites.lon[site]!)
}

function nearestTo(us: UsAreas, sites: Sites, area: number, among: readonly number[]): number {
  let best = among[0]!
  for (const site of among) {
    if (areaKm(us, sites, area, site) < areaKm(us, sites, area, best)) best = site
  }
  return best
}

/** Stations hang on the two sort centres nearest to them, overseas on that of their state; areas on one station. */
function stationLanes(us: UsAreas, sites: Sites): LaneDraft[] {
  const sorts = sitesOfKind(sites, 'sort_centre')
  const stations = sitesOfKind(sites, 'delivery_station')
  const stateOf = (site: number) => us.areas.states[sites.area[site]!]!
  const spokes = stations.flatMap((station) => {
    const isHome = isMainland(us, sites, station)
    const among = sorts.filter((site) =>
      isHome ? isMainland(us, sites, site) : stateOf(site) === stateOf(station),
    )
    return nearestSites(sites, station, among, SORTS_A_STATION).map((sort) =>
      draft(sites, sort, station, 'spoke'),
    )
  })
  const home = stations.filter((site) => isMainland(us, sites, site))
  const vans = us.areas.ids.map((_, area): LaneDraft => {
    const state = us.areas.states[area]!
    const among =
      us.mainland[area] === 1 ? home : stations.filter((site) => stateOf(site) === state)
    const from = nearestTo(us, sites, area, among)
    return { from, to: -1 - area, service: 'van', km: ROAD_FACTOR * areaKm(us, sites, area, from) }
  })
  return [...spokes, ...vans]
}

function inboundLanes(sites: Sites): LaneDraft[] {
  const centres = sitesOfKind(sites, 'fulfilment_centre')
  return sitesOfKind(sites, 'cross_dock').flatMap((dock) =>
    centres.map((centre) => draft(sites, dock, centre, 'inbound')),
  )
}

function minutesOf({ service, km }: LaneDraft): number {
  if (service === 'air') return AIR_GROUND_MINUTES + (60 * km) / AIR_KM_PER_HOUR
  if (service === 'van') return ROUND_MINUTES + (60 * km) / VAN_KM_PER_HOUR
  return TRUCK_DOCK_MINUTES + (60 * km) / TRUCK_KM_PER_HOUR
}

function modeOf({ service }: LaneDraft): LaneMode {
  return service === 'air' ? 'air' : 'truck'
}

function laneId(us: UsAreas, sites: Sites, { from, to, service }: LaneDraft): string {
  const end = to < 0 ? us.areas.ids[-1 - to]! : sites.ids[to]!
  const note = service === 'air' ? ' AIR' : ''
  return `${sites.ids[from]} > ${end}${note}`
}

function lanesOf(us: UsAreas, sites: Sites, drafts: readonly LaneDraft[], truckM3: number): Lanes {
  const minutes = Float64Array.from(drafts, (lane) => Math.round(minutesOf(lane)))
  const by = (value: (lane: LaneDraft) => number) => Float64Array.from(drafts, value)
  const runCents = (km: number) =>
    Math.round(Math.max(SHORTEST_MILES, km / KM_PER_MILE) * CENTS_PER_MILE)
  const airCents = (km: number) =>
    Math.round(AIR_CENTS_PER_KG + (AIR_CENTS_PER_KG_AND_1000_KM * km) / 1000)
  return {
    ids: drafts.map((lane) => laneId(us, sites, lane)),
    carriers: drafts.map(({ service }) => CARRIERS[service]),
    modes: drafts.map(modeOf),
    fromSite: Int32Array.from(drafts, ({ from }) => from),
    toSite: Int32Array.from(drafts, ({ to }) => (to < 0 ? -1 : to)),
    toArea: Int32Array.from(drafts, ({ to }) => (to < 0 ? -1 - to : -1)),
    distanceKm: by(({ km }) => Math.round(km * 10) / 10),
    transitMinutes: minutes,
    // A van's customers are spread over its round; trucks lose time in proportion to the way.
    transitSdMinutes: by((lane) => {
      const mean = minutesOf(lane)
      return Math.round(lane.service === 'van' ? 75 : 15 + 0.07 * mean)
    }),
    costPerParcelCents: by(({ service, km }) =>
      service === 'van' ? Math.round(STOP_CENTS + STOP_CENTS_PER_KM * km) : 0,
    ),
    costPerKgCents: by(({ service, km }) => (service === 'air' ? airCents(km) : 0)),
    costPerTruckCents: by(({ service, km }) =>
      service === 'van' || service === 'air' ? Number.NaN : runCents(km),
    ),
    capacityM3: by(({ service }) =>
      service === 'van' ? Number.POSITIVE_INFINITY : service === 'air' ? AIR_M3 : truckM3,
    ),
  }
}

function departuresOf(drafts: readonly LaneDraft[]): Departures {
  const lane = numberList()
  const minute = numberList()
  const cutoff = numberList()
  drafts.forEach(({ service }, index) => {
    const { weekdays, minutes, cutoffMinutes } = TIMETABLES[service]
    const week = weekdays.flatMap((day) =>
      minutes.map((minuteOfDay) => (day * 1440 + minuteOfDay) % (7 * 1440)),
    )
    for (const at of week.sort((a, b) => a - b)) {
      lane.push(index)
      minute.push(at)
      cutoff.push(cutoffMinutes)
    }
  })
  return {
    lane: Int32Array.from(lane.toArray()),
    minuteOfWeek: Int32Array.from(minute.toArray()),
    cutoffMinutes: Int32Array.from(cutoff.toArray()),
  }
}
