import { formatBucket } from '../../core/calendar.ts'
import { StorewrightError } from '../../core/errors.ts'
import { panelEnd, type QuantileForecast } from '../../core/panel.ts'
import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import type { ChooseForecasterOptions } from '../choose-forecaster.ts'
import type { ChosenForecaster } from '../classical/fitted-choice.ts'
import type { CombinedForecaster } from '../combine/combined-forecaster.ts'
import type { PanelRequest } from '../panel-request.ts'
import { askedGroupings } from './asked-groupings.ts'
import type { MethodChoice } from './choose-method.ts'
import { pastForecasts } from './past.ts'
import { type HierarchyForecast, reconcileForecast } from './reconcile-forecast.ts'
import type { SpreadRow } from './spread.ts'

/** Forecasts of the rows of a future table: a number a row, and rows × levels. */
export interface RowForecast {
  readonly mean: Float64Array
  readonly quantiles: readonly Float64Array[]
}

/** Sums of the rows of a forecast, and how they were made to agree. */
export interface TableSums {
  /** level, group, ds, mean, q0.05 and so on: a row a group and date. */
  readonly groups: Table
  readonly choice: MethodChoice
  /** How much wider than their sample paths the bands of each level are. */
  readonly spread: readonly SpreadRow[]
  /** Past origins that it was judged on. */
  readonly origins: number
  /** Rows before the end of the panel's history, which are in no sum. */
  readonly early: number
}

/**
 * Adds the rows of a forecast up by the groups named, and makes rows and sums agree; under MinT rows
 * move, in place. A group at a date is the sum of the rows asked for; dates before the end of the
 * history, where part of a group is known already, are left out. Throws ERR_ARGUMENT on unknown names
 * and where no row is left.
 */
export async function addSums(
  request: PanelRequest,
  rows: RowForecast,
  fitted: ChosenForecaster | CombinedForecaster,
  names: readonly string[],
  levels: Float64Array,
  options: ChooseForecasterOptions,
): Promise<TableSums> {
  const { panel } = request
  const grid = gridOf(request, rows, levels)
  const past = await pastForecasts(panel, fitted, options)
  const groupings = askedGroupings(panel, names)
  const asked = { ...options, groupings, counted: grid.counted }
  const made = await reconcileForecast(panel, grid.forecast, past, asked)
  if (made.choice.method === 'mint') writeBack(request, rows, made.bottom)
  const groups = groupTable(made, grid.counted)
  const { choice, spread } = made
  return { groups, choice, spread, origins: past.length, early: grid.early }
}

/** The rows as a forecast of every series from the panel's end on; zero where no row asks. */
function gridOf({ panel, keys, series }: PanelRequest, rows: RowForecast, levels: Float64Array) {
  const origin = panelEnd(panel)
  const last = keys.bucket.reduce((a, b) => Math.max(a, b), -Infinity)
  if (last < origin) {
    throw new StorewrightError('ERR_ARGUMENT', '--hierarchy: no date is after the whole history', {
      next: 'Sums start where the history of every series has ended; ask for later dates.',
    })
  }
  const horizon = last - origin + 1
  const size = panel.ids.length * horizon
  const counted = new Uint8Array(size)
  const mean = new Float64Array(size)
  const quantiles = new Float64Array(size * levels.length)
  let early = 0
  for (let row = 0; row < series.length; row++) {
    if (keys.bucket[row]! < origin) {
      early++
      continue
    }
    const at = series[row]! * horizon + keys.bucket[row]! - origin
    counted[at] = 1
    mean[at] = rows.mean[row]!
    rows.quantiles.forEach((q, l) => {
      quantiles[at * levels.length + l] = q[row]!
    })
  }
  const { ids, buckets } = panel
  const forecast = { ids, buckets, origin, horizon, levels, mean, quantiles }
  return { forecast, counted, early }
}

function writeBack(
  { keys, series }: PanelRequest,
  rows: RowForecast,
  { origin, horizon, levels, mean, quantiles }: QuantileForecast,
): void {
  for (let row = 0; row < series.length; row++) {
    const ahead = keys.bucket[row]! - origin
    if (ahead < 0) continue
    const at = series[row]! * horizon + ahead
    rows.mean[row] = mean[at]!
    rows.quantiles.forEach((q, l) => {
      q[row] = quantiles[at * levels.length + l]!
    })
  }
}

/** Dates on which at least one row of a group was asked for. */
function groupTable({ hierarchy, aggregates }: HierarchyForecast, counted: Uint8Array): Table {
  const { origin, horizon, levels, buckets } = aggregates
  const { start, member } = hierarchy
  const rows = hierarchy.sums.flatMap(({ level, group, aggregate: a }) => {
    const members = member.subarray(start[a]!, start[a + 1]!)
    return Array.from({ length: horizon }, (_, h) => ({
      level,
      group,
      h,
      at: a * horizon + h,
    })).filter(({ h }) => members.some((i) => counted[i * horizon + h] === 1))
  })
  const quantile = (l: number) =>
    numberColumn(rows.map(({ at }) => aggregates.quantiles[at * levels.length + l]!))
  return {
    rowCount: rows.length,
    columns: {
      level: textColumn(rows.map((row) => row.level)),
      group: textColumn(rows.map((row) => row.group)),
      ds: textColumn(rows.map(({ h }) => formatBucket(origin + h, buckets))),
      mean: numberColumn(rows.map(({ at }) => aggregates.mean[at]!)),
      ...Object.fromEntries(Array.from(levels, (level, l) => [`q${level}`, quantile(l)])),
    },
  }
}
