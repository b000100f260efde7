import { createReadStream, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { requireArgument } from '../../core/errors.ts'
import { pathBeside } from '../../core/files.ts'
import { type Database, quoteName, quoteText } from '../../core/sql/database.ts'
import type { Column } from '../declare/column.ts'
import type { TableDeclaration } from '../declare/table.ts'
import type { FileFormat } from '../read/source.ts'
import { tableNamed } from '../tables/all.ts'

export interface ExportOptions {
  readonly format: FileFormat
  /** File to write, whole: beside its name first, then renamed. */
  readonly out?: string
  /** Receives the bytes where there is no `out`; a promise makes the export wait. CSV alone. */
  readonly write?: (bytes: Uint8Array) => void | Promise<void>
}

/**
 * Exports a table of the store in the order of its key, as a file that can be imported again.
 * Throws ERR_FEED_UNKNOWN_TABLE, or ERR_ARGUMENT where Parquet has no file to go to.
 */
export async function exportTable(
  db: Database,
  name: string,
  options: ExportOptions,
): Promise<{ readonly rows: number }> {
  const table = tableNamed(name)
  const { format, out, write } = options
  requireArgument(
    out !== undefined || (format === 'csv' && write !== undefined),
    'a Parquet file cannot go to the screen; name a file with --out',
  )
  const [count] = await db.rows<{ n: number }>(
    `SELECT count(*) AS n FROM main.${quoteName(table.name)}`,
  )
  if (out !== undefined) await writeWhole(db, table, format, out)
  else await writeThrough(db, table, write!)
  return { rows: count?.n ?? 0 }
}

async function writeWhole(
  db: Database,
  table: TableDeclaration,
  format: FileFormat,
  out: string,
): Promise<void> {
  mkdirSync(dirname(out), { recursive: true })
  const part = pathBeside(out)
  try {
    await db.run(copySql(table, format, part))
    renameSync(part, out)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

/** DuckDB writes to files only: a temporary one, from which the bytes are passed on. */
async function writeThrough(
  db: Database,
  table: TableDeclaration,
  write: (bytes: Uint8Array) => void | Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'storewright-export-'))
  try {
    const path = join(folder, 'table.csv')
    await db.run(copySql(table, 'csv', path))
    for await (const chunk of createReadStream(path)) await write(chunk as Buffer)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function copySql(table: TableDeclaration, format: FileFormat, path: string): string {
  const columns = Object.entries(table.columns).map(
    ([name, column]) => `${outValue(name, column, format)} AS ${quoteName(name)}`,
  )
  const order = table.key.map(quoteName).join(', ')
  const select = `SELECT ${columns.join(', ')} FROM main.${quoteName(table.name)} ORDER BY ${order}`
  const how = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION zstd'
  return `COPY (${select}) TO ${quoteText(path)} (${how})`
}

/** Instants leave with their zone, so that no reader takes UTC for local time. */
function outValue(name: string, column: Column, format: FileFormat): string {
  const value = quoteName(name)
  if (column.type !== 'instant') return value
  if (format === 'parquet') return `timezone('UTC', ${value})`
  return `strftime(${value}, '%Y-%m-%dT%H:%M:%S.%gZ')`
}
