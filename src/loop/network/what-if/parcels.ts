import { readKnob } from '../../../core/knobs.ts'
import { chargeableKg, lookUpSettings, type RouteSet, unitsOf } from '../../../core/routes/door.ts'
import type { Database } from '../../../core/sql/database.ts'
import { createWorkerPool, moduleBeside } from '../../../core/workers.ts'
import { regions, routes } from '../../../network/index.ts'
import type { Settings } from '../../store/settings.ts'
import { currentVersion } from '../../versions.ts'
import type { NetworkFacts } from '../facts.ts'
import { KG_PER_M3 } from '../knobs.ts'
import { plannedDepartures, type RouteJob, routeJob, weekBeforeLastOrder } from '../route-sets.ts'
import {
  type AreaChange,
  type AskedParcels,
  compareWays,
  laterAreas,
  type WayMeasures,
  type Ways,
} from './ways.ts'
import type { WaysAnswer, WaysTask } from './ways-entry.ts'

/** Moments of the last week of orders at which parcels are asked about. */
const MOMENTS = 14
/** An area is told of where a parcel takes at least so many hours more in the mean. */
const LATER_HOURS = 6

/**
 * Parcels are ordered within the first of two weeks: a set holds no departure whose order-by lies
 * beyond its days, and one that leaves weekly must be found from each moment.
 */
const LONG_SET = { 'network.route-span-days': 14, 'network.route-entries': 128 }

/** Parcels on all routes that run, ready to be asked what they would be without some of them. */
export interface ParcelWays {
  readonly job: RouteJob
  readonly asked: AskedParcels
  readonly set: RouteSet
  readonly ways: Ways
  readonly knobs: Settings['knobs']
}

/** What parcels meet with all that runs and without what is closed. */
export interface ParcelEffect {
  readonly before: WayMeasures
  readonly after: WayMeasures
  /** Areas (numbers of the network) that are reached hours later, or no more. */
  readonly areas: readonly AreaChange[]
}

/**
 * Builds the routes of the planned lanes, or of today's timetable without any, for the last week of
 * orders, in a thread, and finds the way of a parcel to each area. Throws ERR_TIMETABLE as building
 * routes does.
 */
export async function readParcelWays(
  db: Database,
  { knobs }: Pick<Settings, 'knobs'>,
  facts: NetworkFacts,
  plan: regions.RegionPlan,
  demand: Float64Array,
): Promise<ParcelWays> {
  const stated = facts.network
  const lanes = await currentVersion(db, 'lanes')
  const network = { ...stated, departures: await plannedDepartures(db, stated, lanes) }
  const firstDay = await weekBeforeLastOrder(db)
  const job = await routeJob(db, network, { ...knobs, ...LONG_SET }, { version: 'now', firstDay })
  const asked = askedParcels(facts, plan, demand, job, knobs)
  return { job, asked, knobs, ...(await inThread({ job, asked, knobs })) }
}

/** What parcels meet without what is closed. Throws ERR_ARGUMENT on an id that there is not. */
export async function parcelsWithout(
  { job, asked, knobs, set, ways }: ParcelWays,
  outage: routes.Outage,
): Promise<ParcelEffect> {
  const closed = new Uint8Array(set.areaIds.length)
  for (const area of routes.closedBy(job.timetable.network, outage).areas) closed[area] = 1
  const after = (await inThread({ job, asked, knobs, base: set, outage })).ways
  const changed = laterAreas(ways, after, set.areaIds.length, LATER_HOURS)
  return {
    ...compareWays(asked, ways, after, closed),
    areas: changed.filter(({ area }) => closed[area] === 0),
  }
}

async function inThread(task: WaysTask): Promise<WaysAnswer> {
  const pool = createWorkerPool(1)
  try {
    return await pool.run(moduleBeside(import.meta.url, './ways-entry'), 'waysOf', task)
  } finally {
    await pool.close()
  }
}

/** A parcel of the mean order's size, at moments spread over the last week as its orders were. */
function askedParcels(
  { orders, unitM3, network: { sites } }: NetworkFacts,
  plan: regions.RegionPlan,
  demand: Float64Array,
  { options: { baseMinute, origins = [] } }: RouteJob,
  knobs: Settings['knobs'],
): AskedParcels {
  const m3 =
    orders.product.reduce((sum, j, line) => sum + unitM3[j]! * orders.quantity[line]!, 0) /
    orders.ids.length
  const week = orders.orderedAt.filter((at) => at >= baseMinute * 60_000)
  const count = Math.min(MOMENTS, week.length)
  const moments = Int32Array.from({ length: count }, (_, m) =>
    Math.floor(week[Math.floor(((m + 0.5) * week.length) / count)]! / 60_000),
  )
  const units = unitsOf(m3)
  const kg = chargeableKg(units, m3 * readKnob(KG_PER_M3, knobs), lookUpSettings(knobs))
  const promiseMinutes = 1440 * regions.readPrices(knobs).promiseDays
  // Without stock, or room for it, a site ships nothing: its region has no number.
  const siteRegion = Int32Array.from(origins, (s) =>
    sites.capacityM3[s] === 0 ? -2 : plan.siteRegion[s]!,
  )
  return { demand, moments, areaRegion: plan.areaRegion, siteRegion, units, kg, promiseMinutes }
}
