import { requireArgument } from '../../core/errors.ts'
import { readKnob } from '../../core/knobs.ts'
import type { Panel, QuantileForecast } from '../../core/panel.ts'
import { reconcile } from '../../learn/index.ts'
import { classicalForecaster } from '../classical/classical-forecaster.ts'
import { predictIn } from '../combine/judged.ts'
import type { FitParameters, FittedForecaster, Forecaster } from '../forecaster.ts'
import type { PastForecast } from '../past-forecast.ts'
import { movedBottom, movedPaths } from './apply-mint.ts'
import {
  chooseMethod,
  type MethodChoice,
  projector,
  type ReconcileMethod,
} from './choose-method.ts'
import { errorsOf, naiveErrors, type PastNodes, pastNodes } from './errors.ts'
import { aggregatePanel, groupingsOf } from './groups.ts'
import { reconcileSamples } from './knobs.ts'
import { quantilesOfSpan, writeQuantiles } from './path-quantiles.ts'
import { drawSums } from './sum-paths.ts'

/** What a reconciliation may be told. */
export interface ReconcileOptions extends FitParameters {
  /** Classes (static columns) whose groups are summed; default all with 2 to 300 groups. */
  readonly groupings?: readonly (string | reconcile.Grouping)[]
  /** Forecaster of the sums. Default: the classical choice. */
  readonly forecaster?: Forecaster
  /** How sums and series are made to agree. Default: by what did better on the past. */
  readonly method?: ReconcileMethod
  /** Sample paths that the quantiles of sums are made of. Default: knob demand.reconcile-samples. */
  readonly samples?: number
  /** Buckets that `spanQuantiles` adds up. Default: the whole horizon. */
  readonly span?: number
  /**
   * series × horizon: 0 = the bucket of the series is not forecast and adds nothing to any sum.
   * Default: all are.
   */
  readonly counted?: Uint8Array
}

/** Forecasts of sums and of their parts that agree. */
export interface HierarchyForecast {
  readonly hierarchy: reconcile.Hierarchy
  /** Total and groups, by the names of the hierarchy; means are sums of the means of `bottom`. */
  readonly aggregates: QuantileForecast
  /** The bottom series, as they were (bottom-up) or moved by what the sums say (MinT). */
  readonly bottom: QuantileForecast
  /** Quantiles of the aggregates' sums over the first `span` buckets: aggregates × levels. */
  readonly spanQuantiles: Float64Array
  /** Sample paths of the aggregates: aggregates × horizon × samples; they add up. */
  readonly paths: Float64Array
  /** What did better on the past, whatever was asked for. */
  readonly choice: MethodChoice
  /** Windows of the past that it was judged on. */
  readonly windows: readonly { readonly origin: number; readonly horizon: number }[]
}

/**
 * Makes a forecast of bottom series consistent with forecasts of their sums. Sums are forecast on
 * their own; MinT (with the shrunk covariance of past errors of all nodes) or bottom-up, whichever
 * did better on the past origins, reconciles means and sample paths. Paths have the margins of the
 * quantiles, the mean of the forecast and the order of past errors (Schaake shuffle; Panagiotelis et
 * al. 2023 on reconciling samples). Under MinT quantiles of bottom series are scaled with their means:
 * what the sums say moves them by little beside their own spread. `past` are forecasts of the same
 * series from earlier origins; without any, sums are bottom-up and paths hang together as the steps of
 * the naive forecast did. Throws ERR_ARGUMENT where the series differ.
 */
export async function reconcileForecast(
  panel: Panel,
  forecast: QuantileForecast,
  past: readonly PastForecast[],
  options: ReconcileOptions = {},
): Promise<HierarchyForecast> {
  const size = panel.ids.length
  requireArgument(
    forecast.ids.length === size && past.every((at) => at.mean.length === size * at.horizon),
    `reconcileForecast: the panel has ${size} series, the forecasts have others`,
  )
  const hierarchy = reconcile.hierarchyOf(size, groupingsOf(panel, options.groupings))
  const nodes = await forecastPast(panel, hierarchy, past, options)
  const choice = chooseMethod(hierarchy, nodes, options.settings)
  const isMint = (options.method ?? choice.method) === 'mint' && nodes.length > 0
  const own = isMint ? await forecastSums(panel, hierarchy, forecast, options) : undefined
  const errors =
    nodes.length > 0
      ? errorsOf(nodes)
      : naiveErrors(hierarchy, panel, forecast.origin, options.season)
  const samples = options.samples ?? Math.round(readKnob(reconcileSamples, options.settings))
  const { seed = 1 } = options
  const drawn = drawSums(hierarchy, forecast, own, errors, { samples, seed })
  const project = own && projector(hierarchy, nodes, choice.isDiagonal)
  const bottom = project
    ? movedBottom(hierarchy, forecast, own, project, options.counted)
    : forecast
  const paths = project ? movedPaths(hierarchy, drawn, project, forecast.horizon) : drawn.sums
  const aggregates = sumsOf(hierarchy, bottom)
  const floor = forecast.quantiles.every((q) => q >= 0) ? 0 : -Infinity
  centre(paths, aggregates, samples, floor)
  writeQuantiles(aggregates, paths, samples)
  const span = Math.min(forecast.horizon, options.span ?? forecast.horizon)
  const spanQuantiles = quantilesOfSpan(aggregates, paths, samples, span)
  const windows = past.map((at) => ({ origin: at.origin, horizon: at.horizon }))
  return { hierarchy, choice, aggregates, bottom, spanQuantiles, paths, windows }
}

