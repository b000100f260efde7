/**
 * Clusters of queries that say nearly the same: two are joined when they share at least `share` of
 * the words of either (words of both over words of one or the other, each by its rareness among
 * queries), and so on along chains. Returns the number of a query's cluster; queries without words
 * stand alone.
 */
export function clusterQueries(words: readonly (readonly string[])[], share = 0.5): Int32Array {
  const sets = words.map((list) => [...new Set(list)])
  const weightOf = rareness(sets)
  const totals = sets.map((list) => list.reduce((sum, word) => sum + weightOf(word), 0))
  const holders = new Map<string, number[]>()
  const joined = Int32Array.from(sets, (_, q) => q)
  sets.forEach((list, q) => {
    const common = new Map<number, number>()
    for (const word of list) {
      const before = holders.get(word) ?? []
      for (const other of before) common.set(other, (common.get(other) ?? 0) + weightOf(word))
      before.push(q)
      holders.set(word, before)
    }
    for (const [other, weight] of common) {
      const either = totals[q]! + totals[other]! - weight
      if (weight >= share * either - 1e-9) join(joined, q, other)
    }
  })
  return joined.map((_, q) => rootOf(joined, q))
}

/** log(1 + n / queries with the word). */
function rareness(sets: readonly (readonly string[])[]): (word: string) => number {
  const counts = new Map<string, number>()
  for (const list of sets) for (const word of list) counts.set(word, (counts.get(word) ?? 0) + 1)
  return (word) => Math.log(1 + sets.length / counts.get(word)!)
}

function rootOf(joined: Int32Array, q: number): number {
  let root = q
  while (joined[root] !== root) root = joined[root]!
  for (let at = q; at !== root; ) {
    const next = joined[at]!
    joined[at] = root
    at = next
  }
  return root
}

function join(joined: Int32Array, a: number, b: number): void {
  const [low, high] = [rootOf(joined, a), rootOf(joined, b)].sort((x, y) => x - y) as [
    number,
    number,
  ]
  joined[high] = low
}
