import type { AnalyzedQuery } from '../query/query.ts'
import { type JudgedQuery, wordsOf } from './judged-query.ts'

/** Which judged queries are not to be remembered: those of a cluster, or one query alone. */
export type Forgotten =
  | { readonly kind: 'cluster'; readonly cluster: number }
  | { readonly kind: 'query'; readonly text: string }
  | { readonly kind: 'none' }

/** A judged query like the one asked. */
export interface Recalled {
  /** Number of the judged query. */
  readonly number: number
  /** Cosine of their words, each by its rareness among judged queries, in (0, 1]. */
  readonly similarity: number
}

/** What judged queries say of documents for another query. */
export interface JudgedMemory {
  readonly judged: readonly JudgedQuery[]
  /** Largest grade of all. */
  readonly highest: number
  /** Mean grade over the highest. */
  readonly mean: number
  /** Judged queries that share words, likest first, without those forgotten. */
  recall(query: AnalyzedQuery, forgotten: Forgotten): readonly Recalled[]
  /** Times a document was judged and the sum of its grades over the highest, without those forgotten. */
  tally(doc: number, forgotten: Forgotten): { readonly count: number; readonly sum: number }
}

const MOST_RECALLED = 60
/** Words of more queries than this say too little to look all of them up. */
const MOST_HOLDERS = 3000

/** Remembers judged queries. */
export function createJudgedMemory(judged: readonly JudgedQuery[]): JudgedMemory {
  const words = judged.map(({ query }) => [...new Set(wordsOf(query))])
  const holders = new Map<string, number[]>()
  words.forEach((list, q) => {
    for (const word of list) {
      const own = holders.get(word)
      if (own === undefined) holders.set(word, [q])
      else own.push(q)
    }
  })
  const weightOf = (word: string) =>
    Math.log(1 + judged.length / (holders.get(word)?.length ?? 0.5))
  const normOf = (list: readonly string[]) => Math.hypot(...list.map(weightOf))
  const norms = words.map(normOf)
  const tallies = tallyJudged(judged)
  return {
    judged,
    highest: tallies.highest,
    mean: tallies.mean,
    recall(query, forgotten) {
      const own = [...new Set(wordsOf(query))]
      const norm = normOf(own)
      const products = new Map<number, number>()
      for (const word of own) {
        const list = holders.get(word) ?? []
        if (list.length > MOST_HOLDERS) continue
        for (const q of list) products.set(q, (products.get(q) ?? 0) + weightOf(word) ** 2)
      }
      return [...products]
        .filter(([q]) => !isForgotten(judged[q]!, forgotten))
        .map(([number, product]) => ({ number, similarity: product / (norm * norms[number]!) }))
        .sort((a, b) => b.similarity - a.similarity || a.number - b.number)
        .slice(0, MOST_RECALLED)
    },
    tally: tallies.tally,
  }
}

function isForgotten({ cluster, query }: JudgedQuery, forgotten: Forgotten): boolean {
  if (forgotten.kind === 'cluster') return cluster === forgotten.cluster
  return forgotten.kind === 'query' && query.text === forgotten.text
}

interface Tally {
  count: number
  sum: number
}

/** Sums by document, over all queries and by cluster and by query, so that some can be taken away. */
function tallyJudged(judged: readonly JudgedQuery[]) {
  const highest = judged.reduce((most, { grades }) => Math.max(most, ...grades), 0) || 1
  const all = new Map<number, Tally>()
  const byCluster = new Map<string, Tally>()
  const byQuery = new Map<string, Tally>()
  const total: Tally = { count: 0, sum: 0 }
  for (const { docs, grades, cluster, query } of judged) {
    docs.forEach((doc, i) => {
      const share = grades[i]! / highest
      add(all, doc, share)
      add(byCluster, `${cluster} ${doc}`, share)
      add(byQuery, `${query.text} ${doc}`, share)
      total.count++
      total.sum += share
    })
  }
  const tally = (doc: number, forgotten: Forgotten) => {
    const { count = 0, sum = 0 } = all.get(doc) ?? {}
    const without =
      forgotten.kind === 'cluster'
        ? byCluster.get(`${forgotten.cluster} ${doc}`)
        : forgotten.kind === 'query'
          ? byQuery.get(`${forgotten.text} ${doc}`)
          : undefined
    return { count: count - (without?.count ?? 0), sum: sum - (without?.sum ?? 0) }
  }
  return { highest, mean: total.sum / Math.max(1, total.count), tally }
}

function add<Key>(tallies: Map<Key, Tally>, key: Key, share: number): void {
  const of = tallies.get(key) ?? { count: 0, sum: 0 }
  of.count++
  of.sum += share
  tallies.set(key, of)
}
