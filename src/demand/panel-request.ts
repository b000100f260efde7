import {
  type Buckets,
  bucketStart,
  DAY_MS,
  type Frequency,
  formatBucket,
  type OpenDays,
} from '../core/calendar.ts'
import { StorewrightError } from '../core/errors.ts'
import { type Panel, type PanelEvent, panelEnd } from '../core/panel.ts'
import type { Table } from '../core/table.ts'
import { events } from '../learn/index.ts'
import { type Covariates, readCovariates, rowsOf } from './panel-covariates.ts'
import { refuseFarFuture, refuseLoneDates } from './panel-dates.ts'
import { readEvents } from './panel-events.ts'
import { shown } from './panel-numbers.ts'
import { readStatics, staticsOfIds } from './panel-statics.ts'
import { fault, readKeys, readPanelTable, requireColumns, type TableKeys } from './panel-table.ts'

/** What comes beside a history and a future. */
export interface PanelTables {
  readonly frequency: Frequency
  /** What a bucket without a row is in the history. Default missing. */
  readonly gaps?: 'missing' | 'zero'
  readonly openDays?: OpenDays
  /** unique_id and attributes of each series. */
  readonly statics?: Table
  /** name, kind, starts_on, ends_on of occasions, past and planned. */
  readonly events?: Table
  /** Code of a country whose public holidays and shopping days are occasions too: US, GB … */
  readonly country?: string
  /** Names of the files, for error messages. */
  readonly historyFile?: string
  readonly futureFile?: string
  readonly staticsFile?: string
  readonly eventsFile?: string
}

/** A panel and the rows of its future that are to be forecast. */
export interface PanelRequest {
  readonly panel: Panel
  readonly keys: TableKeys
  /** Index in the panel of each row's series. */
  readonly series: Int32Array
  /** The bucket that each series is forecast from. */
  readonly origins: Int32Array
  readonly horizon: number
  /** What was repaired or left out, for the person who asked. */
  readonly remarks: readonly string[]
}

/**
 * Reads a history (unique_id, ds, y, covariates) and a future (unique_id, ds, covariates) into a panel
 * with all that is known of it. Each series is forecast from the panel's end, or from its own where
 * the future asks for buckets before that. Throws ERR_PANEL where the future overlaps the history of
 * its series, where it has a row twice, or where a table cannot be read.
 */
export function readRequest(history: Table, future: Table, tables: PanelTables): PanelRequest {
  const { frequency, historyFile: file } = tables
  requireColumns(future, ['unique_id', 'ds'], tables.futureFile)
  requireRows(history, file)
  requireRows(future, tables.futureFile)
  requireObserved(history, file)
  const historyKeys = readKeys(history, frequency, file)
  refuseLoneDates({ ...historyKeys, file })
  const past = readPanelTable(history, { ...tables, ...(file === undefined ? {} : { file }) })
  const keys = readKeys(future, frequency, tables.futureFile, past.buckets)
  refuseFarFuture({ ...keys, file: tables.futureFile }, firstBucketOf(past), panelEnd(past))
  const bare = withSeriesOf(withoutKnown(past), keys)
  const rows = rowsOf(future, keys, bare, tables.futureFile)
  const origins = originOfSeries(bare, keys, rows.series, tables.futureFile)
  requireOnce(bare, keys, rows.series, tables.futureFile)
  const covariates = readCovariates(bare, rowsOf(history, historyKeys, bare, file), rows)
  const horizon = longestHorizon(keys, rows.series, origins)
  const panel = withContext(bare, covariates, tables, horizon)
  const remarks = [...remarksOn(panel), ...covariates.remarks]
  return { panel, keys, series: rows.series, origins, horizon, remarks }
}

/** A history alone, with all that is known of it, and what was repaired: for backtests. */
export function readHistory(
  history: Table,
  tables: PanelTables,
): { readonly panel: Panel; readonly remarks: readonly string[] } {
  const { frequency, historyFile: file } = tables
  requireRows(history, file)
  requireObserved(history, file)
  const keys = readKeys(history, frequency, file)
  refuseLoneDates({ ...keys, file })
  const past = readPanelTable(history, { ...tables, ...(file === undefined ? {} : { file }) })
  const rows = rowsOf(history, keys, past, file)
  const covariates = readCovariates(past, rows, rows)
  const panel = withContext(withoutKnown(past), covariates, tables, 0)
  return { panel, remarks: [...remarksOn(panel), ...covariates.remarks] }
}

