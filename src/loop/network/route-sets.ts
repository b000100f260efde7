import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { openRouteSet, type RouteSet, saveRouteSet } from '../../core/routes/door.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import { type Departures, lanes, type Network, routes } from '../../network/index.ts'
import { indexColumn, indexOf } from '../inputs/receipts.ts'
import type { MadeResult, StepContext, StepResult } from '../steps/context.ts'
import { storePaths } from '../store/paths.ts'
import { currentVersion, hashOf, hashTables, listVersions, type Version } from '../versions.ts'
import { PACKING_HOURS, SORTING_HOURS } from './knobs.ts'
import { readNetwork } from './read-network.ts'

export interface RouteOptions {
  /** Builds from the departures of today, whatever lanes are planned. */
  readonly today?: boolean
  /** What is taken to be closed: a set to switch to when it happens. */
  readonly outage?: routes.Outage
  /** First day, as a day number (UTC). Default: so that the last week of orders lies within. */
  readonly firstDay?: number
}

/** What belongs to a route set as a whole. */
export interface RoutesNote {
  readonly name: string
  /** Plans that it was built from; null = the timetable of today. */
  readonly lanesVersion: number | null
  readonly regionsVersion: number | null
  /** First minute (epoch) and minutes for which orders are routed. */
  readonly baseMinute: number
  readonly spanMinutes: number
  readonly sites: number
  readonly areas: number
  /** Lanes with departures, and departures of a week. */
  readonly lanes: number
  readonly departures: number
  readonly routes: number
  /** Areas that no site reaches, by id, where something is closed. */
  readonly unreached: readonly string[]
  readonly clockChanges: number
  readonly outage: routes.Outage | null
}

const ROUTES_METHOD = 3
const DAY_MINUTES = 1440
const TABLES = [
  'areas',
  'sites',
  'lanes',
  'departures',
  'lane_transit',
  'carrier_calendars',
  'site_calendars',
  'orders',
] as const

/** The file of a route set. */
export function routeSetPath(storeFolder: string, version: number): string {
  return join(storePaths(storeFolder).routes, `${version}.routes`)
}

/** Opens a route set of a store; throws ERR_ROUTES_VERSION where there is none. */
export function openStoreRoutes(storeFolder: string, version: number): RouteSet {
  const path = routeSetPath(storeFolder, version)
  if (existsSync(path)) return openRouteSet(path)
  throw new StorewrightError('ERR_ROUTES_VERSION', `there is no route set ${version}`, {
    file: path,
    next: 'Build one: storewright network routes --store DIR',
  })
}

/**
 * Builds a route set from the planned lanes, or from the timetable of today where none are planned.
 * It serves no one until it is switched to. Throws ERR_TIMETABLE on a bad timetable or an area that
 * no site reaches.
 */
export async function routesStep(
  context: StepContext,
  options: RouteOptions = {},
): Promise<StepResult | MadeResult> {
  const { db, folder, settings } = context
  const lanesVersion = options.today === true ? undefined : await currentVersion(db, 'lanes')
  const inputHash = hashOf([
    await hashTables(db, TABLES),
    lanesVersion?.version ?? 0,
    settings.knobs,
    options,
    ROUTES_METHOD,
  ])
  const known = (await listVersions(db, 'routes')).find((one) => one.inputHash === inputHash)
  if (known !== undefined && existsSync(routeSetPath(folder, known.version)))
    return { kind: 'routes', version: known.version, skipped: true }
  const stated = await readNetwork(db)
  const network = { ...stated, departures: await plannedDepartures(db, stated, lanesVersion) }
  const built = await build(context, network, options)
  return {
    kind: 'routes',
    inputHash,
    isProposal: true,
    note: noteOf(network, built, lanesVersion, options),
    write: async (_, version) => {
      mkdirSync(storePaths(folder).routes, { recursive: true })
      saveRouteSet(routeSetPath(folder, version), { ...built.set, version: String(version) })
    },
    afterwards: (kept) => dropFiles(folder, kept),
  }
}

async function build(
  { db, settings, signal }: StepContext,
  network: Network,
  { outage, firstDay }: RouteOptions,
): Promise<routes.BuiltRoutes> {
  const { knobs } = settings
  const first = firstDay ?? (await weekBeforeLastOrder(db))
  const job = await routeJob(db, network, knobs, { version: 'new', firstDay: first, outage })
  return buildRoutes(job, signal)
}

/** All that a route set is built from: plain data, so that another thread can be given it. */
export interface RouteJob {
  readonly timetable: routes.Timetable
  readonly options: routes.BuildOptions
}

/** What the set of a network is built from, beginning on `firstDay` (a day number, UTC). */
export async function routeJob(
  db: Database,
  network: Network,
  knobs: KnobSettings,
  wanted: {
    readonly version: string
    readonly firstDay: number
    readonly outage?: routes.Outage | undefined
  },
): Promise<RouteJob> {
  const { sites } = network
  const { version, firstDay, outage } = wanted
  const closed = outage === undefined ? undefined : routes.closedBy(network, outage)
  return {
    timetable: {
      network,
      handlingMinutes: await handlingMinutes(db, sites, knobs),
      closures: await readClosures(db),
      siteClosures: await readSiteClosures(db, sites.ids),
    },
    options: {
      version,
      baseMinute: firstDay * DAY_MINUTES,
      origins: [...sites.kinds.keys()].filter((s) => SHIPS.has(sites.kinds[s]!)),
      ...(closed === undefined ? {} : { closed, unreached: 'report' as const }),
      knobs,
    },
  }
}

