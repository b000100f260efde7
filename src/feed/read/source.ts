import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { FaultList } from '../check/faults.ts'

export type FileFormat = 'csv' | 'parquet'

/** A file of a feed. */
export interface SourceFile {
  readonly path: string
  /** Name in faults: without the folder. */
  readonly file: string
  /** Name without its endings: the table in a native feed. */
  readonly stem: string
  readonly format: FileFormat
}

const ENDINGS: readonly (readonly [ending: string, format: FileFormat])[] = [
  ['.csv', 'csv'],
  ['.csv.gz', 'csv'],
  ['.parquet', 'parquet'],
]

/**
 * The files of a feed: `source` itself, or the CSV and Parquet files of a folder, by name. What
 * has another ending (a README) is passed over; its absence from the list is no fault.
 */
export function listSource(source: string, faults: FaultList): SourceFile[] {
  if (!existsSync(source)) {
    return noFile(source, faults, 'no such file or folder')
  }
  if (!statSync(source).isDirectory()) {
    const file = sourceFile(source)
    if (file !== undefined) return [file]
    return noFile(source, faults, 'a file of another kind')
  }
  const files = readdirSync(source)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => sourceFile(join(source, name)))
    .filter((file) => file !== undefined)
  return files.length > 0 ? files : noFile(source, faults, 'a folder without such files')
}

function sourceFile(path: string): SourceFile | undefined {
  const file = basename(path)
  const match = ENDINGS.find(([ending]) => file.toLowerCase().endsWith(ending))
  if (match === undefined || (existsSync(path) && statSync(path).isDirectory())) return undefined
  const [ending, format] = match
  return { path, file, stem: file.slice(0, -ending.length), format }
}

function noFile(source: string, faults: FaultList, found: string): [] {
  const expected = 'a .csv, .csv.gz or .parquet file, or a folder of them'
  faults.add({ code: 'ERR_FEED_NO_FILE', file: source, expected, found })
  return []
}
