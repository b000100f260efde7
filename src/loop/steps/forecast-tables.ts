import { isOpen, type OpenDays } from '../../core/calendar.ts'
import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import type {
  BacktestRow,
  CalibrationRow,
  Combination,
  PanelForecast,
  SegmentRow,
} from '../../demand/index.ts'
import { calibrationRows } from '../../demand/index.ts'
import { KEPT_LEVELS } from './context.ts'

/** Rows of demand_forecast; closed days are zero. */
export function forecastTable(made: PanelForecast, openDays: OpenDays, version: number): Table {
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

/** Rows of forecast_backtest: one a product and model. */
export function backtestTable(made: PanelForecast, version: number): Table {
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
export function distinctRows(rows: readonly BacktestRow[]): BacktestRow[] {
  const seen = new Map<string, BacktestRow>()
  for (const row of rows) seen.set(`${row.id}\u0000${row.model}`, row)
  return [...seen.values()]
}

const finiteOrMissing = (value: number) => (Number.isFinite(value) ? value : Number.NaN)

/** Rows of forecast_segments: how each model did on the past of a segment, and its weight. */
export function segmentTable({ verdict }: Combination, version: number): Table {
  const rows = verdict.segments
  const numbers = (value: (row: SegmentRow) => number) =>
    numberColumn(rows.map((row) => finiteOrMissing(value(row))))
  return {
    rowCount: rows.length,
    columns: {
      version: numbers(() => version),
      segment: textColumn(rows.map((row) => row.segment)),
      model: textColumn(rows.map((row) => row.model)),
      products: numbers((row) => row.series),
      units: numbers((row) => row.units),
      // Of quantiles and means together: a model may be in one of them alone.
      weight: numbers((row) => Math.min(1, (row.weight + (row.meanWeight ?? row.weight)) / 2)),
      scaled_pinball: numbers((row) => row.scaledPinball),
      floor_ratio: numbers((row) => row.floorRatio),
      wape: numbers((row) => row.wape),
      bias: numbers((row) => row.bias),
      coverage80: numbers((row) => row.coverage80),
      coverage90: numbers((row) => row.coverage90),
      used: numbers((row) => (row.used ? 1 : 0)),
    },
  }
}

/** Rows of forecast_calibration: share of the past at or below each quantile, before and after. */
export function calibrationTable({ verdict }: Combination, version: number): Table {
  const rows = calibrationRows(verdict)
  const numbers = (value: (row: CalibrationRow) => number) => numberColumn(rows.map(value))
  return {
    rowCount: rows.length,
    columns: {
      version: numbers(() => version),
      segment: textColumn(rows.map((row) => row.segment)),
      horizon_from: numbers((row) => row.from),
      horizon_to: numbers((row) => row.to),
      level: numbers((row) => row.level),
      share_before: numbers((row) => row.before),
      share_after: numbers((row) => row.after),
      shift: numbers((row) => row.shift),
      points: numbers((row) => row.points),
    },
  }
}
