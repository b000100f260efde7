import { type Frequency, formatBucket, type OpenDays } from '../core/calendar.ts'
import type { Panel } from '../core/panel.ts'
import { panelEnd } from '../core/panel.ts'
import { numberColumn, type Table } from '../core/table.ts'
import { createWorkerPool } from '../core/workers.ts'
import type { BacktestRow } from './backtest-rows.ts'
import { type ChooseOptions, chooseModels } from './classical/choose-models.ts'
import type { ChosenForecaster } from './classical/fitted-choice.ts'
import { fault, readKeys, readPanelTable, requireColumns, type TableKeys } from './panel-table.ts'

/** What `storewright forecast panel` may be told. */
export interface ForecastTablesOptions extends Omit<ChooseOptions, 'horizon' | 'trainEnd'> {
  readonly frequency: Frequency
  readonly levels: ArrayLike<number>
  /** What a bucket without a row is in the history. Default missing. */
  readonly gaps?: 'missing' | 'zero'
  readonly openDays?: OpenDays
  readonly workers?: number
  readonly seed?: string | number
  /** Names of the files, for error messages. */
  readonly historyFile?: string
  readonly futureFile?: string
}

/** The forecast, a row for each row of the future table, and how the models did. */
export interface ForecastTables {
  /** unique_id, ds (as they stood in the future table), mean, then q0.05 and so on. */
  readonly forecast: Table
  /** Series as in `chosen`. */
  readonly ids: readonly string[]
  readonly chosen: readonly string[]
  readonly backtest: readonly BacktestRow[]
}

/**
 * Forecasts the rows (unique_id, ds) of `future` from `history` (unique_id, ds, y). Each series is
 * forecast from the panel's end, or from its own where the future asks for buckets before that. A
 * series without history is forecast from what young series did. Throws ERR_PANEL where the future
 * overlaps the history of its series or a table cannot be read.
 */
export async function forecastTables(
  history: Table,
  future: Table,
  options: ForecastTablesOptions,
): Promise<ForecastTables> {
  const { frequency, historyFile: file } = options
  requireColumns(future, ['unique_id', 'ds'], options.futureFile)
  const known = readPanelTable(history, { ...options, ...(file === undefined ? {} : { file }) })
  const keys = readKeys(future, frequency, options.futureFile, known.buckets)
  const panel = withSeriesOf(known, keys)
  const series = seriesOfRows(panel, keys)
  const origins = originOfSeries(panel, keys, series, options.futureFile)
  const horizon = longestHorizon(keys, series, origins)
  const pool = options.pool ?? (options.workers ? createWorkerPool(options.workers) : undefined)
  try {
    const run = { ...options, horizon, ...(pool === undefined ? {} : { pool }) }
    const fitted = await chooseModels(panel, run)
    const forecast = await fillRows(fitted, future, keys, series, origins, horizon, run)
    return { forecast, ids: panel.ids, chosen: fitted.chosen, backtest: fitted.backtest }
  } finally {
    if (pool !== options.pool) await pool?.close()
  }
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

/** Index in the panel of each row's series. */
function seriesOfRows(panel: Panel, keys: TableKeys): Int32Array {
  const indexOf = new Map(panel.ids.map((id, i) => [id, i]))
  return keys.series.map((s) => indexOf.get(keys.ids[s]!)!)
}

/** The bucket each series is forecast from. */
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
      throw fault(`the history of ${panel.ids[i]} reaches to ${last}`, row, 'ds', file)
    }
    if (keys.bucket[row]! < end) origins[i] = own
  }
  return origins
}

function longestHorizon(keys: TableKeys, series: Int32Array, origins: Int32Array): number {
  let horizon = 1
  for (let row = 0; row < series.length; row++) {
    horizon = Math.max(horizon, keys.bucket[row]! - origins[series[row]!]! + 1)
  }
  return horizon
}

/** One forecast an origin; usually there is one origin. */
async function fillRows(
  fitted: ChosenForecaster,
  future: Table,
  keys: TableKeys,
  series: Int32Array,
  origins: Int32Array,
  horizon: number,
  options: ForecastTablesOptions,
): Promise<Table> {
  const levels = Float64Array.from(options.levels)
  const rows = future.rowCount
  const mean = new Float64Array(rows)
  const quantiles = Array.from(levels, () => new Float64Array(rows))
  for (const origin of [...new Set(origins)].sort((a, b) => a - b)) {
    const picked = pickSeries(series, origins, origin)
    if (picked.indices.length === 0) continue
    const part = await fitted.predictSeries(picked.indices, origin, horizon, levels, options)
    for (let row = 0; row < rows; row++) {
      const place = picked.placeOf[series[row]!]!
      if (place < 0) continue
      const at = place * horizon + keys.bucket[row]! - origin
      mean[row] = part.mean[at]!
      quantiles.forEach((q, l) => {
        q[row] = part.quantiles[at * levels.length + l]!
      })
    }
  }
  const columns = Object.fromEntries(
    quantiles.map((q, l) => [`q${levels[l]}`, numberColumn(q)] as const),
  )
  const { unique_id, ds } = future.columns
  return {
    rowCount: rows,
    columns: { unique_id: unique_id!, ds: ds!, mean: numberColumn(mean), ...columns },
  }
}

/** The series that the future asks for from `origin` on, and the place of each among them. */
function pickSeries(
  series: Int32Array,
  origins: Int32Array,
  origin: number,
): { indices: Int32Array; placeOf: Int32Array } {
  const placeOf = new Int32Array(origins.length).fill(-1)
  const wanted = [...new Set(series)].filter((i) => origins[i] === origin).sort((a, b) => a - b)
  wanted.forEach((i, place) => {
    placeOf[i] = place
  })
  return { indices: Int32Array.from(wanted), placeOf }
}
