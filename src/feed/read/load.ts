import { statSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { type Database, quoteName, quoteText } from '../../core/sql/database.ts'
import type { FaultList } from '../check/faults.ts'
import { isGzip, requireSize, tooLarge } from './bytes.ts'
import { writeCleanCopy } from './clean-copy.ts'
import { type CsvScan, type ScanOptions, scanCsv } from './scan.ts'
import type { SourceFile } from './source.ts'

/** A feed file in DuckDB: a temporary table of texts, columns c0, c1, … as in the header. */
export interface LoadedFile {
  readonly source: SourceFile
  readonly header: readonly string[]
  /** SQL name of the temporary table; rowid counts its rows from 0. */
  readonly raw: string
  readonly rowCount: number
  readonly lineKind: 'line' | 'row'
  lineOf(row: number): number
}

export interface LoadOptions {
  readonly limitBytes: number
  readonly faults: FaultList
  readonly signal?: AbortSignal | undefined
  /** Folder for clean copies; the caller removes it. */
  readonly scratch: string
}

/** Reads a file into the temporary table `raw`; undefined (and faults) when that cannot be done. */
export async function loadFile(
  db: Database,
  source: SourceFile,
  raw: string,
  options: LoadOptions,
): Promise<LoadedFile | undefined> {
  const { faults, limitBytes } = options
  try {
    requireSize(source.path, source.file, limitBytes)
    const gzip = source.format === 'csv' && isGzip(source.path)
    if (source.format === 'parquet') return await loadParquet(db, source, raw, options)
    return await loadCsv(db, source, raw, gzip, options)
  } catch (error) {
    throwIfStopped(options.signal)
    if (!(error instanceof StorewrightError)) throw unreadable(source, error)
    if (error.code === 'ERR_CANCELLED') throw error
    const code = error.code === 'ERR_SQL' ? 'ERR_FEED_UNREADABLE' : error.code
    const expected = error.next ?? `a readable ${source.format} file`
    faults.add({ code, file: source.file, expected, found: firstLine(error.message) })
    return undefined
  }
}

function unreadable(source: SourceFile, cause: unknown): StorewrightError {
  return new StorewrightError('ERR_FEED_UNREADABLE', `${source.file} cannot be read: ${cause}`, {
    file: source.file,
    cause,
  })
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message
}

async function loadCsv(
  db: Database,
  source: SourceFile,
  raw: string,
  gzip: boolean,
  options: LoadOptions,
): Promise<LoadedFile | undefined> {
  const scanOptions: ScanOptions = { ...options, path: source.path, file: source.file, gzip }
  const scan = await scanCsv(scanOptions)
  if (scan === undefined) return undefined
  let count = scan.plain ? await readCsv(db, raw, scan, source.path, gzip) : undefined
  if (count !== scan.lines.count) {
    // DuckDB and the scan must see the same records, or lines in faults would be wrong.
    const copy = join(options.scratch, `${raw}.csv`)
    const quiet: FaultList = { count: 0, add() {}, addMany() {}, first: () => [] }
    await writeCleanCopy({ ...scanOptions, faults: quiet }, copy)
    count = await readCsv(db, raw, scan, copy, false)
  }
  if (count !== scan.lines.count) {
    const message = `${source.file} reads as ${count} rows here and ${scan.lines.count} there`
    throw new StorewrightError('ERR_FEED_UNREADABLE', message, { file: source.file })
  }
  const { header, lines } = scan
  return { source, header, raw, rowCount: count, lineKind: 'line', lineOf: lines.lineOf }
}

async function readCsv(
  db: Database,
  raw: string,
  scan: CsvScan,
  path: string,
  gzip: boolean,
): Promise<number> {
  const columns = scan.header.map((_, i) => `'c${i}': 'VARCHAR'`).join(', ')
  const dialect = `auto_detect = false, header = true, quote = '"', escape = '"', nullstr = '',
    strict_mode = true, compression = '${gzip ? 'gzip' : 'none'}', max_line_size = 2097152,
    delim = ${quoteText(scan.delimiter)}, columns = {${columns}}`
  await db.run(
    `CREATE OR REPLACE TEMP TABLE ${raw} AS SELECT * FROM read_csv(${quoteText(path)}, ${dialect})`,
  )
  return countRows(db, raw)
}

async function loadParquet(
  db: Database,
  source: SourceFile,
  raw: string,
  { limitBytes, faults }: LoadOptions,
): Promise<LoadedFile | undefined> {
  if (statSync(source.path).size === 0) {
    const expected = 'a Parquet file with at least one row'
    faults.add({ code: 'ERR_FEED_EMPTY', file: source.file, expected, found: 'an empty file' })
    return undefined
  }
  const path = quoteText(source.path)
  const [size] = await db.rows<{ bytes: number }>(
    `SELECT sum(total_uncompressed_size) AS bytes FROM parquet_metadata(${path})`,
  )
  if (size !== undefined && size.bytes >= limitBytes)
    throw tooLarge(source.file, limitBytes, size.bytes)
  const described = await db.rows<{ column_name: string }>(
    `SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(${path}))`,
  )
  const header = described.map((row) => row.column_name)
  const columns = header.map(
    (name, i) => `nullif(CAST(${quoteName(name)} AS VARCHAR), '') AS c${i}`,
  )
  await db.run(
    `CREATE OR REPLACE TEMP TABLE ${raw} AS SELECT ${columns.join(', ')} FROM read_parquet(${path})`,
  )
  const rowCount = await countRows(db, raw)
  if (rowCount === 0) {
    const expected = 'at least one row; leave the file out if there is nothing to import'
    faults.add({ code: 'ERR_FEED_EMPTY', file: source.file, expected, found: 'no rows' })
    return undefined
  }
  return { source, header, raw, rowCount, lineKind: 'row', lineOf: (row) => row + 1 }
}

async function countRows(db: Database, table: string): Promise<number> {
  const [row] = await db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)
  return row?.n ?? 0
}
