import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { textAt, textsOf } from '../../core/table.ts'
import type { Ledger } from '../../ledger/index.ts'
import { withLedger } from '../decisions.ts'
import { withDatabase } from '../store/store.ts'
import { currentVersion, listVersions, switchVersion, type Version } from '../versions.ts'
import type { LanesNote } from './lane-plan.ts'
import { plannedAreaIds } from './read-network.ts'
import type { RegionsNote } from './region-plan.ts'
import type { RoutesNote } from './route-sets.ts'
import {
  lastStanding,
  orderRollback,
  orderSwitch,
  type RouteSwitch,
  readSwitches,
  regionsApplied,
  routeSetsAt,
} from './switches.ts'

/** A version with what belongs to it as a whole. */
export interface Noted<Note> {
  readonly version: number
  readonly createdAt: number
  readonly note: Note
}

/** Where the network of a store stands. */
export interface NetworkStatus {
  readonly regions: Noted<RegionsNote> | undefined
  /** A newer plan of regions that no one has applied. */
  readonly proposedRegions: Noted<RegionsNote> | undefined
  readonly lanes: Noted<LanesNote> | undefined
  /** Route sets that can be switched to, newest first. */
  readonly routeSets: readonly Noted<RoutesNote>[]
  /** How many areas each route set serves now; areas without any are left out. */
  readonly serving: readonly { readonly version: number; readonly areas: number }[]
  readonly areas: number
  readonly switches: readonly RouteSwitch[]
  readonly revision: number
}

/** Reads where the network stands at a time (epoch ms). */
export async function networkStatus(folder: string, now: number): Promise<NetworkStatus> {
  const { switches, revision } = await withLedger(folder, readSwitches)
  return withDatabase(folder, 'read', async (db) => {
    const areaIds = await plannedAreaIds(db)
    const regions = await currentVersion(db, 'regions')
    const [newest] = await listVersions(db, 'regions')
    const lanes = await currentVersion(db, 'lanes')
    const serving = new Map<number, number>()
    for (const version of routeSetsAt(switches, areaIds, now))
      if (version !== undefined) serving.set(version, (serving.get(version) ?? 0) + 1)
    return {
      regions: regions && noted<RegionsNote>(regions),
      proposedRegions:
        newest !== undefined && newest.version > (regions?.version ?? 0)
          ? noted<RegionsNote>(newest)
          : undefined,
      lanes: lanes && noted<LanesNote>(lanes),
      routeSets: (await listVersions(db, 'routes')).map((one) => noted<RoutesNote>(one)),
      serving: [...serving].map(([version, areas]) => ({ version, areas })),
      areas: areaIds.length,
      switches,
      revision,
    }
  })
}

function noted<Note>({ version, createdAt, note }: Version): Noted<Note> {
  return { version, createdAt, note: JSON.parse(note) as Note }
}

export interface ApplyOptions {
  /** Plan of regions; absent: the newest. */
  readonly version?: number
  readonly by: string
}

/** Puts a plan of regions in force, and notes by whom. Throws ERR_PLAN_NOT_FOUND. */
export async function applyRegions(folder: string, options: ApplyOptions): Promise<number> {
  const version = await withDatabase(folder, 'write', async (db) => {
    const [newest] = await listVersions(db, 'regions')
    const chosen = options.version ?? newest?.version
    if (chosen === undefined) {
      throw new StorewrightError('ERR_PLAN_NOT_FOUND', 'no regions are proposed', {
        next: 'Plan them: storewright network regions --store DIR',
      })
    }
    await switchVersion(db, 'regions', chosen)
    return chosen
  })
  const event = regionsApplied.of('network.regions', { version, by: options.by })
  await withLedger(folder, (ledger) => ledger.append([event]))
  return version
}

export interface SwitchOptions {
  /** Route set; absent: the newest that was not built for an outage. */
  readonly version?: number
  /** Regions that go over (R1, R2, …); absent: everywhere. */
  readonly regions?: readonly string[]
  /** Epoch ms from which it holds. */
  readonly at: number
  readonly by: string
  readonly reason?: string | undefined
  readonly expected?: number | undefined
}

