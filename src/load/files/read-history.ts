import type { CsvRecord } from '../../core/csv-records.ts'
import { StorewrightError } from '../../core/errors.ts'
import { structures } from '../../learn/index.ts'
import type { RowFile } from './open-rows.ts'
import { createRepairs, type Repairs } from './repairs.ts'
import {
  type ParsedTime,
  styleOf,
  type TimeStyle,
  timeReader,
  type ZoneClock,
  zoneClock,
} from './times.ts'

/** What a history file holds, before it is laid on equal steps. */
export interface RawHistory {
  readonly file: string
  /** Columns that tell series apart, in the order of the file. */
  readonly columns: readonly string[]
  readonly series: readonly RawSeries[]
  readonly style: TimeStyle
  readonly repairs: Repairs
  /** Things to know that are no repairs. */
  readonly remarks: readonly string[]
}

/** Rows of one series, by time. */
export interface RawSeries {
  /** Values of the columns. */
  readonly key: readonly string[]
  /** Epoch ms, rising, each once. */
  readonly times: Float64Array
  /** Load; NaN where it is unknown. */
  readonly values: Float64Array
}

/** How to read a history. */
export interface HistoryOptions {
  /** Columns that must be there and tell series apart; without it, all beside ds and y. */
  readonly group?: readonly string[]
  /** Zone of times that are written without one. Default UTC. */
  readonly zone?: string
}

const TIME_NAMES = ['ds', 'timestamp', 'time', 'minute_at']
const VALUE_NAMES = ['y', 'value', 'requests']
const UNKNOWN = new Set(['', 'nan', 'na', 'null', 'none', 'n/a'])

/**
 * Reads rows of ds, y and group columns in any order. Values that are missing or below zero are kept
 * as unknown, rows that are out of order are sorted, and rows of one time become one; each repair is
 * counted. Throws ERR_FEED_BAD_HEADER, ERR_FEED_BAD_VALUE with line and column, or ERR_FEED_EMPTY.
 */
export async function readHistory(
  { file, batches }: RowFile,
  options: HistoryOptions = {},
): Promise<RawHistory> {
  const repairs = createRepairs()
  let reader: RowReader | undefined
  for await (const records of batches) {
    for (const record of records) {
      if (reader === undefined) reader = rowReader(file, record, options, repairs)
      else reader.read(record)
    }
  }
  if (reader === undefined || reader.style() === undefined) throw noRows(file)
  const series = reader.series().map((rows) => sortRows(rows, repairs))
  const remarks = reader.remarks()
  return { file, columns: reader.columns, series, style: reader.style()!, repairs, remarks }
}

function noRows(file: string): StorewrightError {
  return new StorewrightError('ERR_FEED_EMPTY', `${file} has no rows of history`, {
    file,
    next: 'Write a header with ds, y and group columns, then a row a step.',
  })
}

/** Rows of a series as they come. */
interface GrowingRows {
  readonly key: readonly string[]
  times: Float64Array
  values: Float64Array
  count: number
  /** The rows so far rise. */
  sorted: boolean
}

interface RowReader {
  readonly columns: readonly string[]
  read(record: CsvRecord): void
  series(): readonly GrowingRows[]
  style(): TimeStyle | undefined
  remarks(): readonly string[]
}

