import { requireArgument } from '../../core/errors.ts'
import { readKnob } from '../../core/knobs.ts'
import type { Panel, QuantileForecast } from '../../core/panel.ts'
import { reconcile } from '../../learn/index.ts'
import { classicalForecaster } from '../classical/classical-forecaster.ts'
import { predictIn } from '../combine/judged.ts'
import type { FitParameters, FittedForecaster, Forecaster } from '../forecaster.ts'
import type { PastForecast } from '../past-forecast.ts'
import { BACKTEST_LEVELS } from '../score.ts'
import { addUp, floorOf } from './add-up.ts'
import {
  chooseMethod,
  type MethodChoice,
  projector,
  type ReconcileMethod,
} from './choose-method.ts'
import { errorsOf, type NodeErrors, naiveErrors, type PastNodes, pastNodes } from './errors.ts'
import { aggregatePanel, groupingsOf } from './groups.ts'
import { reconcileSamples, sumSpreadPrior } from './knobs.ts'
import { quantilesOfSpan } from './path-quantiles.ts'
import {
  factorsOfAggregates,
  learnSpread,
  type PastSums,
  type SpreadRow,
  stretch,
} from './spread.ts'
import type { PathOptions } from './sum-paths.ts'

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
  /**
   * Sample paths of the aggregates: aggregates × horizon × samples; they add up. They spread less than
   * the quantiles where the past showed paths to be too narrow (`spread`).
   */
  readonly paths: Float64Array
  /** How much wider than the paths the quantiles of each level are. */
  readonly spread: readonly SpreadRow[]
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
 * what the sums say moves them by little beside their own spread. Quantiles of sums are those of the
 * paths, stretched about the mean by what past sums showed (`learnSpread`). `past` are forecasts of the same
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
  const told = await forecastPast(panel, hierarchy, past, options)
  const nodes = told.map((window) => window.nodes)
  const choice = chooseMethod(hierarchy, nodes, options.settings)
  const isMint = (options.method ?? choice.method) === 'mint' && nodes.length > 0
  const own = isMint ? await forecastSums(panel, hierarchy, forecast, options) : undefined
  const mint = own && { own, project: projector(hierarchy, nodes, choice.isDiagonal) }
  const { origin, horizon } = forecast
  const errors = errorsBefore(panel, hierarchy, nodes, origin, options)
  const { counted, seed = 1 } = options
  const samples = options.samples ?? Math.round(readKnob(reconcileSamples, options.settings))
  const beside = { ...(mint ? { mint } : {}), ...(counted ? { counted } : {}) }
  const input = { bottom: forecast, errors, ...beside }
  const { bottom, aggregates, paths } = addUp(hierarchy, input, { samples, seed })
  const span = Math.min(horizon, options.span ?? horizon)
  const spanQuantiles = quantilesOfSpan(aggregates, paths, samples, span)
  const isDiagonal = isMint ? choice.isDiagonal : undefined
  const sums = pastSums(panel, hierarchy, told, { ...options, samples, span, seed }, isDiagonal)
  const spread = learnSpread(hierarchy, sums, readKnob(sumSpreadPrior, options.settings))
  widen(hierarchy, aggregates, spanQuantiles, span, spread, floorOf(forecast))
  const windows = past.map((at) => ({ origin: at.origin, horizon: at.horizon }))
  return { hierarchy, choice, aggregates, bottom, spanQuantiles, paths, spread, windows }
}

const MIDDLE = Float64Array.of(0.5)

/** A window of the past: what was said of the series and of the aggregates on their own, what came. */
interface ToldWindow {
  readonly past: PastForecast
  readonly own: QuantileForecast
  readonly nodes: PastNodes
}

