import { StorewrightError } from '../../core/errors.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { type Database, openDatabase, quoteName, quoteText } from '../../core/sql/database.ts'
import { textAt, textsOf } from '../../core/table.ts'
import type { RawRow, RowSource } from './row.ts'

/** Rows that cross into JavaScript at a time. */
const PAGE_ROWS = 5000

/** Rows of a Parquet file: lists and structs as such, integers beyond 2^53 as texts. */
export function parquetRows(path: string, file: string): RowSource {
  const from = `read_parquet(${quoteText(path)}, file_row_number = true)`
  return sqlRows(file, ':memory:', from, 'file_row_number')
}

/** Rows of the `products` table of a store (its store.duckdb). */
export function storeRows(databasePath: string, file: string): RowSource {
  return sqlRows(file, databasePath, '(SELECT rowid AS row_number, * FROM products)', 'row_number')
}

function sqlRows(file: string, databasePath: string, from: string, rowName: string): RowSource {
  return {
    file,
    lineKind: 'row',
    // Wide integers come as texts: no fault of the file.
    isText: true,
    async *batches(signal) {
      const mode = databasePath === ':memory:' ? 'write' : 'read'
      const db = await openDatabase(databasePath, { mode })
      try {
        const list = await columnList(db, from, rowName)
        const range = `SELECT max(${rowName}) AS last FROM ${from}`
        const [end] = await db.rows<{ last: number | null }>(range)
        for (let first = 0; first <= (end?.last ?? -1); first += PAGE_ROWS) {
          throwIfStopped(signal)
          yield await readPage(db, `${list} FROM ${from}`, rowName, first)
        }
      } catch (cause) {
        throw unreadable(file, cause)
      } finally {
        db.close()
      }
    },
  }
}

/** JSON of all columns: what a row is, whatever the types; numbers that JSON would bend as texts. */
async function columnList(db: Database, from: string, rowName: string): Promise<string> {
  const described = await db.rows<{ column_name: string; column_type: string }>(
    `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`,
  )
  const members = described
    .filter(({ column_name }) => column_name !== rowName)
    .map(({ column_name, column_type }) => {
      const name = quoteName(column_name)
      const isWide = /^(U?BIGINT|U?HUGEINT|DECIMAL.*)$/.test(column_type)
      const value = isWide ? `CAST(${name} AS VARCHAR)` : name
      return `${quoteText(column_name)}, ${value}`
    })
  return `SELECT CAST(json_object(${members.join(', ')}) AS VARCHAR) AS row`
}

async function readPage(
  db: Database,
  select: string,
  rowName: string,
  first: number,
): Promise<RawRow[]> {
  const page = `${rowName} >= ${first} AND ${rowName} < ${first + PAGE_ROWS}`
  const table = await db.table(`${select} WHERE ${page} ORDER BY ${rowName}`)
  const texts = textsOf(table, 'row')
  return Array.from({ length: table.rowCount }, (_, i) => ({
    line: first + i + 1,
    values: JSON.parse(textAt(texts, i) ?? '{}') as Readonly<Record<string, unknown>>,
  }))
}

function unreadable(file: string, cause: unknown): unknown {
  if (!(cause instanceof StorewrightError) || cause.code !== 'ERR_SQL') return cause
  return new StorewrightError('ERR_FEED_UNREADABLE', `${file} cannot be read: ${cause.message}`, {
    file,
    next: 'Check that it is a whole Parquet file, or a store with products.',
    cause,
  })
}
