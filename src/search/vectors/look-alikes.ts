import type { SearchIndex } from '../index/types.ts'
import type { LearnedQuery } from './learn.ts'

/**
 * Queries with look-alikes to learn from: beside the negatives they have, the `count` products that
 * their words alone find first and that are not among their positives.
 */
export function withLookAlikes(
  index: SearchIndex,
  queries: readonly LearnedQuery[],
  count: number,
): LearnedQuery[] {
  return queries.map((query) => {
    const right = new Set(query.positives)
    const wrong = new Set(query.negatives)
    const most = count + right.size
    const { docs } = index.top(index.analyze(query.text), { count: most, prior: 0 })
    let added = 0
    for (const doc of docs) {
      const id = index.idOf(doc)
      if (id === undefined || right.has(id) || added === count) continue
      wrong.add(id)
      added++
    }
    return { ...query, negatives: [...wrong] }
  })
}
