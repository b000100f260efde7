import type { Database } from '../../core/sql/database.ts'
import type { Action, ActionKind, ActionStatus, Gain, Refusal } from '../types.ts'

/** The schema of our own records inside the database they are about. */
export const DESIGN_SCHEMA = 'storewright_warehouse'

/** A table that an action rests on, as it was when the action was made. */
export interface BaseTable {
  readonly table: string
  /** `name type` of each column, in their order. */
  readonly columns: readonly string[]
}

/** An action as it stands in a database. */
export interface StoredAction extends Action {
  readonly status: ActionStatus
  /** When its status last changed, epoch ms. */
  readonly decidedAt: number
  readonly decidedBy: string
  /** Why it failed, was refused or was taken out of service. */
  readonly note?: string
  readonly bases: readonly BaseTable[]
  /** Statements it is measured on when it is applied; none are kept of private values. */
  readonly examples?: readonly Example[]
  /** Of an applied action whose measuring has not ended: the statements it is to be measured on. */
  readonly toMeasure?: readonly Example[]
}

/** A statement that an action is to serve. */
export interface Example {
  readonly sql: string
  /** How often statements like it are asked a day. */
  readonly runsPerDay: number
  /** CPU ms it took before the action was applied, where that is known. */
  readonly beforeCpuMs?: number
}

/** One change of an action's status. */
export interface DesignEvent {
  readonly at: number
  readonly actionId: string
  readonly status: ActionStatus
  readonly by: string
  readonly note?: string
}

const TABLES = [
  `CREATE TABLE IF NOT EXISTS ${DESIGN_SCHEMA}.actions (
     action_id VARCHAR, kind VARCHAR, status VARCHAR, decided_at DOUBLE, decided_by VARCHAR,
     note VARCHAR, definition VARCHAR, record VARCHAR, measured VARCHAR, bases VARCHAR)`,
  `CREATE TABLE IF NOT EXISTS ${DESIGN_SCHEMA}.events (
     happened_at DOUBLE, action_id VARCHAR, status VARCHAR, happened_by VARCHAR, note VARCHAR)`,
  `CREATE TABLE IF NOT EXISTS ${DESIGN_SCHEMA}.refusals (kind VARCHAR, target VARCHAR, reason VARCHAR)`,
  `CREATE TABLE IF NOT EXISTS ${DESIGN_SCHEMA}.left_alone (fingerprint VARCHAR, left_by VARCHAR, left_at DOUBLE)`,
]

/** Makes the records' tables where they are missing. */
export async function ensureRecords(db: Database): Promise<void> {
  if (await hasRecords(db)) return
  await db.transaction(async () => {
    await db.run(`CREATE SCHEMA IF NOT EXISTS ${DESIGN_SCHEMA}`)
    for (const sql of TABLES) await db.run(sql)
  })
}

/** Whether records of a design stand in this database. */
export async function hasRecords(db: Database): Promise<boolean> {
  const [row] = await db.rows<{ n: number }>(
    `SELECT count(*) AS n FROM duckdb_tables()
     WHERE schema_name = '${DESIGN_SCHEMA}' AND database_name = current_database()`,
  )
  return row!.n === TABLES.length
}

/** All actions, in the order in which they last changed. */
export async function readActions(db: Database): Promise<readonly StoredAction[]> {
  if (!(await hasRecords(db))) return []
  const rows = await db.rows<{
    status: string
    decided_at: number
    decided_by: string
    note: string | null
    record: string
    measured: string | null
    bases: string
    definition: string
  }>(
    `SELECT status, decided_at, decided_by, note, record, measured, bases, definition
     FROM ${DESIGN_SCHEMA}.actions ORDER BY decided_at, action_id`,
  )
  return rows.map((row) => ({
    ...(JSON.parse(row.record) as Omit<Action, 'measured' | 'definition'>),
    definition: row.definition,
    ...(row.measured === null ? {} : { measured: JSON.parse(row.measured) as Gain }),
    status: row.status as ActionStatus,
    decidedAt: row.decided_at,
    decidedBy: row.decided_by,
    ...(row.note === null ? {} : { note: row.note }),
    bases: JSON.parse(row.bases) as BaseTable[],
  }))
}

