import { requireArgument } from '../../../core/errors.ts'

/**
 * Weights of rows: π(a|x) / π₀(a|x). Throws ERR_ARGUMENT on a logged propensity that is not in (0, 1]
 * or a target probability outside [0, 1], naming the row.
 */
export function importanceWeights(target: Float64Array, logged: Float64Array): Float64Array {
  requireArgument(
    target.length === logged.length,
    `${target.length} target probabilities of ${logged.length} logged propensities`,
  )
  return logged.map((propensity, i) => {
    const probability = target[i]!
    requireArgument(
      propensity > 0 && propensity <= 1 + 1e-9,
      `propensity of row ${i} is ${propensity}: what was chosen had a probability in (0, 1]`,
    )
    requireArgument(
      probability >= 0 && probability <= 1 + 1e-9,
      `target probability of row ${i} is ${probability}: it lies in [0, 1]`,
    )
    return probability / propensity
  })
}

/**
 * How a position's reward depends on what stands at the others: on nothing but its own item
 * ('independent', item-position), on those above it too ('cascade'), or on the whole slate.
 */
export type SlateDependence = 'independent' | 'cascade' | 'whole'

/**
 * Weights of the positions of slates from the weights of their items by position. Rows of a slate
 * stand together, first position first; slate s has rows offsets[s] … offsets[s + 1] − 1.
 * independent: w_l; cascade: Π_{j ≤ l} w_j; whole: Π_j w_j. Sources: Swaminathan et al. 2017 (IIPS),
 * McInerney et al. 2020 (RIPS); the same three are in the Open Bandit Pipeline.
 */
export function slateWeights(
  itemWeights: Float64Array,
  offsets: Int32Array,
  dependence: SlateDependence,
): Float64Array {
  const out = itemWeights.slice()
  if (dependence === 'independent') return out
  for (let s = 0; s + 1 < offsets.length; s++) {
    const [from, to] = [offsets[s]!, offsets[s + 1]!]
    for (let i = from + 1; i < to; i++) out[i] = out[i]! * out[i - 1]!
    if (dependence === 'whole' && to > from) out.fill(out[to - 1]!, from, to)
  }
  return out
}

/** Rows of each cluster as `clusters` wants them, from the offsets of slates. */
export function clustersOf(offsets: Int32Array): Int32Array {
  const out = new Int32Array(offsets.at(-1) ?? 0)
  for (let s = 0; s + 1 < offsets.length; s++) out.fill(s, offsets[s]!, offsets[s + 1]!)
  return out
}

/** (Σ w)² / Σ w²: how many rows of weight 1 would be as sure (Kong 1992); 0 where all weights are. */
export function effectiveSamples(weights: Float64Array): number {
  let sum = 0
  let squares = 0
  for (const w of weights) {
    sum += w
    squares += w * w
  }
  return squares === 0 ? 0 : (sum * sum) / squares
}
