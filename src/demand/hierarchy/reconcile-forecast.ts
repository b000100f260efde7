import { requireArgument } from '../../core/errors.ts'
import type { Panel, QuantileForecast } from '../../core/panel.ts'
import { sortedQuantile } from '../../core/quantiles.ts'
import { reconcile } from '../../learn/index.ts'
import { classicalForecaster } from '../classical/classical-forecaster.ts'
import { predictIn } from '../combine/judged.ts'
import type { FitParameters, FittedForecaster, Forecaster } from '../forecaster.ts'
import { chooseMethod, type MethodChoice, projector } from './choose-method.ts'
import { errorsOf, type PastForecast, type PastNodes, pastNodes } from './errors.ts'
import { aggregatePanel, groupingsOf } from './groups.ts'

/** What a reconciliation may be told. */
export interface ReconcileOptions extends FitParameters {
  /** Classes (static columns) whose groups are summed; default all with 2 to 300 groups. */
  readonly groupings?: readonly string[]
  /** Forecaster of the sums. Default: the classical choice. */
  readonly forecaster?: Forecaster
  /** Sample paths that the quantiles of sums are made of. Default 200. */
  readonly samples?: number
}

/** Forecasts of sums and of their parts that agree. */
export interface HierarchyForecast {
  readonly hierarchy: reconcile.Hierarchy
  /** Total and groups, by the names of the hierarchy; means are sums of the means of `bottom`. */
  readonly aggregates: QuantileForecast
  /** The bottom series, as they were (bottom-up) or moved by what the sums say (MinT). */
  readonly bottom: QuantileForecast
  /** Quantiles of the aggregates over the whole horizon: aggregates × levels. */
  readonly horizonQuantiles: Float64Array
  readonly choice: MethodChoice
}

const SAMPLES = 200

/**
 * Makes a forecast of bottom series consistent with forecasts of their sums. Sums are forecast on
 * their own; MinT (with the shrunk covariance of past errors of all nodes) or bottom-up, whichever
 * did better on the past origins, reconciles means and samples. Samples have the margins of the
 * quantiles and the order of past errors (Schaake shuffle; Panagiotelis et al. 2023 on reconciling
 * samples). `past` are forecasts of the same series from earlier origins. Throws ERR_ARGUMENT
 * without any, or where the series differ.
 */
export async function reconcileForecast(
  panel: Panel,
  forecast: QuantileForecast,
  past: readonly PastForecast[],
  options: ReconcileOptions = {},
): Promise<HierarchyForecast> {
  requireArgument(past.length > 0, 'reconcileForecast: give forecasts of past origins')
  const size = past[0]!.forecast.ids.length
  requireArgument(
    size === panel.ids.length && forecast.ids.length === size,
    `reconcileForecast: past forecasts of ${size} series, the panel has ${panel.ids.length}`,
  )
  const hierarchy = reconcile.hierarchyOf(size, groupingsOf(panel, options.groupings))
  const nodes = await forecastSums(panel, hierarchy, forecast, past, options)
  const choice = chooseMethod(hierarchy, nodes.past)
  const project =
    choice.method === 'mint' ? projector(hierarchy, nodes.past) : reconcile.bottomUp(hierarchy)
  return { hierarchy, choice, ...sampled(hierarchy, forecast, nodes, project, options) }
}

interface Sums {
  readonly future: QuantileForecast
  readonly past: readonly PastNodes[]
}

/** Forecasts of the aggregates on their own, past and to come. */
async function forecastSums(
  panel: Panel,
  hierarchy: reconcile.Hierarchy,
  forecast: QuantileForecast,
  past: readonly PastForecast[],
  options: ReconcileOptions,
): Promise<Sums> {
  const { origin, horizon, levels } = forecast
  const forecaster = options.forecaster ?? classicalForecaster()
  const whole = aggregatePanel(panel, hierarchy, origin)
  const fit = async (trainEnd: number): Promise<FittedForecaster> =>
    forecaster.fit(whole, { ...options, horizon, trainEnd })
  const earliest = Math.min(...past.map((at) => at.forecast.origin))
  const early = await fit(earliest)
  const nodes: PastNodes[] = []
  for (const at of past) {
    const sums = await predictIn(early, at.forecast.origin, at.forecast.horizon, levels, options)
    nodes.push(pastNodes(hierarchy, at, sums))
  }
  const late = await fit(origin)
  return { future: await predictIn(late, origin, horizon, levels, options), past: nodes }
}

