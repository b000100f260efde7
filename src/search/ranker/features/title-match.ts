import type { RankFeature } from '../feature.ts'
import { type QueryWord, queryWords, type TitleWords, titleWords } from '../title-words.ts'

/** How the query and the title lie over each other, as whole words. */
export const titleMatch: RankFeature = {
  name: 'title',
  about:
    'whether the query is the title, begins it or contains it, and how much of each is covered',
  columns: () => [
    'title:exact',
    'title:prefix',
    'title:inside-query',
    'title:query-inside',
    'title:query-covered',
    'title:covered',
    'title:longest-run',
    'title:in-order',
    'title:first-word',
    'title:words',
    'title:length-ratio',
  ],
  directions: () => [1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
  compute({ index, query, union }, out, stride) {
    const words = queryWords(index, query)
    const weight = words.reduce((sum, word) => sum + word.weight, 0)
    union.docs.forEach((doc, i) => {
      const title = titleWords(index, doc)
      const row = title.tokens.length === 0 ? undefined : describe(words, weight, query.text, title)
      if (row === undefined) out.fill(Number.NaN, i * stride, i * stride + 11)
      else out.set(row, i * stride)
    })
  },
}

function describe(
  words: readonly QueryWord[],
  weight: number,
  text: string,
  title: TitleWords,
): readonly number[] {
  const terms = words.map(({ term, token }) => (term === '' ? token : term))
  const titleTerms = title.terms.map((term, i) => (term === '' ? title.tokens[i]! : term))
  const [queryCovered, found] = coveredWeight(words, titleTerms, weight)
  const titleCovered = shareIn(titleTerms, terms)
  const run = longestRun(terms, titleTerms)
  const [asWords, titleAsWords] = [` ${text} `, ` ${title.text} `]
  return [
    Number(text === title.text),
    Number(titleAsWords.startsWith(asWords.trimEnd())),
    Number(asWords.includes(titleAsWords)) * title.tokens.length,
    Number(titleAsWords.includes(asWords)),
    queryCovered,
    titleCovered,
    run / Math.max(1, terms.length),
    found > 1 ? run / found : Number.NaN,
    Number(terms[0] !== undefined && terms[0] === titleTerms[0]),
    titleTerms.length,
    terms.length / titleTerms.length,
  ]
}

/** Share of the query's weight that the title has, and how many of its words. */
function coveredWeight(
  words: readonly QueryWord[],
  titleTerms: readonly string[],
  weight: number,
): [number, number] {
  let covered = 0
  let found = 0
  for (const { term, token, weight: of } of words) {
    if (!titleTerms.includes(term === '' ? token : term)) continue
    covered += of
    found++
  }
  return [weight > 0 ? covered / weight : 0, found]
}

function shareIn(list: readonly string[], within: readonly string[]): number {
  let found = 0
  for (const term of list) if (within.includes(term)) found++
  return found / list.length
}

/** Length of the longest run of words that both have, in order and without gaps. */
export function longestRun(a: readonly string[], b: readonly string[]): number {
  let best = 0
  let before = new Int32Array(b.length + 1)
  let row = new Int32Array(b.length + 1)
  for (const word of a) {
    for (let j = 1; j <= b.length; j++) {
      row[j] = word === b[j - 1] ? before[j - 1]! + 1 : 0
      if (row[j]! > best) best = row[j]!
    }
    ;[before, row] = [row, before]
  }
  return best
}
