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
    const asked: Asked = {
      text: query.text,
      padded: ` ${query.text} `,
      start: ` ${query.text}`.trimEnd(),
      terms: words.map(({ term, token }) => (term === '' ? token : term)),
      words,
      weight: words.reduce((sum, word) => sum + word.weight, 0),
    }
    union.docs.forEach((doc, i) => {
      const title = titleWords(index, doc)
      if (title.tokens.length === 0) out.fill(Number.NaN, i * stride, i * stride + 11)
      else describe(asked, title, out, i * stride)
    })
  },
}

/** A query as titles are held against it. */
interface Asked {
  readonly text: string
  readonly padded: string
  readonly start: string
  readonly terms: readonly string[]
  readonly words: readonly QueryWord[]
  /** Σ of the words' weights. */
  readonly weight: number
}

function describe(asked: Asked, title: TitleWords, out: Float32Array, at: number): void {
  const { text, padded, terms } = asked
  const titleTerms = title.compared
  const found = foundWeight(asked, titleTerms)
  const run = longestRun(terms, titleTerms)
  out[at] = Number(text === title.text)
  out[at + 1] = Number(title.padded.startsWith(asked.start))
  out[at + 2] = Number(padded.includes(title.padded)) * title.tokens.length
  out[at + 3] = Number(title.padded.includes(padded))
  out[at + 4] = found.share
  out[at + 5] = shareIn(titleTerms, terms)
  out[at + 6] = run / Math.max(1, terms.length)
  out[at + 7] = found.words > 1 ? run / found.words : Number.NaN
  out[at + 8] = Number(terms[0] !== undefined && terms[0] === titleTerms[0])
  out[at + 9] = titleTerms.length
  out[at + 10] = terms.length / titleTerms.length
}

/** Share of the query's weight that the title has, and how many of its words. */
function foundWeight(
  { words, terms, weight }: Asked,
  titleTerms: readonly string[],
): { readonly share: number; readonly words: number } {
  let covered = 0
  let found = 0
  for (let t = 0; t < terms.length; t++) {
    if (!titleTerms.includes(terms[t]!)) continue
    covered += words[t]!.weight
    found++
  }
  return { share: weight > 0 ? covered / weight : 0, words: found }
}

function shareIn(list: readonly string[], within: readonly string[]): number {
  let found = 0
  for (const term of list) if (within.includes(term)) found++
  return found / list.length
}

/** Room for two rows of the table, kept between calls. */
const runs = { before: new Int32Array(32), row: new Int32Array(32) }

/** Length of the longest run of words that both have, in order and without gaps. */
export function longestRun(a: readonly string[], b: readonly string[]): number {
  let best = 0
  if (runs.before.length <= b.length) {
    runs.before = new Int32Array(2 * b.length + 2)
    runs.row = new Int32Array(2 * b.length + 2)
  }
  let { before, row } = runs
  before.fill(0, 0, b.length + 1)
  row[0] = 0
  for (const word of a) {
    for (let j = 1; j <= b.length; j++) {
      row[j] = word === b[j - 1] ? before[j - 1]! + 1 : 0
      if (row[j]! > best) best = row[j]!
    }
    ;[before, row] = [row, before]
  }
  return best
}