function rowReader(
  file: string,
  header: CsvRecord,
  options: HistoryOptions,
  repairs: Repairs,
): RowReader {
  const plan = columnPlan(file, header, options.group)
  const timeOf = instantReader(file, plan, options.zone, repairs)
  const found = new Map<string, GrowingRows>()
  let style: TimeStyle | undefined
  let last: { key: string; rows: GrowingRows } | undefined
  const rowsOf = (cells: readonly string[]): GrowingRows => {
    let key = ''
    for (const at of plan.keys) key += `${cells[at] ?? ''}\u0000`
    if (last?.key === key) return last.rows
    const rows = found.get(key) ?? newRows(plan.keys.map((at) => cells[at] ?? ''))
    found.set(key, rows)
    last = { key, rows }
    return rows
  }
  return {
    columns: plan.columns,
    read({ cells, line }) {
      if (cells.length !== plan.width) throw badWidth(file, line, cells.length, plan.width)
      const rows = rowsOf(cells)
      const text = cells[plan.time]!.trim()
      const { ms, zoned } = timeOf(text, line, rows)
      style ??= styleOf(text, zoned)
      append(rows, ms, loadOf(file, plan, cells[plan.value]!, line, repairs))
    },
    series: () => [...found.values()],
    style: () => style,
    remarks: () => plan.remarks,
  }
}

interface ColumnPlan {
  readonly time: number
  readonly timeName: string
  readonly value: number
  readonly valueName: string
  /** Indexes of the columns that tell rows apart: those asked for first, then the others. */
  readonly keys: readonly number[]
  readonly columns: readonly string[]
  readonly width: number
  readonly remarks: readonly string[]
}

function columnPlan(
  file: string,
  { cells, line }: CsvRecord,
  group: readonly string[] | undefined,
): ColumnPlan {
  const names = cells.map((cell) => cell.trim())
  const find = (candidates: readonly string[]) =>
    candidates.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1
  const time = find(TIME_NAMES)
  const value = find(VALUE_NAMES)
  if (time < 0) throw badHeader(file, line, 'ds', names)
  if (value < 0) throw badHeader(file, line, 'y', names)
  const asked = (group ?? []).map((name) => {
    const at = names.indexOf(name)
    if (at < 0 || at === time || at === value) throw badHeader(file, line, name, names)
    return at
  })
  const others = names
    .map((_, at) => at)
    .filter((at) => at !== time && at !== value && !asked.includes(at))
  const otherNames = others.map((at) => names[at]).join(', ')
  const remarks: string[] = []
  if (group !== undefined && others.length > 0) remarks.push(`${file}: added up over ${otherNames}`)
  if (group === undefined && others.length > 0) {
    remarks.push(`${file}: a series for each value of ${otherNames}; --group names others`)
  }
  const keys = [...asked, ...others]
  const width = names.length
  const columns = keys.map((at) => names[at]!)
  const timeName = names[time]!
  return { time, timeName, value, valueName: names[value]!, keys, columns, width, remarks }
}

function badHeader(file: string, line: number, name: string, names: readonly string[]) {
  return new StorewrightError('ERR_FEED_BAD_HEADER', `there is no column ${name}`, {
    file,
    line,
    column: name,
    next: `The header has ${names.join(', ')}. Name the columns ds, y and those of --group.`,
  })
}

function badWidth(file: string, line: number, has: number, asked: number): StorewrightError {
  return new StorewrightError('ERR_FEED_BAD_VALUE', `the row has ${has} cells, not ${asked}`, {
    file,
    line,
    next: 'Give each row as many cells as the header has; quote cells that hold commas.',
  })
}

function newRows(key: readonly string[]): GrowingRows {
  return {
    key,
    times: new Float64Array(1024),
    values: new Float64Array(1024),
    count: 0,
    sorted: true,
  }
}

function append(rows: GrowingRows, ms: number, value: number): void {
  const at = rows.count
  if (at === rows.times.length) {
    rows.times = grown(rows.times)
    rows.values = grown(rows.values)
  }
  if (at > 0 && ms <= rows.times[at - 1]!) rows.sorted = false
  rows.times[at] = ms
  rows.values[at] = value
  rows.count = at + 1
}

function grown(values: Float64Array): Float64Array {
  const larger = new Float64Array(2 * values.length)
  larger.set(values)
  return larger
}