/** Writes an action over what stood of it, and the change into the events; call it in a transaction. */
export async function writeAction(db: Database, action: StoredAction): Promise<void> {
  const {
    status,
    decidedAt,
    decidedBy,
    note = null,
    bases,
    measured,
    definition,
    ...record
  } = action
  await db.run(`DELETE FROM ${DESIGN_SCHEMA}.actions WHERE action_id = $1`, [action.actionId])
  await db.run(
    `INSERT INTO ${DESIGN_SCHEMA}.actions VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      action.actionId,
      action.kind,
      status,
      decidedAt,
      decidedBy,
      note,
      definition,
      JSON.stringify(record),
      measured === undefined ? null : JSON.stringify(measured),
      JSON.stringify(bases),
    ],
  )
  await db.run(`INSERT INTO ${DESIGN_SCHEMA}.events VALUES ($1, $2, $3, $4, $5)`, [
    decidedAt,
    action.actionId,
    status,
    decidedBy,
    note,
  ])
}

/** Forgets an action; its events stay. */
export async function dropAction(db: Database, actionId: string): Promise<void> {
  await db.run(`DELETE FROM ${DESIGN_SCHEMA}.actions WHERE action_id = $1`, [actionId])
}

/** Every change of every action, oldest first. */
export async function readEvents(db: Database): Promise<readonly DesignEvent[]> {
  if (!(await hasRecords(db))) return []
  const rows = await db.rows<{
    happened_at: number
    action_id: string
    status: string
    happened_by: string
    note: string | null
  }>(`SELECT * FROM ${DESIGN_SCHEMA}.events ORDER BY happened_at`)
  return rows.map((row) => ({
    at: row.happened_at,
    actionId: row.action_id,
    status: row.status as ActionStatus,
    by: row.happened_by,
    ...(row.note === null ? {} : { note: row.note }),
  }))
}

/** Writes what was refused in place of what was refused before. */
export async function writeRefusals(db: Database, refusals: readonly Refusal[]): Promise<void> {
  await db.run(`DELETE FROM ${DESIGN_SCHEMA}.refusals`)
  for (const { kind, target, reason } of refusals) {
    await db.run(`INSERT INTO ${DESIGN_SCHEMA}.refusals VALUES ($1, $2, $3)`, [
      kind,
      target,
      reason,
    ])
  }
}

/** What was refused when the database was last advised. */
export async function readRefusals(db: Database): Promise<readonly Refusal[]> {
  if (!(await hasRecords(db))) return []
  const rows = await db.rows<{ kind: string; target: string; reason: string }>(
    `SELECT kind, target, reason FROM ${DESIGN_SCHEMA}.refusals`,
  )
  return rows.map((row) => ({ ...row, kind: row.kind as ActionKind }))
}

/** Fingerprints that a person wants left alone. */
export async function readLeftAlone(db: Database): Promise<ReadonlySet<string>> {
  if (!(await hasRecords(db))) return new Set()
  const rows = await db.rows<{ fingerprint: string }>(
    `SELECT fingerprint FROM ${DESIGN_SCHEMA}.left_alone`,
  )
  return new Set(rows.map(({ fingerprint }) => fingerprint))
}

/** Leaves a template alone from now on, or takes it up again. */
export async function writeLeftAlone(
  db: Database,
  fingerprint: string,
  isLeftAlone: boolean,
  by: string,
  now: number,
): Promise<void> {
  await ensureRecords(db)
  await db.transaction(async () => {
    await db.run(`DELETE FROM ${DESIGN_SCHEMA}.left_alone WHERE fingerprint = $1`, [fingerprint])
    if (!isLeftAlone) return
    await db.run(`INSERT INTO ${DESIGN_SCHEMA}.left_alone VALUES ($1, $2, $3)`, [
      fingerprint,
      by,
      now,
    ])
  })
}
