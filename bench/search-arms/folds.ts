import { text } from '../../src/learn/index.ts'

/**
 * Parts of queries of about equal size in which clusters stay whole: two queries are of one cluster
 * when they share half their words (words of both over words of either), and so on along chains. Rare
 * words count like others here, so that clusters are larger than those that the judged pipeline makes.
 */
export function clusterFolds(queries: readonly string[], parts: number): Int32Array {
  const words = queries.map((query) => [...new Set(text.normalizedWords(query))])
  const parent = Int32Array.from(queries, (_, i) => i)
  const rootOf = (i: number): number => {
    let root = i
    while (parent[root] !== root) root = parent[root]!
    parent[i] = root
    return root
  }
  const having = new Map<string, number[]>()
  for (const [i, own] of words.entries()) {
    const shared = new Map<number, number>()
    for (const word of own) {
      const others = having.get(word) ?? []
      for (const other of others) shared.set(other, (shared.get(other) ?? 0) + 1)
      others.push(i)
      having.set(word, others)
    }
    for (const [other, count] of shared) {
      const either = own.length + words[other]!.length - count
      if (count / either >= 0.5) parent[rootOf(i)] = rootOf(other)
    }
  }
  return dealOut(
    Array.from(queries, (_, i) => rootOf(i)),
    parts,
  )
}

/** The largest cluster first, each to the part that has the fewest queries. */
function dealOut(clusters: readonly number[], parts: number): Int32Array {
  const members = new Map<number, number[]>()
  for (const [i, cluster] of clusters.entries()) {
    const own = members.get(cluster) ?? []
    own.push(i)
    members.set(cluster, own)
  }
  const sizes = new Int32Array(parts)
  const folds = new Int32Array(clusters.length)
  for (const own of [...members.values()].sort((a, b) => b.length - a.length)) {
    const part = sizes.indexOf(Math.min(...sizes))
    sizes[part]! += own.length
    for (const i of own) folds[i] = part
  }
  return folds
}
