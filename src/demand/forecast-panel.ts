import { type Panel, panelEnd, type QuantileForecast } from '../core/panel.ts'
import { createWorkerPool } from '../core/workers.ts'
import type { BacktestRow } from './backtest-rows.ts'
import { type ChooseForecasterOptions, chooseForecaster } from './choose-forecaster.ts'
import type { ChosenForecaster } from './classical/fitted-choice.ts'
import type { CombinedForecaster } from './combine/combined-forecaster.ts'
import type { Verdict } from './combine/judge.ts'
import { type Contributions, closedWith } from './explain/contributions.ts'
import { curveContributions } from './explain/curve-parts.ts'
import type { Explaining } from './explain/members.ts'
import { pastForecasts } from './hierarchy/past.ts'
import {
  type HierarchyForecast,
  type ReconcileOptions,
  reconcileForecast,
} from './hierarchy/reconcile-forecast.ts'
import { fromLaunchOn, partsFromLaunchOn } from './launch.ts'

/** What a forecast of a panel may be told. */
export interface ForecastPanelOptions extends ChooseForecasterOptions {
  /** Rising, in (0, 1). */
  readonly levels: ArrayLike<number>
  /** First bucket to forecast; nothing from it on is read. Default: the panel's end. */
  readonly origin?: number
  /** Tell what the means are made of. Default false: it takes a second forecast. */
  readonly explain?: boolean
  /**
   * Forecast sums too (groups of static columns, or groupings given), consistent with the series: under
   * MinT, where the past says that it is better, series move as well.
   */
  readonly hierarchy?: Pick<ReconcileOptions, 'groupings' | 'forecaster' | 'samples' | 'span'>
  /** Threads beside this one, when no pool is given. Default 0: all in this thread. */
  readonly workers?: number
}

/** A forecast with the reasons for it. */
export interface PanelForecast {
  readonly forecast: QuantileForecast
  /** Name of the model of each series. */
  readonly chosen: readonly string[]
  readonly backtest: readonly BacktestRow[]
  readonly backtestOrigins: readonly number[]
  /** How the combination came about, where learned models took part. */
  readonly combination?: Combination
  /** What the means are made of, where it was asked for. */
  readonly contributions?: Contributions
  /** Forecasts of the sums, where they were asked for. */
  readonly sums?: HierarchyForecast
}

/** Members of a combination, the floor first, the verdict on them, and the segment of each series. */
export interface Combination {
  readonly members: readonly string[]
  readonly verdict: Verdict
  readonly segment: readonly string[]
}

/**
 * Forecasts every series of a panel: models chosen by backtest, fitted, and asked for means and
 * quantiles of `horizon` buckets from `origin` on; nothing sells before the day in the static column
 * `launched_on` of a series without history. The same result on any number of threads.
 * Throws ERR_ARGUMENT on bad options, ERR_PANEL on an unusable panel, ERR_CANCELLED when stopped.
 */
export async function forecastPanel(
  panel: Panel,
  options: ForecastPanelOptions,
): Promise<PanelForecast> {
  const origin = options.origin ?? panelEnd(panel)
  const levels = Float64Array.from(options.levels)
  const own = !options.pool && options.workers ? createWorkerPool(options.workers) : undefined
  const pool = options.pool ?? own
  const run = { ...options, ...(pool === undefined ? {} : { pool }) }
  try {
    const trainEnd = Math.min(origin, options.trainEnd ?? origin)
    const keepPast = options.hierarchy !== undefined
    const asked = { ...run, trainEnd, keepPast }
    const fitted = await chooseForecaster(panel, asked)
    const predicted = await fitted.predictSharded(origin, options.horizon, levels, run)
    const made = fromLaunchOn(panel, predicted)
    const sums = options.hierarchy && (await withSums(panel, fitted, made, asked))
    const forecast = sums?.bottom ?? made
    const { chosen, backtest, backtestOrigins } = fitted
    const combination = combinationOf(fitted)
    const contributions = options.explain === true ? explained(panel, fitted, forecast) : {}
    const beside = { ...combination, ...contributions, ...(sums ? { sums } : {}) }
    return { forecast, chosen, backtest, backtestOrigins, ...beside }
  } finally {
    await own?.close()
  }
}

/** The forecast made to add up with forecasts of its sums. */
async function withSums(
  panel: Panel,
  fitted: ChosenForecaster | CombinedForecaster,
  forecast: QuantileForecast,
  options: ForecastPanelOptions,
): Promise<HierarchyForecast> {
  options.onProgress?.({ step: 'reconcile sums', done: 0, total: 1 })
  const past = await pastForecasts(panel, fitted, options)
  return reconcileForecast(panel, forecast, past, { ...options, ...options.hierarchy })
}

/** The parts of a forecast, from its members or, where it has none, from its curve. */
function explained(
  panel: Panel,
  fitted: ChosenForecaster | CombinedForecaster,
  forecast: QuantileForecast,
): { readonly contributions: Contributions } {
  const contributions = toldBy(fitted, forecast) ?? curveContributions(panel, forecast)
  return { contributions: partsFromLaunchOn(panel, contributions) }
}

/** What a forecaster itself says of its forecast; a plain classical choice says nothing. */
function toldBy(
  fitted: ChosenForecaster | CombinedForecaster,
  forecast: QuantileForecast,
): Contributions | undefined {
  if ('verdict' in fitted) return fitted.explain(forecast)
  const chosen: Explaining = fitted
  const told = chosen.explain?.(forecast.origin, forecast.horizon)
  // What adding up with sums and waiting for a launch changed is a matter of the level.
  return told && closedWith(told, forecast.mean, 'level')
}

/** What a combined forecaster says of itself; nothing for others. */
export function combinationOf(fitted: ChosenForecaster | CombinedForecaster): {
  readonly combination?: Combination
} {
  if (!('verdict' in fitted)) return {}
  const { members, verdict, segment } = fitted
  return { combination: { members, verdict, segment } }
}
