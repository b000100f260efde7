import { formatDay, isOpen, type OpenDays } from '../../core/calendar.ts'
import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import { type BacktestRow, forecastPanel, type PanelForecast } from '../../demand/index.ts'
import { readSales } from '../inputs/sales.ts'
import { currentVersion, hashOf, hashTables } from '../versions.ts'
import {
  KEPT_LEVELS,
  type MadeResult,
  METHOD,
  type StepContext,
  type StepResult,
} from './context.ts'

/** What the forecast as a whole is about; kept as the note of its version. */
export interface ForecastNote {
  /** First day forecast. */
  readonly origin: string
  readonly horizonDays: number
  readonly products: number
  readonly backtestOrigins: readonly string[]
  /** Days of each backtest window. */
  readonly backtestWindowDays: number
  /** Products by chosen model. */
  readonly chosen: Readonly<Record<string, number>>
  /** Share of the products judged on which the chosen model beat the seasonal naive. */
  readonly beatsNaive: number
  readonly scaledPinball: number
  readonly naiveScaledPinball: number
  readonly coverage90: number
}

const THREADS = 2

/** Days ahead beyond those shown, so that an order with a long lead time is still covered. */
const PLANNING_DAYS = 56

/** Forecasts every product from the day after its last data, unless what it reads stands. */
export async function forecastStep(context: StepContext): Promise<StepResult | MadeResult> {
  const { db, settings, onProgress, signal } = context
  const inputHash = hashOf([
    await hashTables(db, ['sales', 'closed_days']),
    METHOD,
    settings.forecast,
    demandKnobs(settings.knobs),
  ])
  const current = await currentVersion(db, 'forecast')
  if (current?.inputHash === inputHash) {
    return { kind: 'forecast', version: current.version, skipped: true }
  }
  const sales = await readSales(db)
  const made = await forecastPanel(sales.panel, {
    origin: sales.lastDay + 1,
    horizon: Math.max(settings.forecast.horizon_days, PLANNING_DAYS),
    levels: KEPT_LEVELS,
    seed: settings.forecast.seed,
    settings: settings.knobs,
    workers: THREADS,
    onProgress,
    ...(signal === undefined ? {} : { signal }),
  })
  const note = noteOf(made, settings.forecast.horizon_days)
  return {
    kind: 'forecast',
    inputHash,
    note,
    async write(target, version) {
      onProgress({ step: 'write forecast', done: 0, total: 1 })
      await target.append('demand_forecast', forecastTable(made, sales.openDays, version))
      await target.append('forecast_backtest', backtestTable(made, version))
      onProgress({ step: 'write forecast', done: 1, total: 1 })
    },
  }
}

function demandKnobs(knobs: Readonly<Record<string, number>>) {
  return Object.entries(knobs).filter(([name]) => name.startsWith('demand.'))
}

function forecastTable(made: PanelForecast, openDays: OpenDays, version: number): Table {
  const { ids, horizon, origin, mean, quantiles } = made.forecast
  const rowCount = ids.length * horizon
  const productCodes = new Int32Array(rowCount)
  const ds = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    productCodes[row] = Math.floor(row / horizon)
    ds[row] = origin + (row % horizon)
  }
  const models = textColumn(made.chosen)
  const open = ds.map((day) => (isOpen(day, openDays) ? 1 : 0))
  const levelColumns = KEPT_LEVELS.map((level, l) => {
    const values = new Float64Array(rowCount)
    for (let row = 0; row < rowCount; row++) {
      values[row] = open[row]! * quantiles[row * KEPT_LEVELS.length + l]!
    }
    return [`q${level}`, { kind: 'number', values }] as const
  })
  return {
    rowCount,
    columns: {
      version: { kind: 'number', values: new Float64Array(rowCount).fill(version) },
      product_id: { kind: 'text', codes: productCodes, dictionary: ids },
      place_id: { kind: 'text', codes: new Int32Array(rowCount), dictionary: ['all'] },
      ds: { kind: 'number', values: ds },
      model: {
        kind: 'text',
        codes: productCodes.map((product) => models.codes[product]!),
        dictionary: models.dictionary,
      },
      mean: { kind: 'number', values: mean },
      ...Object.fromEntries(levelColumns),
    },
  }
}

function backtestTable(made: PanelForecast, version: number): Table {
  const chosenOf = new Map(made.forecast.ids.map((id, i) => [id, made.chosen[i]!]))
  const rows = distinctRows(made.backtest)
  const numbers = (value: (row: BacktestRow) => number) => numberColumn(rows.map(value))
  return {
    rowCount: rows.length,
    columns: {
      version: numbers(() => version),
      product_id: textColumn(rows.map((row) => row.id)),
      place_id: textColumn(rows.map(() => 'all')),
      model: textColumn(rows.map((row) => row.model)),
      scaled_pinball: numbers((row) => finiteOrMissing(row.scaledPinball)),
      pinball: numbers((row) => finiteOrMissing(row.pinball)),
      wape: numbers((row) => finiteOrMissing(row.wape)),
      bias: numbers((row) => finiteOrMissing(row.bias)),
      coverage50: numbers((row) => row.coverage50),
      coverage90: numbers((row) => row.coverage90),
      chosen: numbers((row) => (chosenOf.get(row.id) === row.model ? 1 : 0)),
    },
  }
}

/** A mix of one model alone has that model's name: one row of a name is enough. */
function distinctRows(rows: readonly BacktestRow[]): BacktestRow[] {
  const seen = new Map<string, BacktestRow>()
  for (const row of rows) seen.set(`${row.id}\u0000${row.model}`, row)
  return [...seen.values()]
}

const finiteOrMissing = (value: number) => (Number.isFinite(value) ? value : Number.NaN)

const NAIVE = 'seasonal-naive'

function noteOf(made: PanelForecast, horizonDays: number): ForecastNote {
  const chosenOf = new Map(made.forecast.ids.map((id, i) => [id, made.chosen[i]!]))
  const naive = new Map(made.backtest.filter((r) => r.model === NAIVE).map((r) => [r.id, r]))
  const chosen = distinctRows(made.backtest).filter((row) => chosenOf.get(row.id) === row.model)
  const judged = chosen.filter((row) => Number.isFinite(row.scaledPinball) && naive.has(row.id))
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const counts: Record<string, number> = {}
  for (const model of made.chosen) counts[model] = (counts[model] ?? 0) + 1
  return {
    origin: formatDay(made.forecast.origin),
    horizonDays,
    products: made.forecast.ids.length,
    backtestOrigins: made.backtestOrigins.map(formatDay),
    backtestWindowDays: made.forecast.horizon,
    chosen: counts,
    beatsNaive: mean(judged.map((row) => (row.pinball < naive.get(row.id)!.pinball ? 1 : 0))) || 0,
    scaledPinball: mean(judged.map((row) => row.scaledPinball)) || 0,
    naiveScaledPinball: mean(judged.map((row) => naive.get(row.id)!.scaledPinball)) || 0,
    coverage90: mean(judged.map((row) => row.coverage90)) || 0,
  }
}
