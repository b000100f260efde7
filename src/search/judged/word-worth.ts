import type { SearchIndex } from '../index/types.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import type { RankFeature } from '../ranker/feature.ts'
import { titleWords } from '../ranker/title-words.ts'
import type { Forgotten } from './judged-memory.ts'
import { type JudgedQuery, wordsOf } from './judged-query.ts'

/** Documents that the usual worth of a word is taken for before its own count. */
const PRIOR = 12

/** Stands for all words together: no word has a blank. */
const ANY_WORD = ' any'

/** How often a word of the query stands in the titles of right and of wrong documents. */
interface WordCounts {
  right: number
  rightWith: number
  wrong: number
  wrongWith: number
}

/**
 * What a word of the query is worth in a title, learned from judgments: "full", "netflix" and "2019"
 * say little, "insidious" says all. For each word the log odds ratio of standing in the title of a
 * right document and of a wrong one, pulled to the mean of all words. As with memory, the labels of
 * a query that is learned from are kept out of its own features.
 */
export function wordWorthFeature(
  index: SearchIndex,
  judged: readonly JudgedQuery[],
  forgottenOf: (query: AnalyzedQuery) => Forgotten,
): RankFeature {
  const { all, byGroup } = countWords(index, judged)
  const countsOf = (word: string, forgotten: Forgotten) =>
    minus(all.get(word) ?? emptyCounts(), byGroup.get(groupKey(forgotten, word)))
  const meanWorth = (forgotten: Forgotten) => {
    const { right, rightWith, wrong, wrongWith } = countsOf(ANY_WORD, forgotten)
    return logOdds(rightWith, right, wrongWith, wrong)
  }
  return {
    name: 'word-worth',
    about: 'whether the title has the words that decide, and lacks only those that do not',
    columns: () => [
      'word-worth:found',
      'word-worth:lacking',
      'word-worth:share',
      'word-worth:most-lacking',
    ],
    directions: () => [0, 0, 1, 0],
    compute({ query, union }, out, stride) {
      const forgotten = forgottenOf(query)
      const mean = meanWorth(forgotten)
      const words = [...new Set(wordsOf(query))].map((word) => ({
        word,
        worth: worth(countsOf(word, forgotten), mean),
      }))
      const whole = words.reduce((sum, { worth: of }) => sum + Math.max(0, of), 0)
      union.docs.forEach((doc, i) => {
        const { terms } = titleWords(index, doc)
        let found = 0
        let mostLacking = 0
        for (const { word, worth: of } of words) {
          if (terms.includes(word)) found += Math.max(0, of)
          else mostLacking = Math.max(mostLacking, of)
        }
        const at = i * stride
        out[at] = found
        out[at + 1] = whole - found
        out[at + 2] = whole > 0 ? found / whole : 0
        out[at + 3] = mostLacking
      })
    },
  }
}

function countWords(index: SearchIndex, judged: readonly JudgedQuery[]) {
  const all = new Map<string, WordCounts>()
  const byGroup = new Map<string, WordCounts>()
  for (const { query, docs, grades, cluster } of judged) {
    const titles = Array.from(docs, (doc) => titleWords(index, doc).terms)
    for (const word of new Set(wordsOf(query))) {
      const own = emptyCounts()
      titles.forEach((terms, i) => {
        const isRight = grades[i]! > 0
        const has = Number(terms.includes(word))
        if (isRight) {
          own.right++
          own.rightWith += has
        } else {
          own.wrong++
          own.wrongWith += has
        }
      })
      for (const key of [word, ANY_WORD]) {
        plus(of(all, key), own)
        plus(of(byGroup, groupKey({ kind: 'cluster', cluster }, key)), own)
        plus(of(byGroup, groupKey({ kind: 'query', text: query.text }, key)), own)
      }
    }
  }
  return { all, byGroup }
}

function groupKey(forgotten: Forgotten, word: string): string {
  if (forgotten.kind === 'cluster') return `c${forgotten.cluster} ${word}`
  return forgotten.kind === 'query' ? `q${forgotten.text} ${word}` : ''
}

/** Log odds ratio of a word, with PRIOR right and wrong documents of the usual ratio. */
function worth({ right, rightWith, wrong, wrongWith }: WordCounts, mean: number): number {
  const share = PRIOR / (PRIOR + Math.min(right, wrong))
  return (1 - share) * logOdds(rightWith, right, wrongWith, wrong) + share * mean
}

function logOdds(rightWith: number, right: number, wrongWith: number, wrong: number): number {
  const odds = (a: number, n: number) => (a + 0.5) / (n - a + 0.5)
  return Math.log(odds(rightWith, right) / odds(wrongWith, wrong))
}

function emptyCounts(): WordCounts {
  return { right: 0, rightWith: 0, wrong: 0, wrongWith: 0 }
}

function of(counts: Map<string, WordCounts>, key: string): WordCounts {
  let own = counts.get(key)
  if (own === undefined) {
    own = emptyCounts()
    counts.set(key, own)
  }
  return own
}

function plus(to: WordCounts, more: WordCounts): void {
  to.right += more.right
  to.rightWith += more.rightWith
  to.wrong += more.wrong
  to.wrongWith += more.wrongWith
}

function minus(from: WordCounts, less: WordCounts | undefined): WordCounts {
  if (less === undefined) return from
  return {
    right: from.right - less.right,
    rightWith: from.rightWith - less.rightWith,
    wrong: from.wrong - less.wrong,
    wrongWith: from.wrongWith - less.wrongWith,
  }
}
