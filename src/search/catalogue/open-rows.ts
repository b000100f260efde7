import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { csvRows } from './csv-rows.ts'
import { jsonRows } from './json-rows.ts'
import type { RowSource } from './row.ts'
import { parquetRows, storeRows } from './sql-rows.ts'

const BY_ENDING: readonly (readonly [RegExp, (path: string, file: string) => RowSource])[] = [
  [/\.(jsonl|ndjson|json)(\.gz)?$/i, jsonRows],
  [/\.(csv|tsv|txt)(\.gz)?$/i, csvRows],
  [/\.parquet$/i, parquetRows],
  [/\.duckdb$/i, storeRows],
]

/**
 * The rows of a catalogue: a .jsonl, .csv, .tsv (each also .gz) or .parquet file, or a store folder.
 * Throws ERR_FEED_NO_FILE where there is none of these.
 */
export function openRows(path: string): RowSource {
  if (!existsSync(path)) throw noFile(path, 'is not there')
  if (statSync(path).isDirectory()) {
    const database = join(path, 'store.duckdb')
    if (!existsSync(database)) throw noFile(path, 'is a folder, but no store')
    return storeRows(database, 'products')
  }
  const file = basename(path)
  for (const [ending, open] of BY_ENDING) if (ending.test(file)) return open(path, file)
  throw noFile(path, 'has an ending that says nothing of its format')
}

function noFile(path: string, what: string): StorewrightError {
  return new StorewrightError('ERR_FEED_NO_FILE', `${path} ${what}`, {
    file: path,
    next: 'Give a .jsonl, .csv, .tsv (each also .gz) or .parquet file of products, or a store folder.',
  })
}
