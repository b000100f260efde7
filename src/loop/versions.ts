import { createHash } from 'node:crypto'
import { StorewrightError } from '../core/errors.ts'
import type { Database } from '../core/sql/database.ts'

/** What is written in versions: one is current, the older ones stay beside it. */
export type VersionKind =
  | 'forecast'
  | 'plan'
  | 'outcome'
  | 'search'
  | 'regions'
  | 'lanes'
  | 'routes'
  | 'sites'
  | 'fulfilment'
  | 'load'
  | 'capacity'
  | 'warehouse'

export interface Version {
  readonly kind: VersionKind
  readonly version: number
  /** Epoch ms. */
  readonly createdAt: number
  /** Hash of everything the result was made from: the same hash, the same result. */
  readonly inputHash: string
  /** JSON with what belongs to the whole version (origin, settings, sentence). */
  readonly note: string
}

/** How many versions of each kind are kept; the older ones go when a new one is written. */
const KEPT_VERSIONS = 12

/** Tables that carry a version column, by kind. */
export const VERSIONED_TABLES: Record<VersionKind, readonly string[]> = {
  forecast: [
    'demand_forecast',
    'group_forecast',
    'forecast_groups',
    'forecast_backtest',
    'forecast_segments',
    'forecast_calibration',
    'forecast_contributions',
    'forecast_changes',
    'event_effects',
    'cold_start_likes',
    'lost_sales',
  ],
  plan: ['purchase_plan'],
  outcome: ['outcome_total', 'outcome_daily', 'outcome_product'],
  // Models are files, in a folder named after the version.
  search: [],
  regions: ['regions', 'region_measures', 'region_curve', 'placement_plan'],
  lanes: ['lane_plan'],
  // Route sets are files; which of them serves whom is a matter of the ledger.
  routes: [],
  sites: ['site_plan'],
  fulfilment: ['promises', 'shipments', 'shipment_lines', 'reservations', 'stock_snapshot'],
  load: ['load_forecast', 'load_parts'],
  capacity: ['capacity_orders'],
  warehouse: ['query_templates', 'warehouse_actions', 'warehouse_refusals'],
}

/** The version in use, or undefined before the first. */
export async function currentVersion(
  db: Database,
  kind: VersionKind,
): Promise<Version | undefined> {
  const rows = await db.rows(
    `SELECT v.version, v.created_at, v.input_hash, v.note
     FROM versions v JOIN current_versions c USING (kind, version) WHERE kind = $1`,
    [kind],
  )
  return rows[0] === undefined ? undefined : versionOf(kind, rows[0])
}

/** The version in use; throws ERR_STORE_EMPTY with the command that makes one. */
export async function requireVersion(db: Database, kind: VersionKind): Promise<Version> {
  const found = await currentVersion(db, kind)
  if (found !== undefined) return found
  throw new StorewrightError('ERR_STORE_EMPTY', `the store has no ${kind} yet`, {
    next: 'Make one: storewright run --store DIR',
  })
}

/** All versions of a kind that are kept, newest first. */
export async function listVersions(db: Database, kind: VersionKind): Promise<Version[]> {
  const rows = await db.rows(
    'SELECT version, created_at, input_hash, note FROM versions WHERE kind = $1 ORDER BY version DESC',
    [kind],
  )
  return rows.map((row) => versionOf(kind, row))
}

function versionOf(kind: VersionKind, row: Record<string, string | number | null>): Version {
  return {
    kind,
    version: Number(row['version']),
    createdAt: Number(row['created_at']),
    inputHash: String(row['input_hash']),
    note: String(row['note'] ?? '{}'),
  }
}

/**
 * Writes a version whole and switches to it, in one transaction: readers see the old one or the
 * new one. `write` gets the number that its rows must carry. Older versions beyond the kept
 * number are deleted in the same step. A proposal is written and not switched to.
 */
export async function writeVersion(
  db: Database,
  version: Omit<Version, 'version'>,
  write: (version: number) => Promise<void>,
  { isProposal = false }: { readonly isProposal?: boolean } = {},
): Promise<Version> {
  return db.transaction(async () => {
    const { kind, createdAt, inputHash, note } = version
    const [row] = await db.rows('SELECT max(version) AS last FROM versions WHERE kind = $1', [kind])
    const number = Number(row?.['last'] ?? 0) + 1
    await write(number)
    await db.run('INSERT INTO versions VALUES ($1, $2, make_timestamp($3 * 1000), $4, $5)', [
      kind,
      number,
      createdAt,
      inputHash,
      note,
    ])
    if (!isProposal) await makeCurrent(db, kind, number)
    await dropOld(db, kind, number - KEPT_VERSIONS)
    return { ...version, version: number }
  })
}

/** Goes to another kept version of a kind: the same one step forward as back. */
export async function switchVersion(
  db: Database,
  kind: VersionKind,
  version: number,
): Promise<void> {
  const kept = await listVersions(db, kind)
  if (!kept.some((v) => v.version === version)) {
    const numbers = kept.map((v) => v.version).join(', ') || 'none'
    throw new StorewrightError('ERR_PLAN_NOT_FOUND', `there is no ${kind} ${version}`, {
      next: `Kept are: ${numbers}.`,
    })
  }
  await db.transaction(() => makeCurrent(db, kind, version))
}

async function makeCurrent(db: Database, kind: VersionKind, version: number): Promise<void> {
  await db.run('DELETE FROM current_versions WHERE kind = $1', [kind])
  await db.run('INSERT INTO current_versions VALUES ($1, $2)', [kind, version])
}

async function dropOld(db: Database, kind: VersionKind, upTo: number): Promise<void> {
  if (upTo <= 0) return
  // The version in force stays, however many proposals came after it.
  const kept = 'SELECT version FROM current_versions WHERE kind = $2'
  for (const table of VERSIONED_TABLES[kind]) {
    await db.run(`DELETE FROM ${table} WHERE version <= $1 AND version NOT IN (${kept})`, [
      upTo,
      kind,
    ])
  }
  await db.run(
    `DELETE FROM versions WHERE version <= $1 AND kind = $2 AND version NOT IN (${kept})`,
    [upTo, kind],
  )
}

/** A hash of the rows of tables, whatever their order; changes when any value does. */
export async function hashTables(db: Database, tables: readonly string[]): Promise<string> {
  const parts: string[] = []
  for (const table of tables) {
    const [row] = await db.rows(
      `SELECT count(*) AS n, CAST(sum(CAST(hash(t) AS HUGEINT)) AS VARCHAR) AS h FROM ${table} AS t`,
    )
    parts.push(`${table}:${row?.['n']}:${row?.['h']}`)
  }
  return hashOf(parts)
}

/** A short hash of any JSON value. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24)
}
