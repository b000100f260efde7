import { ndcgAt } from '../evaluate/metrics.ts'
import { groupStarts } from './table.ts'

/**
 * nDCG of each query under scores, equal scores in row order (rows of a query stand by document id);
 * NaN where no document has a gain. `best` gives grades of relevant documents that are not among the rows.
 */
export function queryNdcg(
  scores: ArrayLike<number>,
  rows: { readonly groups: Int32Array; readonly grades: Float64Array },
  at: number,
  unseen?: readonly (readonly number[])[],
): Float64Array {
  const starts = groupStarts(rows.groups)
  return Float64Array.from(rows.groups, (size, g) => {
    const from = starts[g]!
    const order = Array.from({ length: size }, (_, i) => from + i)
    order.sort((a, b) => scores[b]! - scores[a]! || a - b)
    const judged = [...rows.grades.subarray(from, from + size), ...(unseen?.[g] ?? [])]
    return ndcgAt({ grades: order.map((row) => rows.grades[row]!), judged }, at)
  })
}
