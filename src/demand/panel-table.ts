import {
  type Buckets,
  bucketOf,
  DAY_MS,
  type Frequency,
  formatBucket,
  type OpenDays,
  parseInstant,
  weekdayOf,
} from '../core/calendar.ts'
import { StorewrightError } from '../core/errors.ts'
import type { Panel } from '../core/panel.ts'
import { numbersOf, type Table } from '../core/table.ts'
import { shown } from './panel-numbers.ts'

/** How a table of observations becomes a panel. */
export interface PanelTableOptions {
  readonly frequency: Frequency
  /**
   * What a bucket without a row is after the first row of a series. Default missing. With zero every
   * series reaches to the last bucket of the table: a product that stopped selling sold nothing.
   */
  readonly gaps?: 'missing' | 'zero'
  readonly openDays?: OpenDays
  /** Name of the file, for error messages. */
  readonly file?: string
}

/** Who and when of each row of a table. */
export interface TableKeys {
  readonly ids: readonly string[]
  /** Series of each row, an index into `ids`. */
  readonly series: Int32Array
  readonly bucket: Int32Array
  readonly buckets: Buckets
}

const KEY_COLUMNS = ['unique_id', 'ds']

/**
 * Turns rows (unique_id, ds, y and numbers as covariates; in any order) into a panel. ds is text
 * (ISO 8601) or a number (a day number, or epoch ms); weeks start on the weekday of the first ds.
 * Throws ERR_PANEL with the line at fault on a missing key, an unreadable date, a date off the week,
 * and a second row for the same series and bucket.
 */
export function readPanelTable(table: Table, options: PanelTableOptions): Panel {
  requireColumns(table, [...KEY_COLUMNS, 'y'], options.file)
  const keys = readKeys(table, options.frequency, options.file)
  const { firstBucket, offsets } = spans(keys, options.gaps === 'zero')
  const rowAt = placeRows(keys, firstBucket, offsets, options.file)
  const missing = options.gaps === 'zero' ? 0 : Number.NaN
  const gather = (source: Float64Array, absent: number) =>
    Float64Array.from(rowAt, (row) => (row < 0 ? absent : source[row]!))
  const columns: Record<string, Float64Array> = {}
  for (const [name, column] of Object.entries(table.columns)) {
    if (name === 'y' || KEY_COLUMNS.includes(name) || column.kind !== 'number') continue
    columns[name] = gather(column.values, Number.NaN)
  }
  return {
    ids: keys.ids,
    buckets: keys.buckets,
    firstBucket,
    offsets,
    values: gather(numbersOf(table, 'y'), missing),
    ...(options.openDays === undefined ? {} : { openDays: options.openDays }),
    ...(Object.keys(columns).length > 0 ? { known: { offsets, columns } } : {}),
  }
}

/** Throws ERR_PANEL naming the first of `names` that the table lacks. */
export function requireColumns(table: Table, names: readonly string[], file?: string): void {
  const absent = names.find((name) => table.columns[name] === undefined)
  if (absent === undefined) return
  throw new StorewrightError('ERR_PANEL', `there is no column ${absent}`, {
    ...(file === undefined ? {} : { file }),
    line: 1,
    next: `The columns are: ${Object.keys(table.columns).join(', ')}. Name them ${names.join(', ')}.`,
  })
}

/** Reads unique_id and ds of every row; `buckets` is learned from the dates unless given. */
export function readKeys(
  table: Table,
  frequency: Frequency,
  file?: string,
  buckets?: Buckets,
): TableKeys {
  const instant = readInstants(table, frequency, file)
  const learned = buckets ?? learnBuckets(instant, frequency)
  const bucket = Int32Array.from(instant, (ms) => bucketOf(ms, learned))
  if (frequency === 'W') requireSameWeekday(instant, learned, file)
  return { ...readIds(table, file), bucket, buckets: learned }
}

function readIds(table: Table, file?: string): { ids: string[]; series: Int32Array } {
  const column = table.columns['unique_id']!
  const indexOf = new Map<string, number>()
  const ids: string[] = []
  const series = new Int32Array(table.rowCount)
  for (let row = 0; row < table.rowCount; row++) {
    const id =
      column.kind === 'text' ? column.dictionary[column.codes[row]!] : numberId(column.values[row]!)
    if (id === undefined || id === '')
      throw fault('the row has no unique_id', row, 'unique_id', file)
    if (id.startsWith('"'))
      throw fault(`unique_id ${shown(id)} opens a quote that does not end`, row, 'unique_id', file)
    let index = indexOf.get(id)
    if (index === undefined) {
      index = ids.push(id) - 1
      indexOf.set(id, index)
    }
    series[row] = index
  }
  return { ids, series }
}

const numberId = (value: number) => (Number.isNaN(value) ? undefined : String(value))

