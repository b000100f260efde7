import { requireArgument } from '../../core/errors.ts'
import { createRandom } from '../../core/random/random.ts'

/**
 * A fold for each query such that queries of one cluster share it and folds are about equal in
 * queries: clusters in a drawn order, the largest first, each to the smallest fold.
 */
export function foldsByCluster(
  clusters: ArrayLike<number>,
  folds: number,
  seed: string | number,
): Int32Array {
  requireArgument(Number.isInteger(folds) && folds >= 2, `${folds} folds`)
  const members = new Map<number, number[]>()
  for (let q = 0; q < clusters.length; q++) {
    const of = members.get(clusters[q]!) ?? []
    of.push(q)
    members.set(clusters[q]!, of)
  }
  const random = createRandom(seed)
  const drawn = [...members.values()].map((queries) => ({ queries, key: random.next() }))
  drawn.sort((a, b) => b.queries.length - a.queries.length || a.key - b.key)
  const sizes = new Int32Array(folds)
  const fold = new Int32Array(clusters.length)
  for (const { queries } of drawn) {
    const smallest = sizes.indexOf(Math.min(...sizes))
    for (const q of queries) fold[q] = smallest
    sizes[smallest]! += queries.length
  }
  return fold
}
