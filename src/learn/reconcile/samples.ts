import { requireArgument } from '../../core/errors.ts'
import { interpolateQuantile } from '../../core/quantiles.ts'
import { createRandom } from '../../core/random/random.ts'

/** Which sample of a node is large when which of another is: ranks, samples × nodes. */
export interface RankTemplate {
  readonly samples: number
  /** Row-major samples × nodes; each column holds 0 … samples − 1, each once. */
  readonly ranks: Int32Array
}

/**
 * Ranks of past errors (nodes × T, row-major; NaN = missing, placed at random), T of them drawn with
 * the same draw for all nodes, so that what went together in the past goes together again: the
 * Schaake shuffle (Clark et al. 2004). Ties, as of zeros, are broken at random. The same seed gives
 * the same ranks.
 */
export function rankTemplate(
  errors: Float64Array,
  nodes: number,
  samples: number,
  seed: string | number,
): RankTemplate {
  const points = errors.length / nodes
  requireArgument(
    nodes > 0 && points >= 1 && samples >= 1,
    `rankTemplate: ${errors.length} errors of ${nodes} nodes`,
  )
  const random = createRandom(seed)
  const drawn = drawPoints(points, samples, random)
  const ranks = new Int32Array(samples * nodes)
  const noise = new Float64Array(samples)
  const order = Array.from({ length: samples }, (_, s) => s)
  const keys = new Float64Array(samples)
  for (let i = 0; i < nodes; i++) {
    for (let s = 0; s < samples; s++) {
      const error = errors[i * points + drawn[s]!]!
      noise[s] = random.next()
      keys[s] = Number.isFinite(error) ? error : 0
    }
    order.sort((a, b) => keys[a]! - keys[b]! || noise[a]! - noise[b]!)
    order.forEach((s, rank) => {
      ranks[s * nodes + i] = rank
    })
  }
  return { samples, ranks }
}

/** Points of the past for each sample: every one as often, in a random order. */
function drawPoints(
  points: number,
  samples: number,
  random: { int(bound: number): number },
): Int32Array {
  const drawn = Int32Array.from({ length: samples }, (_, s) => s % points)
  for (let s = samples - 1; s > 0; s--) {
    const other = random.int(s + 1)
    const kept = drawn[s]!
    drawn[s] = drawn[other]!
    drawn[other] = kept
  }
  return drawn
}

/**
 * Samples of all nodes at one time (samples × nodes) whose margins are the given quantiles (nodes ×
 * levels) and whose order is that of the template: sample s of a node is its quantile at
 * (rank + ½) / samples. `floor` cuts the lower tail.
 */
export function samplesOf(
  template: RankTemplate,
  quantiles: Float64Array,
  levels: ArrayLike<number>,
  floor = -Infinity,
): Float64Array {
  const { samples, ranks } = template
  const nodes = ranks.length / samples
  const out = new Float64Array(samples * nodes)
  for (let i = 0; i < nodes; i++) {
    for (let s = 0; s < samples; s++) {
      const u = (ranks[s * nodes + i]! + 0.5) / samples
      out[s * nodes + i] = interpolateQuantile(quantiles, i * levels.length, levels, u, floor)
    }
  }
  return out
}
