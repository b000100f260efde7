import type { CsvRecord } from '../../core/csv-records.ts'
import { StorewrightError } from '../../core/errors.ts'
import { nearest } from '../../core/knobs.ts'
import { openRowFile } from './open-rows.ts'
import { timeReader } from './times.ts'

/** One row of a file, asked by column; what is wrong is told with file, line and column. */
export interface NamedRow {
  readonly line: number
  /** Empty where the column is absent. */
  text(column: string): string
  /** A number of at least `least`; `fallback` where the cell is empty, ERR_FEED_BAD_VALUE without one. */
  number(column: string, least?: number, fallback?: number): number
  /** Epoch ms; times without a zone are UTC. */
  instant(column: string, fallback?: number): number
}

/** Rows of a CSV file with a header. */
export interface NamedRows {
  readonly file: string
  readonly columns: readonly string[]
  readonly rows: readonly NamedRow[]
}

/**
 * Reads a CSV (.gz) whole. Throws ERR_FEED_NO_FILE, ERR_FEED_EMPTY, and ERR_FEED_BAD_HEADER where one of
 * `needed` is missing.
 */
export async function readNamedRows(path: string, needed: readonly string[]): Promise<NamedRows> {
  const { file, batches } = openRowFile(path)
  const rows: NamedRow[] = []
  let columns: string[] | undefined
  const time = timeReader()
  for await (const records of batches) {
    for (const record of records) {
      if (columns === undefined) columns = headerOf(file, record, needed)
      else if (record.cells.length > 1 || record.cells[0] !== '') {
        rows.push(rowOf(file, columns, record, (text) => time(text)?.ms))
      }
    }
  }
  if (columns === undefined || rows.length === 0) {
    const next = `Write a header with ${needed.join(', ')}, then a row each.`
    throw new StorewrightError('ERR_FEED_EMPTY', `${file} has no rows`, { file, next })
  }
  return { file, columns, rows }
}

function headerOf(file: string, { cells, line }: CsvRecord, needed: readonly string[]): string[] {
  const columns = cells.map((cell) => cell.trim())
  const missing = needed.find((name) => !columns.includes(name))
  if (missing === undefined) return columns
  throw new StorewrightError('ERR_FEED_BAD_HEADER', `${file} has no column ${missing}`, {
    file,
    line,
    column: missing,
    next: `It needs ${needed.join(', ')}. Did you mean ${nearest(missing, columns)}?`,
  })
}

function rowOf(
  file: string,
  columns: readonly string[],
  { cells, line }: CsvRecord,
  toMs: (text: string) => number | undefined,
): NamedRow {
  const text = (column: string) => cells[columns.indexOf(column)]?.trim() ?? ''
  const bad = (column: string, what: string) =>
    new StorewrightError('ERR_FEED_BAD_VALUE', `"${text(column)}" is not ${what}`, {
      file,
      line,
      column,
      value: text(column),
      next: `Write ${what}.`,
    })
  return {
    line,
    text,
    number(column, least = -Infinity, fallback) {
      const cell = text(column)
      if (cell === '' && fallback !== undefined) return fallback
      const value = cell === '' ? Number.NaN : Number(cell)
      const what = least === -Infinity ? 'a number' : `a number of at least ${least}`
      if (!Number.isFinite(value) || value < least) throw bad(column, what)
      return value
    },
    instant(column, fallback) {
      const cell = text(column)
      if (cell === '' && fallback !== undefined) return fallback
      const ms = toMs(cell)
      if (ms === undefined) throw bad(column, 'a time such as 2026-11-27T17:00:00Z')
      return ms
    },
  }
}
