import type { Bench } from './group-work.ts'
import type { Labels } from './objectives.ts'
import { quantileOf, weightedQuantile } from './select.ts'
import type { LeafRange } from './tree.ts'

/**
 * Leaf values that minimize the pinball loss: the quantile of target − score over the leaf's rows,
 * for each of the outputs `own`. Returns leaves × own.length.
 */
export function renewLeaves(
  { layout, ints }: Bench,
  { target, weights }: Labels,
  scores: Float64Array,
  leaves: readonly LeafRange[],
  levels: readonly number[],
  own: readonly number[],
): Float64Array {
  const values = new Float64Array(leaves.length * own.length)
  const most = leaves.reduce((a, leaf) => Math.max(a, leaf.count), 0)
  const rests = new Float64Array(most)
  const shares = weights === undefined ? undefined : new Float64Array(most)
  leaves.forEach(({ begin, count }, l) => {
    own.forEach((output, k) => {
      for (let i = 0; i < count; i++) {
        const row = ints[layout.indexAt / 4 + begin + i]!
        rests[i] = target[row]! - scores[row * layout.outputs + output]!
        if (shares !== undefined) shares[i] = weights![row]!
      }
      const level = levels[output]!
      values[l * own.length + k] =
        shares === undefined
          ? quantileOf(rests, count, level)
          : weightedQuantile(rests, shares, count, level)
    })
  })
  return values
}
