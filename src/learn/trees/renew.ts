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
  const width = own.length
  const values = new Float64Array(leaves.length * width)
  const most = leaves.reduce((a, leaf) => Math.max(a, leaf.count), 0)
  const index = ints.subarray(layout.indexAt / 4)
  const rests = own.map(() => new Float64Array(most))
  const shares = new Float64Array(weights === undefined ? 0 : most)
  const moved = new Float64Array(shares.length)
  leaves.forEach(({ begin, count }, l) => {
    for (let i = 0; i < count; i++) {
      const row = index[begin + i]!
      const y = target[row]!
      for (let k = 0; k < width; k++) rests[k]![i] = y - scores[row * layout.outputs + own[k]!]!
      if (weights !== undefined) shares[i] = weights[row]!
    }
    for (let k = 0; k < width; k++) {
      const level = levels[own[k]!]!
      if (weights !== undefined) moved.set(shares.subarray(0, count))
      values[l * width + k] =
        weights === undefined
          ? quantileOf(rests[k]!, count, level)
          : weightedQuantile(rests[k]!, moved, count, level)
    }
  })
  return values
}