const MIDDLE = Float64Array.of(0.5)

/** What the aggregates were forecast to be at each past origin, beside their members. */
async function forecastPast(
  panel: Panel,
  hierarchy: reconcile.Hierarchy,
  past: readonly PastForecast[],
  options: ReconcileOptions,
): Promise<PastNodes[]> {
  if (past.length === 0) return []
  const earliest = Math.min(...past.map(({ origin }) => origin))
  const latest = Math.max(...past.map(({ origin }) => origin))
  const horizon = Math.max(...past.map((at) => at.horizon))
  const fitted = await fitSums(panel, hierarchy, latest, { ...options, horizon }, earliest)
  const nodes: PastNodes[] = []
  for (const at of past) {
    const sums = await predictIn(fitted, at.origin, at.horizon, MIDDLE, runOf(options))
    nodes.push(pastNodes(hierarchy, at, sums.mean))
  }
  return nodes
}

/** Forecasts of the aggregates on their own. */
async function forecastSums(
  panel: Panel,
  hierarchy: reconcile.Hierarchy,
  { origin, horizon, levels }: QuantileForecast,
  options: ReconcileOptions,
): Promise<QuantileForecast> {
  const fitted = await fitSums(panel, hierarchy, origin, { ...options, horizon }, origin)
  return predictIn(fitted, origin, horizon, levels, runOf(options))
}

/** Threads and the stop signal; sums are made in a moment and tell no progress. */
function runOf({ pool, signal }: ReconcileOptions) {
  return { ...(pool === undefined ? {} : { pool }), ...(signal === undefined ? {} : { signal }) }
}

/** A forecaster of the aggregates that reads what lies before `end` and learned before `trainEnd`. */
async function fitSums(
  panel: Panel,
  hierarchy: reconcile.Hierarchy,
  end: number,
  options: ReconcileOptions,
  trainEnd: number,
): Promise<FittedForecaster> {
  const { forecaster = classicalForecaster(), horizon, season, settings, seed } = options
  // Models that were named for the series are not named for the sums.
  const parameters: FitParameters = {
    trainEnd,
    ...runOf(options),
    ...(horizon === undefined ? {} : { horizon }),
    ...(season === undefined ? {} : { season }),
    ...(settings === undefined ? {} : { settings }),
    ...(seed === undefined ? {} : { seed }),
  }
  return forecaster.fit(aggregatePanel(panel, hierarchy, end), parameters)
}

/** The means of the aggregates, as sums of the bottom series; quantiles still empty. */
function sumsOf(hierarchy: reconcile.Hierarchy, bottom: QuantileForecast): QuantileForecast {
  const { horizon, levels } = bottom
  const mean = new Float64Array(hierarchy.aggregates * horizon)
  for (let h = 0; h < horizon; h++) {
    const own = Float64Array.from(
      { length: hierarchy.bottom },
      (_, i) => bottom.mean[i * horizon + h]!,
    )
    const all = reconcile.aggregate(hierarchy, own)
    for (let a = 0; a < hierarchy.aggregates; a++) mean[a * horizon + h] = all[a]!
  }
  const quantiles = new Float64Array(mean.length * levels.length)
  return { ...bottom, ids: hierarchy.names, mean, quantiles }
}

/** Moves the samples of each bucket so that their mean is that of the forecast, as plain sums' is. */
function centre(
  paths: Float64Array,
  { mean }: QuantileForecast,
  samples: number,
  floor: number,
): void {
  for (let at = 0; at < mean.length; at++) {
    const own = paths.subarray(at * samples, (at + 1) * samples)
    const missing = mean[at]! - own.reduce((a, b) => a + b, 0) / samples
    for (let s = 0; s < samples; s++) own[s] = Math.max(floor, own[s]! + missing)
  }
}
