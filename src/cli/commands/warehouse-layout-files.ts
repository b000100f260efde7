import { cpSync, existsSync, globSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { type Database, quoteText } from '../../core/sql/database.ts'

/** Parquet files that are one table and lie anywhere: those of a pattern, or of the folders within a folder. */
export interface ScatteredFiles {
  readonly files: readonly string[]
  /** What the table is called where nobody says. */
  readonly name: string
}

/**
 * Files of a pattern (`sales/2024-*.parquet`, `sales/**` + `/*.parquet`) or of a folder whose Parquet lies
 * in folders; undefined where the path is a file, or a folder of files. Throws ERR_ARGUMENT where a
 * pattern names none.
 */
export function scatteredFiles(path: string): ScatteredFiles | undefined {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory() || holdsParquet(path)) return undefined
    const files = parquetOf(join(path, '**', '*.parquet'))
    return files.length === 0 ? undefined : { files, name: basename(path) }
  }
  if (!/[*?[{]/.test(path)) return undefined
  const files = parquetOf(path)
  if (files.length > 0) return { files, name: nameOf(path) }
  throw new StorewrightError('ERR_ARGUMENT', `${path} names no Parquet`, {
    file: path,
    next: 'Put the pattern into quotes, and have it end in .parquet.',
  })
}

function holdsParquet(folder: string): boolean {
  return readdirSync(folder).some((name) => name.endsWith('.parquet'))
}

function parquetOf(pattern: string): readonly string[] {
  return globSync(pattern)
    .filter((file) => file.endsWith('.parquet') && statSync(file).isFile())
    .sort()
}

/** The last folder that a pattern names in full, or the file's name up to its first sign. */
function nameOf(pattern: string): string {
  const parts = pattern.split(/[\\/]/)
  const at = parts.findIndex((part) => /[*?[{]/.test(part))
  const folder = parts[at - 1]
  const file = parts[at]!.replace(/[*?[{].*$/, '').replace(/[^A-Za-z0-9]+$/, '')
  return at === parts.length - 1 && file !== '' ? file : (folder ?? 'table')
}

/**
 * Copies files into the new folder `to` in their order. Where folders name values (`year=2024`), as Hive
 * has them, these become columns of the files, since they are columns of the table.
 */
export async function gather(db: Database, files: readonly string[], to: string): Promise<void> {
  mkdirSync(to, { recursive: true })
  const target = (file: string, i: number) =>
    join(to, `${String(i).padStart(5, '0')}-${basename(file)}`)
  const isHive = files.some((file) =>
    dirname(file)
      .split(sep)
      .some((part) => /^\w+=./.test(part)),
  )
  for (const [i, file] of files.entries()) {
    if (isHive) await db.run(copySql(files, file, target(file, i)))
    else cpSync(file, target(file, i))
  }
}

/** All files are read, so that values of folders have the same type in each copy. */
function copySql(files: readonly string[], file: string, to: string): string {
  const all = files.map(quoteText).join(', ')
  return `COPY (SELECT * EXCLUDE (filename) FROM read_parquet([${all}], hive_partitioning = true, filename = true)
    WHERE filename = ${quoteText(file)}) TO ${quoteText(to)} (FORMAT parquet)`
}
