import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { type Database, quoteText } from '../../core/sql/database.ts'

/** A file that holds one table; the table is named after it. */
export interface TableFile {
  readonly name: string
  readonly path: string
  readonly format: 'csv' | 'parquet'
}

const ENDINGS = /\.(csv|tsv|parquet)(\.(gz|zst))?$/i

/**
 * Files of a folder that hold tables (CSV, TSV, both also .gz and .zst, Parquet), by name. Throws
 * ERR_FEED_NO_FILE where there is none, ERR_FEED_DUPLICATE_KEY where two would make one table.
 */
export function listTableFiles(folder: string): readonly TableFile[] {
  const files = namesIn(folder)
    .filter((name) => ENDINGS.test(name))
    .sort()
    .map((name): TableFile => {
      const ending = ENDINGS.exec(name)!
      return {
        name: name.slice(0, ending.index),
        path: join(folder, name),
        format: ending[1]!.toLowerCase() === 'parquet' ? 'parquet' : 'csv',
      }
    })
  if (files.length === 0) {
    throw new StorewrightError('ERR_FEED_NO_FILE', `${folder} holds no CSV or Parquet file`, {
      file: folder,
      next: 'Name the folder with one file a table, such as orders.parquet or orders.csv.gz.',
    })
  }
  refuseTwins(files)
  return files
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (cause) {
    throw new StorewrightError('ERR_FEED_NO_FILE', `${folder} cannot be read as a folder`, {
      file: folder,
      next: 'Name the folder with one file a table.',
      cause,
    })
  }
}

function refuseTwins(files: readonly TableFile[]): void {
  const seen = new Map<string, TableFile>()
  for (const file of files) {
    const twin = seen.get(file.name.toLowerCase())
    if (twin !== undefined) {
      throw new StorewrightError(
        'ERR_FEED_DUPLICATE_KEY',
        `${twin.path} and ${file.path} would both be table ${file.name}`,
        { file: file.path, next: 'Keep one of them.' },
      )
    }
    seen.set(file.name.toLowerCase(), file)
  }
}

/**
 * Reads a file into a new table `into` (already quoted), its types sniffed by DuckDB from the whole
 * file, and says how many rows it has: a table may well be empty. Throws ERR_FEED_UNREADABLE naming
 * the file.
 */
export async function readTableFile(db: Database, file: TableFile, into: string): Promise<number> {
  const path = quoteText(file.path)
  const source =
    file.format === 'parquet' ? `read_parquet(${path})` : `read_csv(${path}, sample_size = -1)`
  try {
    await db.run(`CREATE TABLE ${into} AS SELECT * FROM ${source}`)
  } catch (cause) {
    if (cause instanceof StorewrightError && cause.code === 'ERR_DISK_FULL') throw cause
    throw new StorewrightError('ERR_FEED_UNREADABLE', messageOf(cause), {
      file: file.path,
      next: 'Mend or replace the file.',
      cause,
    })
  }
  const [counted] = await db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${into}`)
  return counted!.n
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

/** A column of a table as DuckDB describes it. */
export interface ColumnType {
  readonly name: string
  readonly type: string
}

/** Columns of a table (its name already quoted), in their order. */
export async function columnsOf(db: Database, table: string): Promise<readonly ColumnType[]> {
  const rows = await db.rows<{ column_name: string; column_type: string }>(
    `SELECT column_name, column_type FROM (DESCRIBE ${table})`,
  )
  return rows.map((row) => ({ name: row.column_name, type: row.column_type }))
}
