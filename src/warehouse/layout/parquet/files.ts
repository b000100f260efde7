import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { StorewrightError } from '../../../core/errors.ts'
import { type Database, quoteName, quoteText } from '../../../core/sql/database.ts'
import { cpuOf } from '../choose/trial.ts'
import {
  type Carried,
  carriedOption,
  excludeCarried,
  NOTHING_CARRIED,
  readCarried,
} from '../joined/carried.ts'

/** How a Parquet file is written. */
export interface ParquetFormat {
  /** Rows of a row group. */
  readonly groupRows: number
  readonly codec: Codec
  /** What its rows carry of joined tables. */
  readonly carried?: Carried
}

/** Codecs, the fastest to read first. */
export const CODECS = ['uncompressed', 'lz4_raw', 'zstd'] as const
export type Codec = (typeof CODECS)[number]

/** SQL that writes the rows of a query to a file. */
export function copySql(query: string, file: string, format: ParquetFormat): string {
  const { groupRows, codec, carried = NOTHING_CARRIED } = format
  return `COPY (${query}) TO ${quoteText(file)} (FORMAT parquet, CODEC ${quoteText(codec)}, ROW_GROUP_SIZE ${groupRows}${carriedOption(carried)})`
}

/** Bytes of files together. */
export function bytesOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0)
}

/** Files of a Parquet path: of a folder all that end in .parquet. Throws ERR_ARGUMENT where there are none. */
export function filesOf(path: string): readonly string[] {
  const files = parquetIn(path)
  if (files.length > 0) return files
  throw new StorewrightError('ERR_ARGUMENT', `${path} holds no Parquet`, {
    file: path,
    next: 'Name a file, or a folder of files that end in .parquet.',
  })
}

/** Those files, none where there are none. */
export function parquetIn(path: string): readonly string[] {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .map((entry) => join(path, entry.name))
    .sort()
}

/** SQL that reads files as one table; `more` are further arguments, each with a comma before it. */
export function readSql(files: readonly string[], more = ''): string {
  return `read_parquet([${files.map(quoteText).join(', ')}]${more})`
}

/** SQL that reads files as one table without what their rows carry of joined tables. */
export function readPlainSql(files: readonly string[], carried: Carried, more = ''): string {
  const read = readSql(files, more)
  const exclude = excludeCarried(carried)
  return exclude === '' ? read : `(SELECT *${exclude} FROM ${read})`
}

/** Settings of DuckDB under which files in small row groups are read faster, and why. */
const READING = {
  // A footer says which row groups to skip; reading it anew takes longer than many a query.
  parquet_metadata_cache: 'true',
  // The columns of a row group are read with one call each, not with one for each page and header.
  prefetch_all_parquet_files: 'true',
} as const

/**
 * Makes the view `name` over a Parquet file or a folder of them and sets what reads small row groups
 * faster: footers are kept in memory, columns are read ahead. DuckDB reads a footer again where a file
 * has changed. What rows carry of joined tables is not seen through it: `carryingRewriter` uses it.
 * Throws ERR_ARGUMENT where there is no Parquet at `path`.
 */
export async function openParquet(db: Database, name: string, path: string): Promise<void> {
  for (const setting of await missingSettings(db)) await db.run(setting)
  const files = filesOf(path)
  const exclude = excludeCarried(await readCarried(db, files))
  await db.run(
    `CREATE OR REPLACE VIEW ${quoteName(name)} AS SELECT *${exclude} FROM ${readSql(files)}`,
  )
}

/** Statements that set what `openParquet` sets and is not set here. */
export async function missingSettings(db: Database): Promise<readonly string[]> {
  const names = Object.keys(READING).map(quoteText).join(', ')
  const rows = await db.rows<{ name: string; value: string }>(
    `SELECT name, value FROM duckdb_settings() WHERE name IN (${names})`,
  )
  return Object.entries(READING)
    .filter(([name, value]) => rows.find((row) => row.name === name)?.value !== value)
    .map(([name, value]) => `SET ${name} = ${value}`)
}

/**
 * Writes files anew under the same names in the folder `to`, or one file as the file `to`, in another
 * format. Rows stay in order as long as DuckDB preserves it, which it does unless told not to.
 * Returns CPU ms.
 */
export async function recut(
  db: Database,
  files: readonly string[],
  to: string,
  isFolder: boolean,
  format: ParquetFormat,
): Promise<number> {
  const run = cpuOf(db)
  rmSync(to, { recursive: true, force: true })
  if (isFolder) mkdirSync(to)
  let spent = 0
  for (const file of files) {
    const target = isFolder ? join(to, basename(file)) : to
    spent += await run(copySql(`SELECT * FROM ${readSql([file])}`, target, format))
  }
  return spent
}