/** Builds the routes of a job. Throws ERR_TIMETABLE, ERR_CANCELLED. */
export function buildRoutes(
  { timetable, options }: RouteJob,
  signal?: AbortSignal,
): routes.BuiltRoutes {
  return routes.buildRouteSet(timetable, {
    ...options,
    ...(signal === undefined ? {} : { signal }),
  })
}

const SHIPS: ReadonlySet<string> = new Set(['fulfilment_centre', 'shop'])

/** The day on which the last seven days of orders begin; today's where there are none. */
export async function weekBeforeLastOrder(db: Database): Promise<number> {
  const [row] = await db.rows<{ last: number | null }>(
    "SELECT CAST(max(ordered_at) AS DATE) - DATE '1970-01-01' AS last FROM orders",
  )
  if (row?.last == null) {
    throw new StorewrightError(
      'ERR_STORE_EMPTY',
      'the store has no orders to say which week it is',
      {
        next: 'Name the first day: storewright network routes --from 2026-11-01 --store DIR',
      },
    )
  }
  return row.last - 6
}

/** Departures by a plan of lanes; those of today without one. */
export async function plannedDepartures(
  db: Database,
  network: Network,
  version: Pick<Version, 'version'> | undefined,
): Promise<Departures> {
  if (version === undefined) return network.departures
  const table = await db.table(
    'SELECT lane_id, departures_a_week FROM lane_plan WHERE version = $1 ORDER BY lane_id',
    [version.version],
  )
  const lane = indexColumn(textsOf(table, 'lane_id'), indexOf(network.lanes.ids))
  const wanted = new Map<number, number>()
  numbersOf(table, 'departures_a_week').forEach((count, row) => {
    if (lane[row]! >= 0) wanted.set(lane[row]!, count)
  })
  return lanes.departuresByLane(network, wanted)
}

/** Minutes from an order (or a parcel that came in) to one that can be loaded, by site. */
export async function handlingMinutes(
  db: Database,
  { ids, kinds }: Network['sites'],
  knobs: KnobSettings,
): Promise<readonly number[]> {
  const packing = 60 * readKnob(PACKING_HOURS, knobs)
  const sorting = 60 * readKnob(SORTING_HOURS, knobs)
  const isSorting = new Set(['sort_centre', 'delivery_station', 'cross_dock'])
  const stated = await readHandling(db)
  return kinds.map((kind, s) => stated.get(ids[s]!) ?? (isSorting.has(kind) ? sorting : packing))
}

/** Handling times that sites state, by id. */
async function readHandling(db: Database): Promise<ReadonlyMap<string, number>> {
  const table = await db.table(
    'SELECT site_id, handling_minutes FROM sites WHERE handling_minutes IS NOT NULL',
  )
  const minutes = numbersOf(table, 'handling_minutes')
  const ids = textsOf(table, 'site_id')
  return new Map(Array.from(minutes, (m, row) => [textAt(ids, row)!, m]))
}

async function readSiteClosures(
  db: Database,
  siteIds: readonly string[],
): Promise<routes.SiteClosure[]> {
  const table = await db.table('SELECT site_id, ds FROM site_calendars WHERE NOT is_open')
  const site = indexColumn(textsOf(table, 'site_id'), indexOf(siteIds))
  return Array.from(numbersOf(table, 'ds'), (day, row) => ({ site: site[row]!, day }))
}

async function readClosures(db: Database): Promise<routes.CarrierClosure[]> {
  const table = await db.table('SELECT carrier, ds, picks_up, delivers FROM carrier_calendars')
  const carriers = textsOf(table, 'carrier')
  const [day, picksUp, delivers] = (['ds', 'picks_up', 'delivers'] as const).map((name) =>
    numbersOf(table, name),
  ) as [Float64Array, Float64Array, Float64Array]
  return Array.from(day, (ds, row) => ({
    carrier: textAt(carriers, row)!,
    day: ds,
    picksUp: picksUp[row] === 1,
    delivers: delivers[row] === 1,
  }))
}

function noteOf(
  network: Network,
  built: routes.BuiltRoutes,
  lanesVersion: Version | undefined,
  { outage, today }: RouteOptions,
): RoutesNote {
  const planned =
    lanesVersion && (JSON.parse(lanesVersion.note) as { readonly regionsVersion: number })
  const what = outage === undefined ? '' : ` without ${outageWords(outage)}`
  return {
    name: `${today === true || planned === undefined ? 'timetable of today' : `lanes ${lanesVersion!.version}`}${what}`,
    lanesVersion: lanesVersion?.version ?? null,
    regionsVersion: planned?.regionsVersion ?? null,
    baseMinute: built.set.baseMinute,
    spanMinutes: built.set.spanMinutes,
    sites: built.set.siteIds.length,
    areas: built.set.areaIds.length,
    lanes: new Set(network.departures.lane).size,
    departures: network.departures.lane.length,
    routes: built.routes,
    unreached: built.unreached.map(({ areaId }) => areaId),
    clockChanges: built.clockChanges.length,
    outage: outage ?? null,
  }
}

/** What an outage closes, in words: ids and storms. */
function outageWords({ sites = [], lanes = [], areas = [], storm, storms = [] }: routes.Outage) {
  return [
    ...sites,
    ...lanes,
    ...areas,
    ...(storm === undefined ? [] : ['the storm']),
    ...storms.map(({ lat, lon, km }) => `what lies within ${km} km of ${lat},${lon}`),
  ].join(', ')
}

function dropFiles(folder: string, kept: readonly number[]): void {
  const { routes: path } = storePaths(folder)
  for (const file of readdirSync(path)) {
    const version = /^(\d+)\.routes$/.exec(file)?.[1]
    if (version !== undefined && !kept.includes(Number(version))) rmSync(join(path, file))
  }
}
