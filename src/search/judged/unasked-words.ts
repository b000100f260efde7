import type { SearchIndex } from '../index/types.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import type { RankFeature } from '../ranker/feature.ts'
import { titleWords } from '../ranker/title-words.ts'
import type { Forgotten } from './judged-memory.ts'
import { type JudgedQuery, wordsOf } from './judged-query.ts'

/** Documents of the usual share of right ones that a word is taken for before its own count. */
const PRIOR = 20

interface Tally {
  right: number
  count: number
}

/**
 * What words of a title that nobody asked for say: a "sleeve" or a "lock" beside "laptop", the "making
 * of" beside a film. For each word how much more often than usual for its query a document with it,
 * unasked, was right, pulled to nothing. The labels of a query that is
 * learned from are kept out of its own features.
 */
export function unaskedWordsFeature(
  index: SearchIndex,
  judged: readonly JudgedQuery[],
  forgottenOf: (query: AnalyzedQuery) => Forgotten,
): RankFeature {
  const { all, byGroup } = countUnasked(index, judged)
  const worthOf = (word: string, forgotten: Forgotten) => {
    const { right = 0, count = 0 } = all.get(word) ?? {}
    const less = byGroup.get(groupKey(forgotten, word))
    return (right - (less?.right ?? 0)) / (count - (less?.count ?? 0) + PRIOR)
  }
  return {
    name: 'unasked',
    about: 'what words of the title that the query does not have say, by what was right before',
    columns: () => ['unasked:sum', 'unasked:worst', 'unasked:best'],
    directions: () => [1, 1, 1],
    compute({ query, union }, out, stride) {
      const forgotten = forgottenOf(query)
      const asked = new Set(wordsOf(query))
      const worths = new Map<string, number>()
      union.docs.forEach((doc, i) => {
        let [sum, worst, best] = [0, 0, 0]
        for (const term of new Set(titleWords(index, doc).terms)) {
          if (term === '' || asked.has(term)) continue
          const worth = worths.get(term) ?? worthOf(term, forgotten)
          worths.set(term, worth)
          sum += worth
          worst = Math.min(worst, worth)
          best = Math.max(best, worth)
        }
        out.set([sum, worst, best], i * stride)
      })
    },
  }
}

/** By word: how much more often than their query's documents those with it unasked were right. */
function countUnasked(index: SearchIndex, judged: readonly JudgedQuery[]) {
  const all = new Map<string, Tally>()
  const byGroup = new Map<string, Tally>()
  for (const { query, docs, grades, cluster } of judged) {
    const asked = new Set(wordsOf(query))
    const isRight = grades.map((grade) => Number(grade > 0))
    const usual = isRight.reduce((a, b) => a + b, 0) / docs.length
    const own = new Map<string, Tally>()
    docs.forEach((doc, i) => {
      for (const term of new Set(titleWords(index, doc).terms)) {
        if (term !== '' && !asked.has(term)) add(own, term, isRight[i]! - usual, 1)
      }
    })
    for (const [term, { right, count }] of own) {
      add(all, term, right, count)
      add(byGroup, groupKey({ kind: 'cluster', cluster }, term), right, count)
      add(byGroup, groupKey({ kind: 'query', text: query.text }, term), right, count)
    }
  }
  return { all, byGroup }
}

function groupKey(forgotten: Forgotten, word: string): string {
  if (forgotten.kind === 'cluster') return `c${forgotten.cluster} ${word}`
  return forgotten.kind === 'query' ? `q${forgotten.text} ${word}` : ''
}

function add(tallies: Map<string, Tally>, key: string, right: number, count: number): void {
  const of = tallies.get(key) ?? { right: 0, count: 0 }
  of.right += right
  of.count += count
  tallies.set(key, of)
}
