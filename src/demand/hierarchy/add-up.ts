import type { QuantileForecast } from '../../core/panel.ts'
import { reconcile } from '../../learn/index.ts'
import { movedBottom, movedPaths } from './apply-mint.ts'
import type { NodeErrors } from './errors.ts'
import { writeQuantiles } from './path-quantiles.ts'
import { drawSums, type PathOptions } from './sum-paths.ts'

/** Forecasts that are to agree, and the past that says how. */
export interface AddUpInput {
  readonly bottom: QuantileForecast
  /** The aggregates on their own, and the projection of MinT; without, sums are plain sums. */
  readonly mint?: { readonly own: QuantileForecast; readonly project: reconcile.Reconciler }
  /** For the order of the sample paths. */
  readonly errors: NodeErrors
  /** series × horizon: 0 = not forecast, in no sum. */
  readonly counted?: Uint8Array
}

/** Forecasts that agree, and sample paths of the sums: aggregates × horizon × samples. */
export interface AddedUp {
  readonly bottom: QuantileForecast
  readonly aggregates: QuantileForecast
  readonly paths: Float64Array
}

/** Adds means and sample paths of the bottom series up; under MinT both move first. */
export function addUp(
  hierarchy: reconcile.Hierarchy,
  { bottom: said, mint, errors, counted }: AddUpInput,
  options: PathOptions,
): AddedUp {
  const drawn = drawSums(hierarchy, said, mint?.own, errors, options)
  const bottom = mint ? movedBottom(hierarchy, said, mint.own, mint.project, counted) : said
  const paths = mint ? movedPaths(hierarchy, drawn, mint.project, said.horizon) : drawn.sums
  const aggregates = sumsOf(hierarchy, bottom)
  centre(paths, aggregates, options.samples, floorOf(said))
  writeQuantiles(aggregates, paths, options.samples)
  return { bottom, aggregates, paths }
}

/** What no sum is below: zero where none of the series' quantiles is. */
export function floorOf({ quantiles }: QuantileForecast): number {
  return quantiles.every((q) => q >= 0) ? 0 : -Infinity
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

/** What sums of thousands of numbers are off by, of their size. */
const ROUNDING = 1e-9

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
    // A sum that is off by rounding alone keeps its zeros: above them no day without sales would be inside.
    if (Math.abs(missing) <= ROUNDING * Math.abs(mean[at]!)) continue
    for (let s = 0; s < samples; s++) own[s] = Math.max(floor, own[s]! + missing)
  }
}
