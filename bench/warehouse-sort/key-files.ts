// Keys from a folder of one's own: columns of numbers and times of CSV and Parquet files, and raw files
// of little-endian floats (.f64).
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../src/core/errors.ts'
import { openDatabase, quoteText } from '../../src/core/sql/database.ts'

/** A column of keys that are numbers, and where it comes from: FILE or FILE COLUMN. */
export interface KeyColumn {
  readonly name: string
  readonly values: Float64Array
}

const TABLES = /\.(csv|csv\.gz|parquet)$/
/** Shorter columns tell nothing of speed. */
const LEAST_KEYS = 1000

/**
 * All columns of at least 1,000 numbers in a folder's files, what is missing left out. Throws
 * ERR_FEED_NO_FILE where there is none, ERR_FEED_UNREADABLE for a broken file.
 */
export async function keyColumnsOf(folder: string): Promise<readonly KeyColumn[]> {
  const columns: KeyColumn[] = []
  for (const file of filesOf(folder)) {
    const path = join(folder, file)
    if (file.endsWith('.f64')) columns.push({ name: file, values: rawFloats(path) })
    else if (TABLES.test(file)) columns.push(...(await tableColumns(path, file)))
  }
  const kept = columns
    .map(({ name, values }) => ({ name, values: values.filter((value) => !Number.isNaN(value)) }))
    .filter(({ values }) => values.length >= LEAST_KEYS)
  if (kept.length > 0) return kept
  throw new StorewrightError(
    'ERR_FEED_NO_FILE',
    `no column of ${LEAST_KEYS} or more numbers in CSV, Parquet or .f64 files`,
    { file: folder, next: 'give a folder with such files by --data DIR' },
  )
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch (cause) {
    throw new StorewrightError('ERR_FEED_NO_FILE', 'the folder of keys cannot be read', {
      ...{ file: folder, cause, next: 'give a folder that exists by --data DIR' },
    })
  }
}

function rawFloats(path: string): Float64Array {
  const bytes = readFileSync(path)
  if (bytes.length % 8 !== 0) {
    throw unreadable(path, `${bytes.length} bytes are no whole number of 8-byte floats`)
  }
  return new Float64Array(new Uint8Array(bytes).buffer)
}

async function tableColumns(path: string, file: string): Promise<KeyColumn[]> {
  const db = await openDatabase(':memory:')
  try {
    const table = await db.table(`SELECT * FROM ${quoteText(path)}`)
    return Object.entries(table.columns).flatMap(([column, { kind, ...rest }]) =>
      kind === 'number' && 'values' in rest
        ? [{ name: `${file} ${column}`, values: rest.values }]
        : [],
    )
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause))
  } finally {
    db.close()
  }
}

function unreadable(file: string, why: string): StorewrightError {
  return new StorewrightError('ERR_FEED_UNREADABLE', `${file}: ${why}`, {
    ...{ file, next: 'take the file out of the folder or write it again' },
  })
}

/** Runs a bench on a folder; a fault of its data ends it with one line and what to do next. */
export async function orExplain(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StorewrightError)) throw error
    console.error(`${error.code}: ${error.message}\nnext: ${error.next ?? 'see the message'}`)
    process.exitCode = 1
  }
}
