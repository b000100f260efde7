import { StorewrightError } from '../core/errors.ts'
import { numberColumn, type Table } from '../core/table.ts'
import { createWorkerPool } from '../core/workers.ts'
import type { BacktestRow } from './backtest-rows.ts'
import { type ChooseForecasterOptions, chooseForecaster } from './choose-forecaster.ts'
import type { ChosenForecaster } from './classical/fitted-choice.ts'
import type { RunOptions } from './classical/sharded.ts'
import { type Combination, combinationOf } from './forecast-panel.ts'
import { askedGroupings } from './hierarchy/asked-groupings.ts'
import { addSums, type RowForecast, type TableSums } from './hierarchy/table-sums.ts'
import { type PanelRequest, type PanelTables, readRequest } from './panel-request.ts'

/** What `storewright forecast panel` may be told. */
export interface ForecastTablesOptions
  extends Omit<ChooseForecasterOptions, 'horizon' | 'trainEnd'>,
    PanelTables {
  readonly levels: ArrayLike<number>
  readonly workers?: number
  /**
   * Attributes of the series whose groups are summed (`id:1`, `id:2` … are the parts of ids, `all` is
   * every usable attribute): the forecast and its sums are then made to agree. Default: no sums.
   */
  readonly hierarchy?: readonly string[]
}

/** The forecast, a row for each row of the future table, and how the models did. */
export interface ForecastTables {
  /** unique_id, ds (as they stood in the future table), mean, then q0.05 and so on. */
  readonly forecast: Table
  /** Series as in `chosen`. */
  readonly ids: readonly string[]
  readonly chosen: readonly string[]
  readonly backtest: readonly BacktestRow[]
  /** How the combination came about, where learned models took part. */
  readonly combination?: Combination
  /** What was repaired or left out of the tables. */
  readonly remarks: readonly string[]
  /** Forecasts of the groups, where they were asked for. */
  readonly sums?: TableSums
}

/**
 * Forecasts the rows (unique_id, ds) of `future` from `history` (unique_id, ds, y), with the columns
 * that both have as covariates. A series without history is forecast from its attributes and what
 * young series did. Throws ERR_PANEL where the future overlaps the history of its series or a table
 * cannot be read.
 */
export async function forecastTables(
  history: Table,
  future: Table,
  options: ForecastTablesOptions,
): Promise<ForecastTables> {
  const request = readRequest(history, future, options)
  const { panel, horizon, remarks } = request
  const pool = options.pool ?? (options.workers ? createWorkerPool(options.workers) : undefined)
  try {
    const { hierarchy } = options
    const keepPast = hierarchy !== undefined
    const run = { ...options, horizon, keepPast, ...(pool === undefined ? {} : { pool }) }
    if (hierarchy !== undefined) askedGroupings(panel, hierarchy)
    const fitted = await chooseForecaster(panel, run)
    const levels = Float64Array.from(options.levels)
    const rows = await fillRows(fitted, request, levels, run)
    const sums = hierarchy && (await addSums(request, rows, fitted, hierarchy, levels, run))
    const forecast = rowTable(future, request, rows, levels)
    const { chosen, backtest } = fitted
    const made = { forecast, ids: panel.ids, chosen, backtest, remarks, ...combinationOf(fitted) }
    return sums === undefined ? made : { ...made, sums }
  } finally {
    if (pool !== options.pool) await pool?.close()
  }
}

/** One forecast an origin; usually there is one origin. */
async function fillRows(
  fitted: ChosenForecaster,
  request: PanelRequest,
  levels: Float64Array,
  run: RunOptions,
): Promise<RowForecast> {
  const { keys, series, origins, horizon } = request
  const rows = series.length
  const mean = new Float64Array(rows)
  const quantiles = Array.from(levels, () => new Float64Array(rows))
  const floors = floorsOf(request)
  for (const origin of [...new Set(origins)].sort((a, b) => a - b)) {
    const picked = pickSeries(series, origins, origin)
    if (picked.indices.length === 0) continue
    const part = await fitted.predictSeries(picked.indices, origin, horizon, levels, run)
    for (let row = 0; row < rows; row++) {
      const place = picked.placeOf[series[row]!]!
      if (place < 0) continue
      const at = place * horizon + keys.bucket[row]! - origin
      const floor = floors[series[row]!]!
      mean[row] = Math.max(floor, part.mean[at]!)
      quantiles.forEach((q, l) => {
        q[row] = Math.max(floor, part.quantiles[at * levels.length + l]!)
      })
    }
  }
  return { mean, quantiles }
}

function rowTable(
  future: Table,
  request: PanelRequest,
  { mean, quantiles }: RowForecast,
  levels: Float64Array,
): Table {
  for (const numbers of [mean, ...quantiles]) requireFiniteRows(numbers, request)
  const columns = Object.fromEntries(
    quantiles.map((q, l) => [`q${levels[l]}`, numberColumn(q)] as const),
  )
  const { unique_id, ds } = future.columns
  return {
    rowCount: future.rowCount,
    columns: { unique_id: unique_id!, ds: ds!, mean: numberColumn(mean), ...columns },
  }
}

/** A number that is none must not reach a file, where it would pass as an empty cell. */
function requireFiniteRows(numbers: Float64Array, { panel, series }: PanelRequest) {
  const row = numbers.findIndex((value) => !Number.isFinite(value))
  if (row < 0) return
  throw new StorewrightError(
    'ERR_NOT_FINITE',
    `the forecast of ${panel.ids[series[row]!]} came to ${numbers[row]}`,
    { next: 'Look for numbers out of proportion in its history, or choose another --model.' },
  )
}

/** Zero for each series that was never below it. */
function floorsOf({ panel }: PanelRequest): Float64Array {
  return Float64Array.from(panel.ids, (_, i) => {
    const y = panel.values.subarray(panel.offsets[i]!, panel.offsets[i + 1]!)
    return y.some((value) => value < 0) ? -Infinity : 0
  })
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
