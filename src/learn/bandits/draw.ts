import { requireArgument, requireFinite } from '../../core/errors.ts'
import { createRandom, type Random } from '../../core/random/random.ts'
import type { Choice, Situation } from './types.ts'

/** Throws ERR_ARGUMENT or ERR_NOT_FINITE unless the situation has rows of `dimension` finite features. */
export function checkSituation({ actions, features }: Situation, dimension: number): void {
  requireArgument(actions.length >= 1, 'a situation without actions: offer at least one')
  requireArgument(
    features.length === actions.length * dimension,
    `${features.length} features of ${actions.length} actions, not ${dimension} of each`,
  )
  for (let i = 0; i < features.length; i++)
    requireFinite(features[i]!, `feature ${i} of the situation`)
  for (const action of actions) requireArgument(action >= 0, `action ${action}: number them from 0`)
}

/** Draws a row by its probability and says with which one. */
export function chooseBy(
  situation: Situation,
  probabilities: Float64Array,
  seed: string | number,
): Choice {
  const place = pick(probabilities, createRandom(seed).split('pick').next())
  return {
    place,
    action: situation.actions[place]!,
    propensity: probabilities[place]!,
    probabilities,
  }
}

/** The place at which the running sum of the weights passes `share` (in [0, 1)) of their total. */
export function pick(weights: Float64Array, share: number): number {
  let total = 0
  for (const weight of weights) total += weight
  let left = share * total
  let last = 0
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! <= 0) continue
    last = i
    left -= weights[i]!
    if (left < 0) return i
  }
  return last
}

/** (1 − floor) p + floor / n in place: no action is ever out of reach. */
export function withFloor(probabilities: Float64Array, floor: number): Float64Array {
  const n = probabilities.length
  for (let i = 0; i < n; i++) probabilities[i] = (1 - floor) * probabilities[i]! + floor / n
  return probabilities
}

/** 1 shared among the rows of the highest score (to a relative 1e-12). */
export function shareOfBest(scores: Float64Array): Float64Array {
  let best = -Infinity
  for (const score of scores) best = Math.max(best, score)
  const limit = best - 1e-12 * Math.max(1, Math.abs(best))
  const out = Float64Array.from(scores, (score) => (score >= limit ? 1 : 0))
  const ties = out.reduce((a, b) => a + b, 0)
  return out.map((v) => v / ties)
}

/**
 * How often each row is the best of scores drawn from N(means, F Fᵀ + diag(own²)), F = `factor`
 * (rows × rank), in `draws` draws: counts that sum to `draws`.
 */
export function countBest(
  means: Float64Array,
  factor: Float64Array,
  draws: number,
  random: Random,
  own?: Float64Array,
): Float64Array {
  const rows = means.length
  const rank = factor.length / rows
  const counts = new Float64Array(rows)
  const z = new Float64Array(rank)
  for (let draw = 0; draw < draws; draw++) {
    for (let k = 0; k < rank; k++) z[k] = random.normal()
    let best = 0
    let bestScore = -Infinity
    for (let i = 0; i < rows; i++) {
      let score = means[i]!
      for (let k = 0, at = i * rank; k < rank; k++, at++) score += factor[at]! * z[k]!
      if (own !== undefined) score += own[i]! * random.normal()
      if (score > bestScore) {
        bestScore = score
        best = i
      }
    }
    counts[best] = counts[best]! + 1
  }
  return counts
}

/**
 * A factor of the rows' joint covariance W Wᵀ with no more columns than rows: W itself where it is
 * narrow, else a Cholesky factor of the product (columns of rows that depend on others are zero).
 */
export function narrowFactor(whitened: Float64Array, rows: number): Float64Array {
  const width = whitened.length / rows
  if (width <= rows) return whitened
  const factor = new Float64Array(rows * rows)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = 0; k < width; k++) sum += whitened[i * width + k]! * whitened[j * width + k]!
      const whole = sum
      for (let k = 0; k < j; k++) sum -= factor[i * rows + k]! * factor[j * rows + k]!
      if (i === j) factor[i * rows + i] = sum > 1e-12 * whole ? Math.sqrt(sum) : 0
      else factor[i * rows + j] = factor[j * rows + j] === 0 ? 0 : sum / factor[j * rows + j]!
    }
  }
  return factor
}

/** (count + 1/n) / (draws + 1): the share of the draws, with one draw shared among all. */
export function sharesOfCounts(counts: Float64Array, draws: number): Float64Array {
  return counts.map((count) => (count + 1 / counts.length) / (draws + 1))
}
