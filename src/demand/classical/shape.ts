import { normalQuantile } from '../../core/distributions/normal.ts'
import { selectRanks } from '../../core/order-statistics.ts'
import { sortedQuantile } from '../../core/quantiles.ts'
import { growable } from '../scratch.ts'
import type { SeriesForecast } from './series-model.ts'

const sorted = growable()

/**
 * Writes z(τ), the quantiles of residuals divided by their standard deviation `sd`: the residuals'
 * own quantiles, shrunk towards the normal's while they are few: (n·e(τ)/sd + k·Φ⁻¹(τ)) / (n + k).
 */
export function residualShape(
  residuals: Float64Array,
  count: number,
  sd: number,
  prior: number,
  levels: Float64Array,
  z: Float64Array,
): void {
  const weight = sd > 0 && count > 0 ? count / (count + prior) : 0
  const own = sorted(count).subarray(0, count)
  if (weight > 0) {
    own.set(residuals.subarray(0, count))
    selectRanks(own, ranksAround(levels, count))
  }
  for (let l = 0; l < levels.length; l++) {
    const normal = normalQuantile(levels[l]!)
    const empirical = weight > 0 ? sortedQuantile(own, levels[l]!) / sd : 0
    z[l] = weight * empirical + (1 - weight) * normal
  }
}

/** Places of the sorted numbers on both sides of each level, as sortedQuantile reads them. */
function ranksAround(levels: Float64Array, count: number): Int32Array {
  const ranks = new Int32Array(2 * levels.length)
  for (let l = 0; l < levels.length; l++) {
    const below = Math.floor(levels[l]! * (count - 1))
    ranks[2 * l] = below
    ranks[2 * l + 1] = Math.min(below + 1, count - 1)
  }
  return ranks.sort()
}

/** quantiles = mean + sd(h)·z(τ) for every slot of the forecast. */
export function spread(into: SeriesForecast, sd: Float64Array, z: Float64Array): void {
  const { horizon, levels, mean, quantiles } = into
  for (let h = 0; h < horizon; h++) {
    for (let l = 0; l < levels.length; l++) {
      quantiles[h * levels.length + l] = mean[h]! + sd[h]! * z[l]!
    }
  }
}

/**
 * Quantile of a weighted sample sorted by value: linear between the middles of the weight steps,
 * so that equal weights give the Hazen plotting position (k − ½)/n. `total` = Σ weights; `levels` rise.
 */
export function weightedQuantiles(
  values: Float64Array,
  weights: Float64Array,
  count: number,
  total: number,
  levels: ArrayLike<number>,
  levelCount: number,
  into: Float64Array,
  at: number,
): void {
  let k = 0
  let below = 0
  for (let l = 0; l < levelCount; l++) {
    const target = levels[l]! * total
    while (k < count - 1 && below + 0.5 * weights[k]! < target) {
      below += weights[k]!
      k++
    }
    const middle = below + 0.5 * weights[k]!
    into[at + l] = values[k]!
    if (k === 0 || middle <= target) continue
    const previous = below - 0.5 * weights[k - 1]!
    const share = middle > previous ? (target - previous) / (middle - previous) : 1
    into[at + l] = values[k - 1]! + share * (values[k]! - values[k - 1]!)
  }
}
