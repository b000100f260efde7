import type { nets } from '../../../learn/index.ts'
import { meanWeights } from './levels.ts'

/** Values further above the median than this many times the upper spread are cut. */
const LARGEST_EXCESS = 4
/** Bounds of what the upper spread adds to the mean. */
const LEAST_SHARE = -0.1
const MOST_SHARE = 0.3
/** Origins before the end of training, a horizon apart, at which means are compared. */
const ORIGINS = 3

/**
 * Weights of the trained quantiles that make up the mean: the integral over the levels, plus the
 * share of the upper spread (outermost level − median) that what sold in the last horizons of
 * training lay above it, all series together. Few quantiles do not show how heavy a tail is. Values
 * beyond four upper spreads are cut, so that one order does not steer all.
 */
export function learnMeanWeights(
  prepared: nets.PreparedSet,
  { horizon, levels }: nets.ForecastNetShape,
  predict: (step: number) => Float64Array,
): Float64Array {
  const weights = meanWeights(levels)
  const { set, options } = prepared
  const n = levels.length
  const middle = Math.floor((n - 1) / 2)
  let missed = 0
  let spread = 0
  for (let k = 1; k <= ORIGINS; k++) {
    const origin = options.trainEnd - k * horizon
    const raw = predict(origin)
    for (let i = 0; i < set.firstStep.length; i++) {
      const start = origin - set.firstStep[i]!
      const length = set.offsets[i + 1]! - set.offsets[i]!
      if (start < horizon || start + horizon > length) continue
      for (let h = 0; h < horizon; h++) {
        const y = set.values[set.offsets[i]! + start + h]!
        if (Number.isNaN(y)) continue
        const at = (i * horizon + h) * n
        const median = raw[at + middle]!
        const above = raw[at + n - 1]! - median
        let mean = 0
        for (let l = 0; l < n; l++) mean += weights[l]! * raw[at + l]!
        missed += Math.min(y, median + LARGEST_EXCESS * above) - mean
        spread += above
      }
    }
  }
  const share = spread > 0 ? Math.max(LEAST_SHARE, Math.min(MOST_SHARE, missed / spread)) : 0
  weights[n - 1]! += share
  weights[middle]! -= share
  return weights
}
