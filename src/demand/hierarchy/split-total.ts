import type { Panel, QuantileForecast } from '../../core/panel.ts'
import { reconcile } from '../../learn/index.ts'
import { classicalForecaster } from '../classical/classical-forecaster.ts'
import { predictIn } from '../combine/judged.ts'
import type { FitParameters } from '../forecaster.ts'
import {
  judgeSplit,
  type SplitMethod,
  type SplitWindow,
  shareOut,
  usualShares,
} from './judge-split.ts'
import { quantilesOfSpan, writeQuantiles } from './path-quantiles.ts'
import { drawSums } from './sum-paths.ts'

/** The total that is split: means by bucket, and sample paths (horizon × samples). */
export interface SplitTotal {
  readonly origin: number
  readonly levels: Float64Array
  readonly mean: Float64Array
  readonly paths: Float64Array
}

export interface SplitOptions extends FitParameters {
  /** Windows of the past on which the methods are compared. Default none: usual shares. */
  readonly past?: readonly SplitWindow[]
  /** Buckets that `spanQuantiles` adds up. Default: the whole horizon. */
  readonly span?: number
}

/** Forecasts of parts that add up to a total. */
export interface SplitForecast {
  readonly parts: QuantileForecast
  /** parts × levels, of the sums over the first `span` buckets. */
  readonly spanQuantiles: Float64Array
  readonly method: SplitMethod
  /** Σ |error| / Σ |actual| of each part on the past; NaN where nothing was judged. */
  readonly wape: Float64Array
  /** Σ error / Σ |actual|. */
  readonly bias: Float64Array
}

/**
 * Splits the forecast of a total among parts that are not sums of the series it is made of: places,
 * where products are forecast for all places together. Each part is forecast on its own and scaled
 * with the others to the total, or given its usual share of it, whichever was less off in the past.
 * Sample paths of the parts, drawn as those of sums are, are scaled to the path of the total: parts add
 * up path by path, and means exactly. Throws ERR_PANEL where the parts cannot be forecast.
 */
export async function splitTotal(
  parts: Panel,
  total: SplitTotal,
  options: SplitOptions = {},
): Promise<SplitForecast> {
  const { origin, levels, mean } = total
  const horizon = mean.length
  const samples = total.paths.length / horizon
  const { past = [], span = horizon, seed = 1, ...parameters } = options
  const run = { ...parameters, seed }
  const hierarchy = reconcile.hierarchyOf(parts.ids.length, [
    { name: 'part', codes: Int32Array.from(parts.ids.keys()), groups: parts.ids },
  ])
  const judged = await judgeSplit(parts, hierarchy, past, origin, run)
  const fitted = await classicalForecaster().fit(parts, { ...run, horizon, trainEnd: origin })
  const own = await predictIn(fitted, origin, horizon, levels, run)
  const shares = usualShares(parts, origin)
  const base = scaledTo(own, shareOut(own.mean, mean, judged.method, shares))
  const drawn = drawSums(hierarchy, base, undefined, judged.errors, { samples, seed })
  const paths = pathsOfParts(drawn.sums, total.paths, shares)
  writeQuantiles(base, paths, samples)
  const spanQuantiles = quantilesOfSpan(base, paths, samples, Math.min(span, horizon))
  const { method, wape, bias } = judged
  return { parts: base, spanQuantiles, method, wape, bias }
}

/** The forecast with other means; quantiles in proportion. */
function scaledTo(forecast: QuantileForecast, mean: Float64Array): QuantileForecast {
  const size = forecast.levels.length
  const quantiles = forecast.quantiles.map((q, k) => {
    const at = Math.floor(k / size)
    return forecast.mean[at]! > 0 ? (q * mean[at]!) / forecast.mean[at]! : 0
  })
  return { ...forecast, mean, quantiles }
}

/**
 * Paths of the parts (parts × horizon × samples), scaled so that they add up to those of the total;
 * by the usual shares where none of them sells. `sums` holds their total first.
 */
function pathsOfParts(sums: Float64Array, total: Float64Array, shares: Float64Array): Float64Array {
  const size = total.length
  const paths = sums.slice(size)
  for (let p = 0; p < shares.length; p++) {
    for (let k = 0; k < size; k++) {
      const scale = sums[k]! > 0 ? paths[p * size + k]! / sums[k]! : shares[p]!
      paths[p * size + k] = scale * total[k]!
    }
  }
  return paths
}