const firstBucketOf = ({ firstBucket }: Panel) => firstBucket.reduce((a, b) => Math.min(a, b))

function requireRows(table: Table, file?: string): void {
  if (table.rowCount > 0) return
  throw new StorewrightError('ERR_PANEL', 'there are no rows', {
    ...(file === undefined ? {} : { file }),
    next: 'Give rows below the header.',
  })
}

/** Sizes above this are slips of a pen or a converter, and their squares pass what a net can hold. */
const LARGEST = 1e15

/** Throws ERR_PANEL where nothing was observed at all, or with the line of a y too large to be one. */
function requireObserved(history: Table, file?: string): void {
  const y = history.columns['y']
  if (y?.kind !== 'number') return
  const row = y.values.findIndex((value) => Math.abs(value) > LARGEST)
  if (row >= 0) throw fault(`y is ${y.values[row]}, beyond 1e15`, row, 'y', file)
  if (y.values.some((value) => Number.isFinite(value))) return
  throw new StorewrightError('ERR_PANEL', 'y is empty in every row: nothing was observed', {
    ...(file === undefined ? {} : { file }),
    column: 'y',
    next: 'Give at least one observation; 0 where nothing sold.',
  })
}

/** The panel without covariates of the history alone: nothing is known ahead of them. */
function withoutKnown({ known: _, ...panel }: Panel): Panel {
  return panel
}

/** The panel with an empty series for each id that only the future has. */
function withSeriesOf(panel: Panel, keys: TableKeys): Panel {
  const known = new Set(panel.ids)
  const added = keys.ids.filter((id) => !known.has(id))
  if (added.length === 0) return panel
  const end = panel.ids.length > 0 ? panelEnd(panel) : Math.min(...keys.bucket)
  const total = panel.values.length
  return {
    ...panel,
    ids: [...panel.ids, ...added],
    firstBucket: Int32Array.from([...panel.firstBucket, ...added.map(() => end)]),
    offsets: Int32Array.from([...panel.offsets, ...added.map(() => total)]),
  }
}

function originOfSeries(
  panel: Panel,
  keys: TableKeys,
  series: Int32Array,
  file?: string,
): Int32Array {
  const end = panelEnd(panel)
  const origins = new Int32Array(panel.ids.length).fill(end)
  for (let row = 0; row < series.length; row++) {
    const i = series[row]!
    const own = panel.firstBucket[i]! + panel.offsets[i + 1]! - panel.offsets[i]!
    if (keys.bucket[row]! < own) {
      const last = formatBucket(own - 1, panel.buckets)
      const asked = formatBucket(keys.bucket[row]!, panel.buckets)
      const message = `the history of ${shown(panel.ids[i]!)} reaches to ${last}; the future starts after it, not on ${asked}`
      throw fault(message, row, 'ds', file)
    }
    if (keys.bucket[row]! < end) origins[i] = own
  }
  return origins
}

/** Throws ERR_PANEL where the future asks twice for a bucket of a series. */
function requireOnce(panel: Panel, keys: TableKeys, series: Int32Array, file?: string): void {
  const seen = new Map<number, Set<number>>()
  for (let row = 0; row < series.length; row++) {
    const i = series[row]!
    const buckets = seen.get(i) ?? new Set<number>()
    seen.set(i, buckets)
    if (buckets.has(keys.bucket[row]!)) {
      const when = formatBucket(keys.bucket[row]!, panel.buckets)
      throw fault(`a second row for ${shown(panel.ids[i]!)} in ${when}`, row, 'ds', file)
    }
    buckets.add(keys.bucket[row]!)
  }
}

function longestHorizon(keys: TableKeys, series: Int32Array, origins: Int32Array): number {
  let horizon = 1
  for (let row = 0; row < series.length; row++) {
    horizon = Math.max(horizon, keys.bucket[row]! - origins[series[row]!]! + 1)
  }
  return horizon
}

