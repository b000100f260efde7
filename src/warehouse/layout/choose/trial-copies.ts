import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathBeside } from '../../../core/files.ts'
import { type Database, quoteText } from '../../../core/sql/database.ts'

/** A copy of a table that statements are tried on. */
export interface TrialCopy {
  /** As statements name it. */
  readonly name: string
  /** Rows of its row groups; undefined: those of temporary tables. */
  readonly groupRows: number | undefined
  /** CPU ms of making it. */
  readonly buildCpuMs: number
  drop(): Promise<void>
}

const ROWS = 'trial_rows'

/**
 * The rows of a query as a table of a database of its own in the system's temporary folder, compressed
 * and cut into row groups of `groupRows` as they would be in place; a temporary table where no file can
 * be attached. `spent` runs a statement and tells its CPU ms.
 */
export async function copyOf(
  db: Database,
  name: string,
  select: string,
  groupRows: number,
  spent: (sql: string) => Promise<number>,
): Promise<TrialCopy> {
  const file = pathBeside(join(tmpdir(), name))
  const drop = async () => {
    await db.run(`DETACH DATABASE IF EXISTS ${name}`)
    for (const part of [file, `${file}.wal`]) rmSync(part, { force: true })
  }
  try {
    await db.run(`ATTACH ${quoteText(file)} AS ${name} (ROW_GROUP_SIZE ${groupRows})`)
  } catch {
    await drop()
    return temporary(db, name, select, spent)
  }
  try {
    const copyMs = await spent(`CREATE TABLE ${name}.${ROWS} AS ${select}`)
    const buildCpuMs = copyMs + (await spent(`CHECKPOINT ${name}`))
    return { name: `${name}.${ROWS}`, groupRows, buildCpuMs, drop }
  } catch (error) {
    await drop()
    throw error
  }
}

/** A database that is open for reading alone attaches no file to write. */
async function temporary(
  db: Database,
  name: string,
  select: string,
  spent: (sql: string) => Promise<number>,
): Promise<TrialCopy> {
  const table = `${name}_${ROWS}`
  const buildCpuMs = await spent(`CREATE OR REPLACE TEMP TABLE ${table} AS ${select}`)
  const drop = () => db.run(`DROP TABLE IF EXISTS ${table}`)
  return { name: table, groupRows: undefined, buildCpuMs, drop }
}