/** Epoch ms of each row's ds. */
function readInstants(table: Table, frequency: Frequency, file?: string): Float64Array {
  const column = table.columns['ds']!
  if (column.kind === 'number') {
    return column.values.map((value, row) => {
      if (!Number.isFinite(value)) throw fault('the row has no ds', row, 'ds', file)
      // Day numbers reach 1e7 in the year 29349; epoch ms pass it on the first day.
      return frequency !== 'H' && Math.abs(value) < 1e7 ? value * DAY_MS : value
    })
  }
  const known = column.dictionary.map((text) => readInstant(text))
  return Float64Array.from(column.codes, (code, row) => {
    if (code < 0) throw fault('the row has no ds', row, 'ds', file)
    const ms = known[code]!
    if (!Number.isNaN(ms)) return ms
    const text = column.dictionary[code]!
    throw fault(`"${shown(text)}" is not a date or time; ${howToWrite(text)}`, row, 'ds', file)
  })
}

function readInstant(text: string): number {
  const plain = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(plain) && new Date(plain).toISOString().startsWith(text)) return plain
  try {
    return parseInstant(text)
  } catch {
    return Number.NaN
  }
}

/** How the date of a text is to be written, where it can be guessed which date is meant. */
function howToWrite(text: string): string {
  const parts = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.trim())
  if (parts === null) return 'write it as 2026-03-31 (year-month-day)'
  const [first, second] = [parts[1]!.padStart(2, '0'), parts[2]!.padStart(2, '0')]
  const year = parts[3]!
  const dayFirst = Number(second) <= 12 ? `${year}-${second}-${first}` : undefined
  const monthFirst = Number(first) <= 12 ? `${year}-${first}-${second}` : undefined
  const meant = [...new Set([dayFirst, monthFirst])].filter((date) => date !== undefined)
  return `write it year-month-day: ${meant.join(' or ') || '2026-03-31'}`
}

function learnBuckets(instant: Float64Array, frequency: Frequency): Buckets {
  if (frequency !== 'W' || instant.length === 0) return { frequency }
  return { frequency, weekStart: weekdayOf(Math.floor(instant[0]! / DAY_MS)) }
}

function requireSameWeekday(instant: Float64Array, buckets: Buckets, file?: string): void {
  for (let row = 0; row < instant.length; row++) {
    const day = Math.floor(instant[row]! / DAY_MS)
    if (weekdayOf(day) === buckets.weekStart) continue
    const week = formatBucket(bucketOf(instant[row]!, buckets), buckets)
    throw new StorewrightError('ERR_PANEL', `weeks start on another weekday elsewhere (${week})`, {
      ...(file === undefined ? {} : { file }),
      line: row + 2,
      column: 'ds',
      next: 'Let all weeks start on one weekday; days are --frequency D.',
    })
  }
}

/** First bucket and place of each series when every bucket from its first to its (or the table's) last has one. */
function spans(
  keys: TableKeys,
  toCommonEnd: boolean,
): { firstBucket: Int32Array; offsets: Int32Array } {
  const n = keys.ids.length
  const firstBucket = new Int32Array(n).fill(2 ** 31 - 1)
  const last = new Int32Array(n).fill(-(2 ** 31))
  for (let row = 0; row < keys.series.length; row++) {
    const i = keys.series[row]!
    firstBucket[i] = Math.min(firstBucket[i]!, keys.bucket[row]!)
    last[i] = Math.max(last[i]!, keys.bucket[row]!)
  }
  if (toCommonEnd) last.fill(last.reduce((a, b) => Math.max(a, b), -(2 ** 31)))
  const offsets = new Int32Array(n + 1)
  for (let i = 0; i < n; i++) offsets[i + 1] = offsets[i]! + last[i]! - firstBucket[i]! + 1
  return { firstBucket, offsets }
}

/** Row of each value of the panel, −1 where there is none. */
function placeRows(
  keys: TableKeys,
  firstBucket: Int32Array,
  offsets: Int32Array,
  file?: string,
): Int32Array {
  const rowAt = new Int32Array(offsets[keys.ids.length]!).fill(-1)
  for (let row = 0; row < keys.series.length; row++) {
    const i = keys.series[row]!
    const at = offsets[i]! + keys.bucket[row]! - firstBucket[i]!
    if (rowAt[at]! >= 0) {
      const when = formatBucket(keys.bucket[row]!, keys.buckets)
      const other = `line ${rowAt[at]! + 2}`
      throw fault(
        `a second row for ${shown(keys.ids[i]!)} in ${when}, as in ${other}`,
        row,
        'ds',
        file,
      )
    }
    rowAt[at] = row
  }
  return rowAt
}

/** ERR_PANEL at a row (0-based; the header is line 1). */
export function fault(
  message: string,
  row: number,
  column: string,
  file?: string,
): StorewrightError {
  return new StorewrightError('ERR_PANEL', message, {
    ...(file === undefined ? {} : { file }),
    line: row + 2,
    column,
    next: 'Correct the row and run the command again.',
  })
}
