import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { type Database, quoteName, quoteText } from '../../core/sql/database.ts'
import { cpuOf } from './trial.ts'

/** Files of a Parquet path: of a folder all that end in .parquet. Throws ERR_ARGUMENT where there are none. */
export function filesOf(path: string): readonly string[] {
  const isThere = existsSync(path)
  const files = !isThere
    ? []
    : statSync(path).isDirectory()
      ? readdirSync(path, { withFileTypes: true })
          .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
          .map((entry) => join(path, entry.name))
          .sort()
      : [path]
  if (files.length > 0) return files
  throw new StorewrightError('ERR_ARGUMENT', `${path} holds no Parquet`, {
    file: path,
    next: 'Name a file, or a folder of files that end in .parquet.',
  })
}

/** SQL that reads files as one table; `more` are further arguments, each with a comma before it. */
export function readSql(files: readonly string[], more = ''): string {
  return `read_parquet([${files.map(quoteText).join(', ')}]${more})`
}

/**
 * Makes the view `name` over a Parquet file or a folder of them and has DuckDB keep footers in memory:
 * they say which row groups to skip, and reading them anew takes longer than many a query that skips
 * most. DuckDB reads a footer again where a file has changed. Throws ERR_ARGUMENT where there is no
 * Parquet at `path`.
 */
export async function openParquet(db: Database, name: string, path: string): Promise<void> {
  await db.run('SET parquet_metadata_cache = true')
  await db.run(
    `CREATE OR REPLACE VIEW ${quoteName(name)} AS SELECT * FROM ${readSql(filesOf(path))}`,
  )
}

/** Whether DuckDB keeps footers in memory. */
export async function keepsFooters(db: Database): Promise<boolean> {
  const [row] = await db.rows<{ kept: number }>(
    "SELECT current_setting('parquet_metadata_cache') AS kept",
  )
  return Boolean(row?.kept)
}

/**
 * Writes files anew under the same names in the folder `to`, or one file as the file `to`, in row groups
 * of another size. Rows stay in order as long as DuckDB preserves it, which it does unless told not to.
 * Returns CPU ms.
 */
export async function recut(
  db: Database,
  files: readonly string[],
  to: string,
  isFolder: boolean,
  groupRows: number,
): Promise<number> {
  const run = cpuOf(db)
  rmSync(to, { recursive: true, force: true })
  if (isFolder) mkdirSync(to)
  let spent = 0
  for (const file of files) {
    const target = isFolder ? join(to, basename(file)) : to
    spent += await run(
      `COPY (SELECT * FROM ${readSql([file])}) TO ${quoteText(target)} (FORMAT parquet, ROW_GROUP_SIZE ${groupRows})`,
    )
  }
  return spent
}
