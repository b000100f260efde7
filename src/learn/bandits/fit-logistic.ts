import { requireArgument } from '../../core/errors.ts'
import { linearPosterior } from './posterior.ts'

/**
 * Coefficients of a logistic regression of rewards in [0, 1] on rows of `dimension` features, with the
 * prior N(0, 1/ridge) on each: `passes` Newton steps (iteratively reweighted least squares) from zero,
 * the first feature starting at the log odds of the mean reward where it is a constant one.
 */
export function fitLogistic(
  features: Float64Array,
  rewards: Float64Array,
  dimension: number,
  { ridge = 1, passes = 8 }: { readonly ridge?: number; readonly passes?: number } = {},
): Float64Array {
  requireArgument(
    features.length === rewards.length * dimension,
    `${features.length} features of ${rewards.length} rewards, not ${dimension} of each`,
  )
  let coefficients = new Float64Array(dimension)
  if (dimension > 0) coefficients[0] = startAt(features, rewards, dimension)
  for (let pass = 0; pass < passes; pass++) {
    const posterior = linearPosterior({
      dimension,
      ridge,
      halfLifeMs: Infinity,
      noise: 1,
      noiseWeight: Infinity,
    })
    rewards.forEach((reward, i) => {
      const x = features.subarray(i * dimension, (i + 1) * dimension)
      const score = Math.max(-12, Math.min(12, logit(x, coefficients)))
      const p = 1 / (1 + Math.exp(-score))
      const weight = p * (1 - p)
      posterior.observe(x, score + (reward - p) / weight, weight, 0)
    })
    coefficients = posterior.mean().slice()
  }
  return coefficients
}

/** Chance that a row earns a reward: sigmoid(x · coefficients). */
export function logisticChance(x: Float64Array, coefficients: Float64Array): number {
  return 1 / (1 + Math.exp(-logit(x, coefficients)))
}

function logit(x: Float64Array, coefficients: Float64Array): number {
  let sum = 0
  for (let k = 0; k < x.length; k++) sum += x[k]! * coefficients[k]!
  return sum
}

function startAt(features: Float64Array, rewards: Float64Array, dimension: number): number {
  if (!rewards.every((_, i) => features[i * dimension] === 1)) return 0
  const sum = rewards.reduce((a, b) => a + b, 0)
  return Math.log((sum + 0.5) / (rewards.length - sum + 0.5))
}
