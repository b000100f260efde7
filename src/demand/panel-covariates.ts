import type { KnownCovariates, Panel, StaticColumn } from '../core/panel.ts'
import {
  type Column,
  type NumberColumn,
  type Table,
  type TextColumn,
  textAt,
} from '../core/table.ts'
import { readMixed, shown } from './panel-numbers.ts'
import type { TableKeys } from './panel-table.ts'

/** Rows of a history and of its future, with the series (index in the panel) of each row. */
export interface PanelRows {
  readonly table: Table
  readonly series: Int32Array
  readonly bucket: Int32Array
  /** Name of the file, for remarks. */
  readonly file?: string
}

/** What the columns beside unique_id, ds and y came to, and what was left out or repaired. */
export interface Covariates {
  readonly known?: KnownCovariates
  readonly statics: Readonly<Record<string, StaticColumn>>
  /** Sentences for the person who asked. */
  readonly remarks: readonly string[]
}

const KEYS = new Set(['unique_id', 'ds', 'y'])

/** Share of the future's rows that a covariate must have to be of use. */
const LEAST_PRESENT = 0.5

/** The rows of a table with the place of each series in the panel. */
export function rowsOf(table: Table, keys: TableKeys, panel: Panel, file?: string): PanelRows {
  const placeOf = new Map(panel.ids.map((id, i) => [id, i]))
  const series = keys.series.map((s) => placeOf.get(keys.ids[s]!)!)
  return { table, series, bucket: keys.bucket, ...(file === undefined ? {} : { file }) }
}

/**
 * Sorts the columns of history and future: numbers in both are covariates known ahead, spread over
 * the buckets from each series' first to its last of either; what never changes within a series is
 * static. A text among numbers is taken as unknown. What cannot be used is left out; both are said in
 * a remark, with the file and the line of the first text.
 */
export function readCovariates(panel: Panel, history: PanelRows, future: PanelRows): Covariates {
  const remarks: string[] = []
  const statics: Record<string, StaticColumn> = {}
  const known: Record<string, [Float64Array, Float64Array]> = {}
  const names = Object.keys(history.table.columns).filter((name) => !KEYS.has(name))
  for (const name of names) {
    const told = history.table.columns[name]!
    const constant = constantPerSeries(panel, told, history, future.table.columns[name], future)
    const past = constant === undefined ? asNumbers(name, told, history, remarks) : told
    const ahead = aheadOf(name, past, history, future, remarks)
    const same = constant ?? constantPerSeries(panel, past, history, ahead, future)
    if (same !== undefined) statics[name] = same
    else if (past.kind !== 'number') {
      remarks.push(`${name}: a text that changes in time is not used (${firstText(told, history)})`)
    } else if (isUsable(name, ahead, future, remarks)) {
      known[name] = [past.values, ahead.values]
      const endless = countInfinite(past.values) + countInfinite(ahead.values)
      if (endless > 0) remarks.push(`${name}: infinite in ${endless} rows, unknown there`)
    }
  }
  for (const name of Object.keys(future.table.columns)) {
    if (KEYS.has(name) || names.includes(name)) continue
    remarks.push(`${name}: only the future has it; nothing can be learned from it, left out`)
  }
  const columns = Object.keys(known).length > 0 ? spread(panel, history, future, known) : undefined
  return { statics, remarks, ...(columns === undefined ? {} : { known: columns }) }
}

/** The column as numbers where it nearly is one, the slip told; else as it is. */
function asNumbers(name: string, column: Column, rows: PanelRows, remarks: string[]): Column {
  if (column.kind === 'number') return column
  const mixed = readMixed(column)
  if (mixed === undefined) return column
  if (mixed.texts > 0) {
    const more = mixed.texts === 1 ? '' : ` (and ${mixed.texts - 1} more)`
    const place = placeOfRow(rows, mixed.firstRow)
    remarks.push(
      `${name}: "${shown(mixed.firstText)}" in ${place}${more} is not a number, taken as unknown`,
    )
  }
  return mixed.column
}

/** The column of the future, where the history has numbers; one table may be both. */
function aheadOf(
  name: string,
  past: Column,
  history: PanelRows,
  future: PanelRows,
  remarks: string[],
): Column | undefined {
  const column = future.table.columns[name]
  if (column === undefined || past.kind !== 'number') return column
  return column === history.table.columns[name] ? past : asNumbers(name, column, future, remarks)
}

/** "line 69 of h.csv". */
const placeOfRow = ({ file }: PanelRows, row: number) =>
  `line ${row + 2}${file === undefined ? '' : ` of ${file}`}`

/** The first text of a column that is no number, and where it stands. */
function firstText(column: Column, rows: PanelRows): string {
  if (column.kind === 'number') return ''
  const isWord = (code: number) => code >= 0 && !Number.isFinite(Number(column.dictionary[code]))
  const row = Math.max(0, column.codes.findIndex(isWord))
  return `"${shown(textAt(column, row) ?? '')}" in ${placeOfRow(rows, row)}`
}