function loadOf(
  file: string,
  plan: ColumnPlan,
  cell: string,
  line: number,
  repairs: Repairs,
): number {
  const text = cell.trim()
  const value = Number(text)
  if (text === '' || !Number.isFinite(value)) {
    if (UNKNOWN.has(text.toLowerCase())) {
      repairs.add('missing', line)
      return Number.NaN
    }
    throw new StorewrightError('ERR_FEED_BAD_VALUE', `"${cell}" is not a number`, {
      file,
      line,
      column: plan.valueName,
      value: cell,
      next: 'Write load as a number such as 1650 or 0.5; leave it empty where it is unknown.',
    })
  }
  if (value >= 0) return value
  repairs.add('negative', line)
  return Number.NaN
}

function instantReader(
  file: string,
  plan: ColumnPlan,
  zone: string | undefined,
  repairs: Repairs,
): (text: string, line: number, rows: GrowingRows) => ParsedTime {
  const parse = timeReader()
  const clock = zone === undefined || zone === 'UTC' ? undefined : zoneClock(zone)
  return (text, line, rows) => {
    const time = parse(text)
    if (time === undefined) throw badTime(file, line, plan.timeName, text)
    if (clock === undefined || time.zoned) return time
    return { ms: fromLocal(clock, time.ms, line, rows, repairs), zoned: false }
  }
}

/** A time-zone change day: skipped times move on, the second round of a repeated hour is the second hour. */
function fromLocal(
  clock: ZoneClock,
  localMs: number,
  line: number,
  rows: GrowingRows,
  repairs: Repairs,
): number {
  const change = clock.changeAt(localMs)
  const ms = clock.toEpoch(localMs)
  if (change === 'none') return ms
  repairs.add(change, line)
  if (change === 'skipped' || rows.count === 0) return ms
  const before = rows.times[rows.count - 1]!
  const second = secondRound(clock, ms)
  return before >= ms && before < second + (second - ms) ? second : ms
}

/** The later instant that has the local time of `ms`. */
function secondRound(clock: ZoneClock, ms: number): number {
  const local = clock.toLocal(ms)
  for (const minutes of [60, 30, 120]) {
    const later = ms + minutes * 60_000
    if (clock.toLocal(later) === local) return later
  }
  return ms
}

/** The error of a time that cannot be read. */
export function badTime(file: string, line: number, column: string, value: string) {
  return new StorewrightError('ERR_FEED_BAD_VALUE', `"${value}" is not a date or time`, {
    file,
    line,
    column,
    value,
    next: 'Write it as ISO 8601, for example 2026-03-31 17:05:00 or 2026-03-31T17:05:00Z.',
  })
}

/** Sorts the rows of a series and makes one of those that have the same time: the mean of what is known. */
function sortRows(rows: GrowingRows, repairs: Repairs): RawSeries {
  const times = rows.times.subarray(0, rows.count)
  const values = rows.values.subarray(0, rows.count)
  if (rows.sorted) return { key: rows.key, times, values }
  let outOfOrder = 0
  for (let i = 1; i < rows.count; i++) if (times[i]! < times[i - 1]!) outOfOrder++
  repairs.add('unsorted', undefined, outOfOrder)
  return mergeEqual(rows.key, times, values, structures.sortedOrder(times), repairs)
}

function mergeEqual(
  key: readonly string[],
  times: Float64Array,
  values: Float64Array,
  order: Uint32Array,
  repairs: Repairs,
): RawSeries {
  const kept = new Float64Array(order.length)
  const means = new Float64Array(order.length)
  let count = 0
  let known = 0
  for (const i of order) {
    const value = values[i]!
    if (count > 0 && times[i] === kept[count - 1]) {
      repairs.add('duplicate')
      if (Number.isNaN(value)) continue
      const before = known === 0 ? 0 : means[count - 1]! * known
      known++
      means[count - 1] = (before + value) / known
      continue
    }
    kept[count] = times[i]!
    means[count] = value
    known = Number.isNaN(value) ? 0 : 1
    count++
  }
  return { key, times: kept.slice(0, count), values: means.slice(0, count) }
}
