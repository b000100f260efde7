import type { QuantileForecast } from '../../core/panel.ts'
import { reconcile } from '../../learn/index.ts'
import type { SumPaths } from './sum-paths.ts'

/** The bottom series as MinT moves them; none below zero that was not, none that is surely zero. */
export function movedBottom(
  hierarchy: reconcile.Hierarchy,
  forecast: QuantileForecast,
  own: QuantileForecast,
  { reconcile: project }: reconcile.Reconciler,
  counted: Uint8Array | undefined,
): QuantileForecast {
  const { horizon, levels } = forecast
  const { aggregates } = hierarchy
  const mean = forecast.mean.slice()
  const quantiles = forecast.quantiles.slice()
  for (let h = 0; h < horizon; h++) {
    const base = new Float64Array(aggregates + hierarchy.bottom)
    for (let a = 0; a < aggregates; a++) base[a] = own.mean[a * horizon + h]!
    for (let i = 0; i < hierarchy.bottom; i++) base[aggregates + i] = mean[i * horizon + h]!
    const made = settled(hierarchy, base, project(base))
    for (let i = 0; i < hierarchy.bottom; i++) {
      const at = i * horizon + h
      if (mean[at] === 0 || counted?.[at] === 0) continue
      const to = made[aggregates + i]!
      moveQuantiles(quantiles.subarray(at * levels.length, (at + 1) * levels.length), mean[at]!, to)
      mean[at] = to
    }
  }
  return { ...forecast, mean, quantiles }
}

/**
 * Reconciled values of all nodes as they are used: no bottom value below zero that was not, none other
 * than zero that was zero (closed, or surely nothing), and the sums of these.
 */
export function settled(
  hierarchy: reconcile.Hierarchy,
  base: Float64Array,
  made: Float64Array,
): Float64Array {
  const { aggregates } = hierarchy
  const bottom = base.slice(aggregates)
  for (let i = 0; i < bottom.length; i++) {
    if (bottom[i] === 0) continue
    bottom[i] = Math.max(Math.min(0, bottom[i]!), made[aggregates + i]!)
  }
  return reconcile.aggregate(hierarchy, bottom)
}

function moveQuantiles(quantiles: Float64Array, from: number, to: number): void {
  const isPositive = quantiles[0]! >= 0 && from > 0
  for (let l = 0; l < quantiles.length; l++) {
    if (isPositive) quantiles[l]! *= to / from
    else quantiles[l]! += to - from
  }
}

/**
 * Paths of the aggregates under MinT: what the members add up to, and of the gap between the
 * aggregates' own paths and that as much as the projection takes (a linear map of gaps).
 */
export function movedPaths(
  hierarchy: reconcile.Hierarchy,
  { samples, sums, own }: SumPaths,
  { reconcile: project }: reconcile.Reconciler,
  horizon: number,
): Float64Array {
  const n = hierarchy.aggregates
  const taken = Array.from({ length: n }, (_, b) => {
    const unit = new Float64Array(n + hierarchy.bottom)
    unit[b] = 1
    return project(unit).subarray(0, n)
  })
  const size = horizon * samples
  const paths = sums.slice()
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      const weight = taken[b]![a]!
      if (weight === 0) continue
      for (let k = 0; k < size; k++) {
        paths[a * size + k]! += weight * (own![b * size + k]! - sums[b * size + k]!)
      }
    }
  }
  return paths
}