const countInfinite = (values: Float64Array) =>
  values.reduce((n, value) => n + (Math.abs(value) === Infinity ? 1 : 0), 0)

function isUsable(
  name: string,
  ahead: Column | undefined,
  future: PanelRows,
  remarks: string[],
): ahead is NumberColumn {
  if (ahead === undefined) {
    remarks.push(`${name}: the future does not have it, left out`)
    return false
  }
  if (ahead.kind !== 'number') {
    const text = firstText(ahead, future)
    remarks.push(`${name}: numbers in the history and texts in the future (${text}), left out`)
    return false
  }
  const present = ahead.values.reduce((n, v) => n + (Number.isFinite(v) ? 1 : 0), 0)
  const rows = ahead.values.length
  if (present < LEAST_PRESENT * rows) {
    remarks.push(`${name}: missing in ${rows - present} of ${rows} rows of the future, left out`)
    return false
  }
  if (present < rows) {
    remarks.push(
      `${name}: missing in ${rows - present} of ${rows} rows of the future, unknown there`,
    )
  }
  return true
}

/** Two columns as one known covariate over each series' buckets. */
function spread(
  panel: Panel,
  history: PanelRows,
  future: PanelRows,
  known: Readonly<Record<string, readonly [Float64Array, Float64Array]>>,
): KnownCovariates {
  const n = panel.ids.length
  const last = Int32Array.from(panel.firstBucket, (first, i) => {
    return first + panel.offsets[i + 1]! - panel.offsets[i]! - 1
  })
  future.series.forEach((i, row) => {
    last[i] = Math.max(last[i]!, future.bucket[row]!)
  })
  const offsets = new Int32Array(n + 1)
  for (let i = 0; i < n; i++) offsets[i + 1] = offsets[i]! + last[i]! - panel.firstBucket[i]! + 1
  const columns = Object.entries(known).map(([name, [past, ahead]]) => {
    const values = new Float64Array(offsets[n]!).fill(Number.NaN)
    const place = (rows: PanelRows, source: Float64Array) => {
      rows.series.forEach((i, row) => {
        const value = source[row]!
        const at = offsets[i]! + rows.bucket[row]! - panel.firstBucket[i]!
        values[at] = Number.isFinite(value) ? value : Number.NaN
      })
    }
    place(history, past)
    place(future, ahead)
    return [name, values] as const
  })
  return { offsets, columns: Object.fromEntries(columns) }
}

/** The column as an attribute, where each series has one value all its life; else undefined. */
function constantPerSeries(
  panel: Panel,
  past: Column,
  history: PanelRows,
  ahead: Column | undefined,
  future: PanelRows,
): StaticColumn | undefined {
  if (past.kind === 'text') return constantText(panel, past, history, ahead, future)
  const values = new Float64Array(panel.ids.length).fill(Number.NaN)
  if (!isConstant(values, past.values, history.series)) return undefined
  if (ahead?.kind === 'number' && !isConstant(values, ahead.values, future.series)) return undefined
  return differs(values) ? { kind: 'number', values } : undefined
}

/** Fills in the one value of each series; false where a second one turns up. */
function isConstant(values: Float64Array, source: Float64Array, series: Int32Array): boolean {
  for (let row = 0; row < source.length; row++) {
    const value = source[row]!
    if (Number.isNaN(value)) continue
    const i = series[row]!
    if (Number.isNaN(values[i]!)) values[i] = value
    else if (values[i] !== value) return false
  }
  return true
}

function differs(values: Float64Array): boolean {
  const first = values.find((value) => !Number.isNaN(value))
  return values.some((value) => !Number.isNaN(value) && value !== first)
}

function constantText(
  panel: Panel,
  past: TextColumn,
  history: PanelRows,
  ahead: Column | undefined,
  future: PanelRows,
): StaticColumn | undefined {
  const texts: (string | undefined)[] = panel.ids.map(() => undefined)
  const add = (column: TextColumn, { series }: PanelRows) =>
    column.codes.every((code, row) => {
      if (code < 0) return true
      const text = column.dictionary[code]!
      texts[series[row]!] ??= text
      return texts[series[row]!] === text
    })
  if (!add(past, history)) return undefined
  if (ahead?.kind === 'text' && !add(ahead, future)) return undefined
  return staticOf(texts)
}

/** Share of distinct texts above which they are words to be read rather than names of classes. */
const READ_SHARE = 0.5

/** Texts of series as classes, or, where nearly each is its own and has several words, to be read. */
export function staticOf(texts: readonly (string | undefined)[]): StaticColumn {
  const dictionary = [...new Set(texts.filter((text) => text !== undefined))]
  const wordy = dictionary.filter((text) => text.trim().includes(' ')).length
  if (dictionary.length > READ_SHARE * texts.length && wordy > READ_SHARE * dictionary.length) {
    return { kind: 'text', texts: texts.map((text) => text ?? '') }
  }
  const codeOf = new Map(dictionary.map((text, code) => [text, code]))
  const codes = Int32Array.from(texts, (text) => (text === undefined ? -1 : codeOf.get(text)!))
  return { kind: 'category', codes, dictionary }
}
