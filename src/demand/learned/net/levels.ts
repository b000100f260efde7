/** Turns quantiles at trained levels into quantiles at others, and into a mean. */
export interface LevelReader {
  /** Quantiles of one bucket at the levels asked for, rising with them. */
  read(trained: Float64Array, at: number, into: Float64Array, to: number): void
}

/**
 * Straight lines between trained levels; beyond the outermost the line goes on in the logarithm of
 * the tail, as an exponential tail does: q(τ) = q_n + (q_n − q_{n−1}) · log((1 − τ_n) / (1 − τ)) /
 * log((1 − τ_{n−1}) / (1 − τ_n)).
 */
export function createLevelReader(
  trainedLevels: readonly number[],
  levels: Float64Array,
): LevelReader {
  const n = trainedLevels.length
  const parts = Array.from(levels, (level) => partOf(trainedLevels, level))
  return {
    read(trained, at, into, to) {
      parts.forEach(({ low, share }, k) => {
        const a = trained[at + low]!
        const b = trained[at + Math.min(n - 1, low + 1)]!
        into[to + k] = a + share * (b - a)
      })
    },
  }
}

/** Between which trained levels a level lies, and how far from the lower to the upper one. */
function partOf(trained: readonly number[], level: number): { low: number; share: number } {
  const n = trained.length
  if (n === 1) return { low: 0, share: 0 }
  if (level <= trained[0]!) {
    return { low: 0, share: -tailShare(trained[1]!, trained[0]!, level) }
  }
  if (level >= trained[n - 1]!) {
    const share = tailShare(1 - trained[n - 2]!, 1 - trained[n - 1]!, 1 - level)
    return { low: n - 2, share: 1 + share }
  }
  const high = trained.findIndex((t) => t >= level)
  const low = high - 1
  return { low, share: (level - trained[low]!) / (trained[high]! - trained[low]!) }
}

/** How far beyond the outermost level, in steps between the last two. */
function tailShare(inner: number, outer: number, tail: number): number {
  return Math.log(outer / tail) / Math.log(inner / outer)
}

/**
 * Weights of trained quantiles whose sum is the mean ∫ q(τ) dτ of the distribution that
 * `createLevelReader` reads: trapezoids between the levels, exponential tails beyond. Sum to 1.
 */
export function meanWeights(trained: readonly number[]): Float64Array {
  const n = trained.length
  const weights = new Float64Array(n)
  if (n === 1) return weights.fill(1)
  for (let l = 0; l + 1 < n; l++) {
    const half = (trained[l + 1]! - trained[l]!) / 2
    weights[l]! += half
    weights[l + 1]! += half
  }
  // ∫ over a tail of mass p of log(p / (1 − τ)) dτ is p.
  const lower = trained[0]!
  const lowerBend = lower / Math.log(trained[1]! / lower)
  weights[0]! += lower + lowerBend
  weights[1]! -= lowerBend
  const upper = 1 - trained[n - 1]!
  const upperBend = upper / Math.log((1 - trained[n - 2]!) / upper)
  weights[n - 1]! += upper + upperBend
  weights[n - 2]! -= upperBend
  return weights
}
