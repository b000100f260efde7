import type { Panel, QuantileForecast } from '../../core/panel.ts'
import type { BacktestRow } from '../backtest-rows.ts'
import type { FittedForecaster } from '../forecaster.ts'
import { ForecastWriter } from '../panel-forecaster.ts'
import { pickPanel } from '../slice.ts'
import type { Wanted } from '../wanted.ts'
import { type CandidateSet, modelNames } from './candidates.ts'
import type { PanelContext } from './context.ts'
import { membersName } from './mix.ts'
import { predictShard } from './shard.ts'
import { concatenate, mapShards, type RunOptions } from './sharded.ts'

/** Models chosen for every series of a panel and fitted. */
export interface ChosenForecaster extends FittedForecaster {
  /** Name of the model of each series. */
  readonly chosen: readonly string[]
  /** Figures of every model on every series that could be judged. */
  readonly backtest: readonly BacktestRow[]
  /** Origins of the backtest; empty where the history was too short for one. */
  readonly backtestOrigins: readonly number[]
  /** As predict, cut into shards that a pool may share. */
  predictSharded(
    origin: number,
    horizon: number,
    levels: Float64Array,
    options?: RunOptions,
    wanted?: Wanted,
  ): Promise<QuantileForecast>
  /** The same for some series alone, by index and in that order. */
  predictSeries(
    indices: Int32Array,
    origin: number,
    horizon: number,
    levels: Float64Array,
    options?: RunOptions,
  ): Promise<QuantileForecast>
}

/** Everything a chosen forecaster needs: bits of the models of each series and their parameters. */
export interface FittedChoice {
  readonly panel: Panel
  readonly set: CandidateSet
  readonly context: PanelContext
  readonly members: Int32Array
  readonly parameters: Float64Array
  readonly backtest: readonly BacktestRow[]
  readonly backtestOrigins: readonly number[]
}

/** A forecaster of the models chosen for each series. */
export function chosenForecaster(fitted: FittedChoice): ChosenForecaster {
  const { panel, set, context, members, parameters, backtest, backtestOrigins } = fitted
  const everySeries = Int32Array.from(panel.ids, (_, i) => i)
  return {
    chosen: Array.from(members, (bits) => membersName(set, bits)),
    backtest,
    backtestOrigins,
    predict(origin, horizon, levels, wanted) {
      const { forecast } = new ForecastWriter(panel, origin, horizon, levels)
      const models = modelNames(set)
      const task = { panel, context, models, members, parameters, origin, horizon, levels }
      return { ...forecast, ...predictShard(wanted === undefined ? task : { ...task, wanted }) }
    },
    predictSharded: (origin, horizon, levels, run, wanted) =>
      predictSome(fitted, everySeries, origin, horizon, levels, run, wanted),
    predictSeries: (indices, origin, horizon, levels, run) =>
      predictSome(fitted, indices, origin, horizon, levels, run),
  }
}

async function predictSome(
  fitted: FittedChoice,
  indices: Int32Array,
  origin: number,
  horizon: number,
  levels: Float64Array,
  run: RunOptions = {},
  wanted?: Wanted,
): Promise<QuantileForecast> {
  const { set, context } = fitted
  const models = modelNames(set)
  const stride = set.offsets[set.models.length]!
  const picked = pickPanel(fitted.panel, indices)
  const { forecast } = new ForecastWriter(picked, origin, horizon, levels)
  const taskOf = (panel: Panel, from: number, to: number) => {
    const rows = indices.slice(from, to)
    const members = rows.map((i) => fitted.members[i]!)
    const parameters = pickRows(fitted.parameters, stride, rows)
    const task = { panel, context, models, members, parameters, origin, horizon, levels }
    return wanted === undefined
      ? task
      : { ...task, wanted: Uint8Array.from(rows, (i) => wanted[i]!) }
  }
  const parts = await mapShards(picked, 'predictShard', 'forecast', taskOf, run)
  const mean = concatenate(parts.map((part) => part.mean))
  return { ...forecast, mean, quantiles: concatenate(parts.map((part) => part.quantiles)) }
}

/** Rows of `stride` numbers at `indices`. */
function pickRows(values: Float64Array, stride: number, indices: Int32Array): Float64Array {
  const picked = new Float64Array(indices.length * stride)
  indices.forEach((i, k) => {
    picked.set(values.subarray(i * stride, (i + 1) * stride), k * stride)
  })
  return picked
}