type Sampled = Pick<HierarchyForecast, 'aggregates' | 'bottom' | 'horizonQuantiles'>

/** Bucket by bucket: samples of all nodes, reconciled, and their quantiles. */
function sampled(
  hierarchy: reconcile.Hierarchy,
  forecast: QuantileForecast,
  { future, past }: Sums,
  { reconcile: project }: reconcile.Reconciler,
  { samples = SAMPLES, seed = 1 }: ReconcileOptions,
): Sampled {
  const nodes = hierarchy.aggregates + hierarchy.bottom
  const { horizon, levels } = forecast
  const template = reconcile.rankTemplate(errorsOf(past), nodes, samples, seed)
  const aggregates = emptyLike(forecast, hierarchy.names)
  const bottom = emptyLike(forecast, forecast.ids)
  const sums = new Float64Array(samples * hierarchy.aggregates)
  const floor = forecast.quantiles.every((q) => q >= 0) ? 0 : -Infinity
  for (let h = 0; h < horizon; h++) {
    const { means, margins } = marginsAt(future, forecast, h)
    const drawn = reconcile.samplesOf(template, margins, levels, floor)
    for (let s = 0; s < samples; s++) {
      const made = project(drawn.subarray(s * nodes, (s + 1) * nodes))
      drawn.set(made, s * nodes)
      for (let a = 0; a < hierarchy.aggregates; a++) sums[s * hierarchy.aggregates + a]! += made[a]!
    }
    const mean = project(means)
    writeBucket(aggregates, h, mean, drawn, 0, nodes)
    writeBucket(bottom, h, mean, drawn, hierarchy.aggregates, nodes)
  }
  const horizonQuantiles = sumQuantiles(sums, hierarchy.aggregates, samples, levels)
  return { aggregates, bottom, horizonQuantiles }
}

/** Means and quantiles of one bucket, of the sums and then of the bottom series. */
function marginsAt(sums: QuantileForecast, bottom: QuantileForecast, h: number) {
  const { horizon, levels } = bottom
  const nodes = sums.ids.length + bottom.ids.length
  const means = new Float64Array(nodes)
  const margins = new Float64Array(nodes * levels.length)
  for (let n = 0; n < nodes; n++) {
    const [of, i] = n < sums.ids.length ? [sums, n] : [bottom, n - sums.ids.length]
    const at = i * horizon + h
    means[n] = of.mean[at]!
    margins.set(
      of.quantiles.subarray(at * levels.length, (at + 1) * levels.length),
      n * levels.length,
    )
  }
  return { means, margins }
}

/** Writes one bucket of the nodes from `from` on: means as given, quantiles of their samples. */
function writeBucket(
  into: QuantileForecast,
  h: number,
  means: Float64Array,
  samples: Float64Array,
  from: number,
  nodes: number,
): void {
  const { horizon, levels } = into
  const column = new Float64Array(samples.length / nodes)
  for (let i = 0; i < into.ids.length; i++) {
    for (let s = 0; s < column.length; s++) column[s] = samples[s * nodes + from + i]!
    column.sort()
    const at = i * horizon + h
    into.mean[at] = means[from + i]!
    levels.forEach((level, l) => {
      into.quantiles[at * levels.length + l] = sortedQuantile(column, level)
    })
  }
}

function emptyLike(forecast: QuantileForecast, ids: readonly string[]): QuantileForecast {
  const { horizon, levels } = forecast
  const mean = new Float64Array(ids.length * horizon)
  return { ...forecast, ids, mean, quantiles: new Float64Array(mean.length * levels.length) }
}

function sumQuantiles(
  sums: Float64Array,
  aggregates: number,
  samples: number,
  levels: Float64Array,
): Float64Array {
  const out = new Float64Array(aggregates * levels.length)
  for (let a = 0; a < aggregates; a++) {
    const column = Float64Array.from(
      { length: samples },
      (_, s) => sums[s * aggregates + a]!,
    ).sort()
    levels.forEach((level, l) => {
      out[a * levels.length + l] = sortedQuantile(column, level)
    })
  }
  return out
}