/**
 * Switches areas to a route set at a set time: one event in the ledger, which every process that
 * routes parcels reads. Throws ERR_ROUTES_VERSION on an unknown set or region, ERR_ROUTES_CONFLICT
 * when the history has moved past `expected`.
 */
export async function switchRoutes(folder: string, options: SwitchOptions): Promise<RouteSwitch> {
  const { regions = [] } = options
  const { version, areas } = await withDatabase(folder, 'read', async (db) => ({
    version: await routeSetToUse(db, options.version),
    areas: regions.length === 0 ? null : await areasOf(db, regions),
  }))
  const where = regions.length === 0 ? 'everywhere' : regions.join(', ')
  const { at, by, reason, expected } = options
  return changeRoutes(folder, (ledger) =>
    orderSwitch(ledger, { at, by, reason, expected, where, orders: [{ version, areas }] }),
  )
}

/** Undoes the last switch that stands. Throws as orderRollback does. */
export async function rollBackRoutes(
  folder: string,
  options: Pick<SwitchOptions, 'at' | 'by' | 'reason' | 'expected'>,
): Promise<RouteSwitch> {
  return changeRoutes(folder, (ledger) => orderRollback(ledger, options))
}

/** Makes the change, and marks the set that now stands last, so that it is not dropped with old ones. */
async function changeRoutes(
  folder: string,
  change: (ledger: Ledger) => Promise<RouteSwitch>,
): Promise<RouteSwitch> {
  const [made, standing] = await withLedger(folder, async (ledger) => {
    const switched = await change(ledger)
    return [switched, lastStanding((await readSwitches(ledger)).switches)] as const
  })
  const version = standing?.orders[0]?.version
  if (version !== undefined) {
    await withDatabase(folder, 'write', async (db) => {
      const kept = await listVersions(db, 'routes')
      if (kept.some((one) => one.version === version)) await switchVersion(db, 'routes', version)
    })
  }
  return made
}

async function routeSetToUse(db: Database, asked: number | undefined): Promise<number> {
  const kept = await listVersions(db, 'routes')
  const isUsual = ({ note }: Version) => (JSON.parse(note) as RoutesNote).outage === null
  const chosen =
    asked === undefined ? kept.find(isUsual) : kept.find(({ version }) => version === asked)
  if (chosen !== undefined) return chosen.version
  const numbers = kept.map(({ version }) => version).join(', ')
  throw new StorewrightError(
    'ERR_ROUTES_VERSION',
    asked === undefined ? 'no route set has been built' : `there is no route set ${asked}`,
    {
      next:
        numbers === ''
          ? 'Build one: storewright network routes --store DIR'
          : `Kept are: ${numbers}.`,
    },
  )
}

async function areasOf(db: Database, regions: readonly string[]): Promise<string[]> {
  const version = (await currentVersion(db, 'regions'))?.version ?? 0
  const table = await db.table(
    "SELECT region_id, place_id FROM regions WHERE version = $1 AND place_kind = 'area' ORDER BY place_id",
    [version],
  )
  const [names, places] = [textsOf(table, 'region_id'), textsOf(table, 'place_id')]
  const rows = Array.from({ length: table.rowCount }, (_, row) => row)
  const known = new Set(rows.map((row) => textAt(names, row)!))
  const unknown = regions.filter((id) => !known.has(id))
  if (unknown.length > 0) {
    throw new StorewrightError('ERR_ROUTES_VERSION', `there is no region ${unknown.join(', ')}`, {
      next:
        known.size === 0
          ? 'Plan regions first: storewright network regions --apply --store DIR'
          : `Regions are: ${[...known].sort().join(', ')}.`,
    })
  }
  return rows
    .filter((row) => regions.includes(textAt(names, row)!))
    .map((row) => textAt(places, row)!)
}
