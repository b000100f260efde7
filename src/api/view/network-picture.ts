import type { Database, Row } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import {
  currentVersion,
  type LanesNote,
  listVersions,
  type Noted,
  plannedDepartures,
  type RegionsNote,
  readNetwork,
  regionNumber,
} from '../../loop/index.ts'
import type { Departures, Network } from '../../network/index.ts'
import type { LaneRow } from '../schemas/network-lanes.ts'
import { notKept, notPlanned } from './network-errors.ts'
import { laneRows } from './network-lanes.ts'

/** Which region each area and site belongs to; −1 = none. */
export interface Membership {
  readonly regions: number
  readonly area: Int32Array
  readonly site: Int32Array
}

/** Planned lanes as they are shown. */
export interface PlannedLanes extends Noted<LanesNote> {
  readonly rows: readonly LaneRow[]
  /** When they leave in a week. */
  readonly departures: Departures
}

/** What the Network page needs of a plan of regions and of the lanes in force. */
export interface NetworkPicture {
  readonly network: Network
  readonly siteNames: readonly string[]
  /** Kept plans of regions, newest first, and the number of the one in force. */
  readonly versions: readonly Noted<RegionsNote>[]
  readonly current: number | undefined
  readonly shown: Noted<RegionsNote>
  readonly plan: Membership
  /** Regions that the plan started from; undefined without any. */
  readonly before: Membership | undefined
  /** m³ placed at each site. */
  readonly placedM3: Float64Array
  /** Rows of region_measures and region_curve. */
  readonly measures: readonly Row[]
  readonly curve: readonly Row[]
  readonly lanes: PlannedLanes | undefined
}

/**
 * Reads the picture of a plan of regions: `asked`, or the one in force, or the newest. Throws
 * ERR_STORE_EMPTY with the command that plans where there is none, ERR_PLAN_NOT_FOUND on a number
 * that is not kept.
 */
export async function readPicture(
  db: Database,
  asked: number | undefined,
  command: string,
): Promise<NetworkPicture> {
  const versions = (await listVersions(db, 'regions')).map((one) => noted<RegionsNote>(one))
  const current = (await currentVersion(db, 'regions'))?.version
  const shown = versions.find(({ version }) => version === (asked ?? current)) ?? versions[0]
  if (shown === undefined) {
    throw notPlanned('no regions have been planned yet', command)
  }
  if (asked !== undefined && shown.version !== asked) {
    throw notKept(`regions ${asked}`, versions)
  }
  const network = await readNetwork(db)
  const { plan, before } = await readMembership(db, network, shown.version)
  return {
    network,
    siteNames: await readSiteNames(db, network),
    versions,
    current,
    shown,
    plan,
    before,
    placedM3: await readPlaced(db, network, shown.version),
    measures: await db.rows(
      `SELECT * FROM region_measures WHERE version = $1 ORDER BY CAST(substr(region_id, 2) AS INTEGER)`,
      [shown.version],
    ),
    curve: await db.rows('SELECT * FROM region_curve WHERE version = $1 ORDER BY regions', [
      shown.version,
    ]),
    lanes: await readPlannedLanes(db, network),
  }
}

export function noted<Note>(one: {
  readonly version: number
  readonly createdAt: number
  readonly note: string
}): Noted<Note> {
  const { version, createdAt, note } = one
  return { version, createdAt, note: JSON.parse(note) as Note }
}

async function readMembership(
  db: Database,
  { areas, sites }: Network,
  version: number,
): Promise<Pick<NetworkPicture, 'plan' | 'before'>> {
  const table = await db.table(
    'SELECT place_kind, place_id, region_id, before_region_id FROM regions WHERE version = $1',
    [version],
  )
  const [kinds, places] = [textsOf(table, 'place_kind'), textsOf(table, 'place_id')]
  const membership = (column: string): Membership => {
    const ids = textsOf(table, column)
    const regionOf = new Map<string, number>()
    for (let row = 0; row < table.rowCount; row++) {
      const region = regionNumber(textAt(ids, row) ?? '')
      regionOf.set(`${textAt(kinds, row)} ${textAt(places, row)}`, region)
    }
    return {
      regions: 1 + Math.max(-1, ...regionOf.values()),
      area: Int32Array.from(areas.ids, (id) => regionOf.get(`area ${id}`) ?? -1),
      site: Int32Array.from(sites.ids, (id) => regionOf.get(`site ${id}`) ?? -1),
    }
  }
  const before = membership('before_region_id')
  return { plan: membership('region_id'), before: before.regions === 0 ? undefined : before }
}

/** Names of sites as the store states them, by number; ids where it states none. */
export async function readSiteNames(
  db: Database,
  { sites }: Pick<Network, 'sites'>,
): Promise<string[]> {
  const rows = await db.rows('SELECT site_id, name FROM sites')
  const names = new Map(rows.map((row) => [row['site_id'], row['name']]))
  return sites.ids.map((id) => String(names.get(id) ?? id))
}

async function readPlaced(
  db: Database,
  { sites }: Network,
  version: number,
): Promise<Float64Array> {
  const table = await db.table(
    'SELECT site_id, sum(volume_m3) AS m3 FROM placement_plan WHERE version = $1 GROUP BY site_id',
    [version],
  )
  const ids = textsOf(table, 'site_id')
  const m3 = new Map([...numbersOf(table, 'm3')].map((value, row) => [textAt(ids, row), value]))
  return Float64Array.from(sites.ids, (id) => m3.get(id) ?? 0)
}

async function readPlannedLanes(db: Database, network: Network): Promise<PlannedLanes | undefined> {
  const version = await currentVersion(db, 'lanes')
  if (version === undefined) return undefined
  const planned = await db.rows('SELECT * FROM lane_plan WHERE version = $1', [version.version])
  return {
    ...noted<LanesNote>(version),
    rows: laneRows(network, await readSiteNames(db, network), planned),
    departures: await plannedDepartures(db, network, version),
  }
}