/** What the aggregates were forecast to be at each past origin, beside their members. */
async function forecastPast(
  panel: Panel,
  hierarchy: reconcile.Hierarchy,
  past: readonly PastForecast[],
  options: ReconcileOptions,
): Promise<ToldWindow[]> {
  if (past.length === 0) return []
  const earliest = Math.min(...past.map(({ origin }) => origin))
  const latest = Math.max(...past.map(({ origin }) => origin))
  const horizon = Math.max(...past.map((at) => at.horizon))
  const fitted = await fitSums(panel, hierarchy, latest, { ...options, horizon }, earliest)
  const told: ToldWindow[] = []
  for (const at of past) {
    const levels = at.quantiles ? BACKTEST_LEVELS : MIDDLE
    const own = await predictIn(fitted, at.origin, at.horizon, levels, runOf(options))
    told.push({ past: at, own, nodes: pastNodes(hierarchy, at, own.mean) })
  }
  return told
}

/** Errors that sample paths from `origin` follow: of these windows, or else of the naive forecast. */
function errorsBefore(
  panel: Panel,
  hierarchy: reconcile.Hierarchy,
  windows: readonly PastNodes[],
  origin: number,
  { season }: ReconcileOptions,
): NodeErrors {
  return windows.length > 0 ? errorsOf(windows) : naiveErrors(hierarchy, panel, origin, season)
}

/**
 * The sums of each past window that has quantiles, made as those to come are but with the errors of
 * the other windows alone: with MinT where `isDiagonal` is given, as plain sums else.
 */
function pastSums(
  panel: Panel,
  hierarchy: reconcile.Hierarchy,
  told: readonly ToldWindow[],
  options: ReconcileOptions & PathOptions & { readonly span: number },
  isDiagonal: boolean | undefined,
): PastSums[] {
  const { samples, seed } = options
  return told.flatMap(({ past, own, nodes }) => {
    if (past.quantiles === undefined) return []
    const others = told.flatMap((window) => (window.past === past ? [] : [window.nodes]))
    const errors = errorsBefore(panel, hierarchy, others, past.origin, options)
    const bottom = knownBottom(panel, past, past.quantiles)
    const isMint = isDiagonal !== undefined && others.length > 0
    const mint = isMint && { own, project: projector(hierarchy, others, isDiagonal) }
    const input = { bottom, errors, ...(mint ? { mint } : {}) }
    const { aggregates, paths } = addUp(hierarchy, input, { samples, seed })
    const span = Math.min(past.horizon, options.span)
    const spanQuantiles = quantilesOfSpan(aggregates, paths, samples, span)
    const actual = nodes.actual.subarray(0, aggregates.mean.length)
    return [{ aggregates, actual, spanQuantiles, span }]
  })
}

/** What was said of the series at a past origin; zero where nothing could come or is not known. */
function knownBottom(
  { ids, buckets }: Panel,
  { origin, horizon, mean, actual }: PastForecast,
  quantiles: Float64Array,
): QuantileForecast {
  const size = BACKTEST_LEVELS.length
  const isKnown = (at: number) => !Number.isNaN(actual[at]!)
  return {
    ids,
    buckets,
    origin,
    horizon,
    levels: BACKTEST_LEVELS,
    mean: mean.map((m, at) => (isKnown(at) ? m : 0)),
    quantiles: quantiles.map((q, k) => (isKnown(Math.floor(k / size)) ? q : 0)),
  }
}

/** Widens the bands of the sums in place by what the past says of each level. */
function widen(
  hierarchy: reconcile.Hierarchy,
  { mean, quantiles, horizon }: QuantileForecast,
  spanQuantiles: Float64Array,
  span: number,
  spread: readonly SpreadRow[],
  floor: number,
): void {
  const factors = factorsOfAggregates(hierarchy, spread, 'factor')
  stretch(quantiles, mean, (at) => factors[Math.floor(at / horizon)]!, floor)
  const ofSpan = factorsOfAggregates(hierarchy, spread, 'spanFactor')
  const means = ofSpan.map((_, a) =>
    mean.subarray(a * horizon, a * horizon + span).reduce((x, y) => x + y, 0),
  )
  stretch(spanQuantiles, means, (a) => ofSpan[a]!, floor)
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