function withContext(
  panel: Panel,
  covariates: Covariates,
  tables: PanelTables,
  horizon: number,
): Panel {
  const given = tables.statics ? readStatics(panel, tables.statics, tables.staticsFile) : {}
  const statics = { ...staticsOfIds(panel.ids), ...covariates.statics, ...given }
  const occasions = occasionsOf(panel, covariates, tables, horizon)
  return {
    ...panel,
    ...(covariates.known === undefined ? {} : { known: covariates.known }),
    ...(Object.keys(statics).length > 0 ? { statics } : {}),
    ...(occasions.length > 0 ? { events: occasions } : {}),
  }
}

/** Occasions given, those of the country, and those that flags common to all series mark. */
function occasionsOf(
  panel: Panel,
  { known }: Covariates,
  tables: PanelTables,
  horizon: number,
): PanelEvent[] {
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), panelEnd(panel))
  const last = panelEnd(panel) + horizon
  const given = tables.events ? readEvents(tables.events, tables.eventsFile) : []
  if (tables.country !== undefined) {
    const [from, to] = [dayOf(first, panel.buckets), dayOf(last, panel.buckets)]
    given.push(...events.publicHolidays(tables.country, from, to))
    const named = new Set(given.map((event) => event.name))
    given.push(...events.retailOccasions(from, to).filter((event) => !named.has(event.name)))
  }
  if (given.length > 0 || known === undefined) return given
  return Object.values(known.columns).flatMap((values) => {
    const flags = commonFlags(panel, known.offsets, values, first, last)
    return flags === undefined ? [] : events.eventsFromFlags(flags, first, panel.buckets)
  })
}

const dayOf = (bucket: number, buckets: Buckets) =>
  Math.floor(bucketStart(bucket, buckets) / DAY_MS)

/** Share of the buckets above which a flag is no occasion. */
const RARE = 0.3

/** One flag a bucket, where the column is 0 or 1 and the same for all series; else undefined. */
function commonFlags(
  panel: Panel,
  offsets: Int32Array,
  values: Float64Array,
  first: number,
  last: number,
): Float64Array | undefined {
  const flags = new Float64Array(last - first).fill(Number.NaN)
  for (let i = 0; i < panel.ids.length; i++) {
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const value = values[k]!
      if (Number.isNaN(value)) continue
      const at = panel.firstBucket[i]! + k - offsets[i]! - first
      if (value !== 0 && value !== 1) return undefined
      if (Number.isNaN(flags[at]!)) flags[at] = value
      else if (flags[at] !== value) return undefined
    }
  }
  const set = flags.reduce((n, flag) => n + (flag === 1 ? 1 : 0), 0)
  return set > 0 && set < RARE * flags.length ? flags : undefined
}

/** Share of unobserved buckets above which the frequency may be the wrong one. */
const MOSTLY_GAPS = 0.75

/** What is odd in a history, and how it is taken. */
function remarksOn(panel: Panel): string[] {
  let [gappy, missing, negative, zero, single, unseen] = [0, 0, 0, 0, 0, 0]
  let nameless = ''
  for (let i = 0; i < panel.ids.length; i++) {
    const y = panel.values.subarray(panel.offsets[i]!, panel.offsets[i + 1]!)
    let [own, below, sold] = [0, 0, false]
    for (const value of y) {
      if (Number.isNaN(value)) own++
      if (value < 0) below++
      if (value !== 0 && !Number.isNaN(value)) sold = true
    }
    missing += own
    negative += below
    if (y.length === own && unseen++ === 0) nameless = shown(panel.ids[i]!)
    else if (y.length > own && own > 0) gappy++
    if (y.length - own === 1) single++
    if (y.length > own && !sold) zero++
  }
  const said: string[] = []
  if (gappy > 0) said.push(`gaps in ${gappy} series (${missing} buckets): taken as not observed`)
  if (missing > MOSTLY_GAPS * panel.values.length)
    said.push(`most buckets have no observation: is ${panel.buckets.frequency} the frequency?`)
  if (negative > 0)
    said.push(`y is below zero in ${negative} rows: kept, these series may be forecast below zero`)
  if (zero > 0) said.push(`${seriesHave(zero)} zeros only: forecast as zero or nearly so`)
  if (single > 0)
    said.push(`${seriesHave(single)} one observation: forecast from it and what young series did`)
  if (unseen > 0)
    said.push(
      `${seriesHave(unseen)} no past (${nameless}${unseen > 1 ? ' …' : ''}): forecast from attributes and what young series did`,
    )
  return said
}

const seriesHave = (count: number) => `${count} series ${count === 1 ? 'has' : 'have'}`
