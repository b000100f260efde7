import { requireArgument } from '../../core/errors.ts'
import type { Random } from '../../core/random/random.ts'

/** Draws indices 0 … n−1 with fixed probabilities, in constant time. */
export interface Alias {
  sample(random: Random): number
}

/**
 * Walker's alias table (Vose 1991) of weights ≥ 0, at least one above 0: index i comes with
 * probability w_i / Σw. Throws ERR_ARGUMENT on other weights.
 */
export function createAlias(weights: ArrayLike<number>): Alias {
  const n = weights.length
  let sum = 0
  for (let i = 0; i < n; i++) {
    requireArgument(weights[i]! >= 0 && weights[i]! < Infinity, `weight ${i} is ${weights[i]}`)
    sum += weights[i]!
  }
  requireArgument(sum > 0, 'an alias table needs a weight above 0')
  const keep = Float64Array.from(weights, (weight) => (weight * n) / sum)
  const other = Int32Array.from(keep, (_, i) => i)
  const small: number[] = []
  const large: number[] = []
  for (let i = 0; i < n; i++) (keep[i]! < 1 ? small : large).push(i)
  while (small.length > 0 && large.length > 0) {
    const less = small.pop()!
    const more = large.pop()!
    other[less] = more
    keep[more] = keep[more]! + keep[less]! - 1
    ;(keep[more]! < 1 ? small : large).push(more)
  }
  // What is left over is 1 but for rounding; a weight of 0 must never be drawn.
  for (const i of [...small, ...large]) keep[i] = weights[i]! > 0 ? 1 : 0
  return {
    sample(random) {
      const u = random.next() * n
      const i = Math.floor(u)
      return u - i < keep[i]! ? i : other[i]!
    },
  }
}
