import { requireArgument, requireFinite, StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Network, SiteKind } from '../network.ts'
import { milesBetween, milesMatrix } from './geography.ts'
import { MILES_A_DAY, ROAD_DETOUR } from './knobs.ts'
import type { OrderModel } from './order-model.ts'
import type { RegionProblem } from './types.ts'

/** Kinds of sites that ship orders from stock. */
const STOCKED: ReadonlySet<SiteKind> = new Set(['fulfilment_centre', 'shop'])
const MILES_PER_KM = 1 / 1.609344
const MINUTES_A_DAY = 1440

/**
 * The partition problem of a network: orders a day by area and what orders hold. Fulfilment centres
 * and shops hold stock; one without a stated room counts as the mean of the others. Miles and days
 * are those of the cheapest direct lane where there is one, else by road (`network.road-detour`,
 * `network.ground-miles-a-day`). Throws ERR_NETWORK naming what cannot be used.
 */
export function regionProblemOf(
  network: Network,
  demand: Float64Array,
  orders: OrderModel,
  settings: KnobSettings = {},
): RegionProblem {
  const { areas, sites, adjacency } = network
  const miles = milesMatrix(sites, areas, readKnob(ROAD_DETOUR, settings))
  const aDay = readKnob(MILES_A_DAY, settings)
  const days = miles.map((way) => 1 + Math.floor(way / aDay))
  applyLanes(network, miles, days)
  const problem: RegionProblem = {
    adjacency,
    demand,
    siteArea: sites.area.map((area, s) => (area >= 0 ? area : nearestArea(network, s))),
    capacityM3: roomOf(network),
    miles,
    days,
    orders,
    areaIds: areas.ids,
    siteIds: sites.ids,
  }
  checkProblem(problem)
  return problem
}

function nearestArea({ areas, sites }: Network, site: number): number {
  let best = 0
  let least = Infinity
  for (let a = 0; a < areas.lat.length; a++) {
    const way = milesBetween(sites.lat[site]!, sites.lon[site]!, areas.lat[a]!, areas.lon[a]!)
    if (way < least) {
      least = way
      best = a
    }
  }
  return best
}

function roomOf({ sites }: Network): Float64Array {
  const holds = sites.kinds.map((kind) => STOCKED.has(kind))
  const stated = sites.capacityM3.filter((room, s) => holds[s] === true && Number.isFinite(room))
  const mean = stated.reduce((sum, room) => sum + room, 0) / stated.length
  return sites.capacityM3.map((room, s) => {
    if (holds[s] !== true) return 0
    if (Number.isFinite(room)) return room
    if (stated.length > 0) return mean
    throw new StorewrightError('ERR_NETWORK', `no site says how much stock it has room for`, {
      next: 'Fill capacity_m3 of the sites, at least of one.',
    })
  })
}

/** Takes the way and time of the cheapest direct lane from each site to each area. */
function applyLanes({ lanes, areas }: Network, miles: Float64Array, days: Float64Array): void {
  const n = areas.ids.length
  const cheapest = new Map<number, number>()
  lanes.toArea.forEach((area, lane) => {
    if (area < 0) return
    const at = lanes.fromSite[lane]! * n + area
    const known = cheapest.get(at)
    if (known === undefined || laneCents(lanes, lane) < laneCents(lanes, known))
      cheapest.set(at, lane)
  })
  for (const [at, lane] of cheapest) {
    const km = lanes.distanceKm[lane]!
    if (km > 0) miles[at] = km * MILES_PER_KM
    days[at] = Math.max(1, Math.ceil(lanes.transitMinutes[lane]! / MINUTES_A_DAY))
  }
}

const laneCents = (lanes: Network['lanes'], lane: number) =>
  lanes.costPerParcelCents[lane]! + lanes.costPerKgCents[lane]!

/** Throws ERR_NETWORK or ERR_ARGUMENT naming what is missing, negative or of another size. */
export function checkProblem(problem: RegionProblem): void {
  const { demand, siteArea, capacityM3, miles, days, adjacency } = problem
  const areas = demand.length
  const sites = siteArea.length
  requireArgument(areas > 0, 'there are no areas')
  requireArgument(adjacency.starts.length === areas + 1, 'adjacency and demand differ in areas')
  for (const [name, table] of [
    ['miles', miles],
    ['days', days],
  ] as const) {
    requireArgument(
      table.length === areas * sites,
      `${name} has ${table.length} entries for ${sites} sites and ${areas} areas`,
    )
    const bad = table.findIndex((value) => !(value >= 0))
    if (bad >= 0) throw badWay(problem, name, bad)
  }
  demand.forEach((d, a) => {
    requireFinite(d, `demand of area ${nameOfArea(problem, a)}`)
    requireArgument(d >= 0, `demand of area ${nameOfArea(problem, a)} is negative: ${d}`)
  })
  requireArgument(
    demand.some((d) => d > 0),
    'no area has demand',
  )
  siteArea.forEach((area, s) => {
    requireArgument(area >= 0 && area < areas, `site ${nameOfSite(problem, s)} lies in no area`)
    requireFinite(capacityM3[s]!, `room of site ${nameOfSite(problem, s)}`)
    requireArgument(capacityM3[s]! >= 0, `room of site ${nameOfSite(problem, s)} is negative`)
  })
}

function badWay(problem: RegionProblem, name: string, at: number): StorewrightError {
  const areas = problem.demand.length
  const site = nameOfSite(problem, Math.floor(at / areas))
  const area = nameOfArea(problem, at % areas)
  const value = problem[name === 'miles' ? 'miles' : 'days'][at]!
  return new StorewrightError(
    'ERR_NETWORK',
    `${name} from site ${site} to area ${area} is ${value}`,
    { next: 'Give a distance or time of 0 or more, or leave the lane out.' },
  )
}

/** How messages call an area. */
export function nameOfArea({ areaIds }: RegionProblem, area: number): string {
  return areaIds?.[area] ?? String(area)
}

/** How messages call a site. */
export function nameOfSite({ siteIds }: RegionProblem, site: number): string {
  return siteIds?.[site] ?? String(site)
}
