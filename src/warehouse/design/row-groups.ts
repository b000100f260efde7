import { setTimeout as sleep } from 'node:timers/promises'
import { StorewrightError } from '../../core/errors.ts'
import { type Database, quoteName, quoteText } from '../../core/sql/database.ts'
import type { Action } from '../types.ts'

/** Rows of a row group where a database was attached without ROW_GROUP_SIZE. */
export const USUAL_GROUP_ROWS = 122_880
const BETWEEN = 'storewright_between'
/** Another process may have the file for a moment between leaving and attaching it. */
const WAITS_MS = [10, 30, 100, 300, 1000, 3000, 10_000] as const

interface Attached {
  readonly name: string
  readonly path: string | null
  readonly type: string
  readonly isReadOnly: number
  readonly isEncrypted: number
  readonly groupRows: number | null
  /** Options of ATTACH besides the size of row groups. */
  readonly others: number
  readonly connections: number
  readonly searchPath: string
}

async function attached(db: Database): Promise<Attached | undefined> {
  const [row] = await db.rows<Attached & { readonly [column: string]: string | number | null }>(
    `SELECT database_name AS name, path, type, readonly AS isReadOnly, encrypted AS isEncrypted,
       TRY_CAST(list_extract(map_extract(options, 'row_group_size'), 1) AS BIGINT) AS groupRows,
       len(list_filter(map_keys(options), lambda k: k <> 'row_group_size')) AS others,
       (SELECT count FROM duckdb_connection_count()) AS connections,
       current_setting('search_path') AS searchPath
     FROM duckdb_databases() WHERE database_name = current_database()`,
  )
  return row
}

/** Whether tables of the database can be written in row groups of another size: it is a file that can be attached anew. */
export async function canHaveGroups(db: Database): Promise<boolean> {
  const now = await attached(db)
  return now !== undefined && isPlainFile(now)
}

function isPlainFile({ path, type, isEncrypted, others }: Attached): boolean {
  return path !== null && type === 'duckdb' && isEncrypted === 0 && others === 0
}

/**
 * Attaches the database of a connection anew, so that what is written from then on lies in row groups
 * of `rows` and is not merged into larger ones; what lies in it stays as it is. DuckDB keeps the size
 * as long as the database is attached: whoever writes to it later in the usual size merges row groups
 * of all tables when DuckDB makes its next checkpoint; the order of rows stays. Returns
 * whether it has that size now: nothing is done where the database is no file, is read only, or has
 * other connections, whose statements would fail meanwhile.
 * Throws ERR_STORE_BUSY where another process took the file and does not give it back.
 */
export async function attachWith(db: Database, rows: number): Promise<boolean> {
  const now = await attached(db)
  if (now === undefined) return false
  if ((now.groupRows ?? USUAL_GROUP_ROWS) === rows) return true
  const isAlone = now.connections === 1 && now.searchPath === '' && now.isReadOnly === 0
  if (!isAlone || !isPlainFile(now)) return false
  const name = quoteName(now.name)
  await db.run(`ATTACH ':memory:' AS ${BETWEEN}`)
  await db.run(`USE ${BETWEEN}`)
  try {
    await db.run(`DETACH ${name}`)
    await attachAgain(db, `ATTACH ${quoteText(now.path!)} AS ${name} (ROW_GROUP_SIZE ${rows})`)
  } finally {
    // Back to the database that was opened first, which goes by its name.
    await db.run('RESET search_path').catch(() => undefined)
    await db.run(`DETACH DATABASE IF EXISTS ${BETWEEN}`).catch(() => undefined)
  }
  return true
}

async function attachAgain(db: Database, sql: string): Promise<void> {
  for (const waitMs of WAITS_MS) {
    try {
      await db.run(sql)
      return
    } catch (error) {
      if (!/lock|already attached/i.test(String(error))) throw error
      await sleep(waitMs)
    }
  }
  await db.run(sql).catch((cause: unknown) => {
    throw new StorewrightError('ERR_STORE_BUSY', 'another process took the database', {
      next: 'Wait until it ends, or stop it, and try again.',
      cause,
    })
  })
}

interface LayoutDefinition {
  /** Rows of the row groups that what it makes lies in; absent: the usual. */
  readonly groupRows?: number
  /** The layout that stood before and no longer does. */
  readonly replaces?: string
}

function definitionOf({ kind, definition }: Action): LayoutDefinition {
  if (kind !== 'layout' && kind !== 'view') return {}
  try {
    return JSON.parse(definition) as LayoutDefinition
  } catch {
    return {}
  }
}

/** Whether an action makes something that lies in row groups of a size of its own. */
export function hasGroups(action: Action): boolean {
  return definitionOf(action).groupRows !== undefined
}

/** The layout that stands where an action puts another order; undefined where there is none. */
export function replacedBy(action: Action): string | undefined {
  return definitionOf(action).replaces
}

/** Rows of row groups that a database is attached with while actions stand: the smallest they ask for. */
export function groupRowsStanding(standing: readonly Action[]): number {
  return Math.min(
    USUAL_GROUP_ROWS,
    ...standing.map((action) => definitionOf(action).groupRows ?? USUAL_GROUP_ROWS),
  )
}
