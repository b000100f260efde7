import { text } from '../../src/learn/index.ts'
import { clusterQueries } from '../../src/search/judged/door.ts'

/** Parts of queries of about equal size, in which clusters of queries that share words stay whole. */
export function clusterFolds(queries: readonly string[], parts: number): Int32Array {
  const clusters = clusterQueries(queries.map((query) => text.normalizedWords(query)))
  const members = new Map<number, number[]>()
  for (const [i, cluster] of clusters.entries()) {
    const own = members.get(cluster) ?? []
    own.push(i)
    members.set(cluster, own)
  }
  // The largest cluster first, each to the part that has the fewest queries.
  const sizes = new Int32Array(parts)
  const folds = new Int32Array(queries.length)
  for (const own of [...members.values()].sort((a, b) => b.length - a.length)) {
    const part = sizes.indexOf(Math.min(...sizes))
    sizes[part]! += own.length
    for (const i of own) folds[i] = part
  }
  return folds
}
