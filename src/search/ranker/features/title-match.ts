import type { RankFeature } from '../feature.ts'
import {
  numbersOf,
  type QueryWord,
  queryWords,
  type TitleWords,
  titleWords,
} from '../title-words.ts'

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
    // Titles first: words that only they have get their numbers.
    const titles = Array.from(union.docs, (doc) => titleWords(index, doc))
    const asked: Asked = {
      text: query.text,
      padded: ` ${query.text} `,
      start: ` ${query.text}`.trimEnd(),
      numbers: numbersOf(
        index,
        words.map(({ term, token }) => (term === '' ? token : term)),
      ),
      words,
      weight: words.reduce((sum, word) => sum + word.weight, 0),
    }
    titles.forEach((title, i) => {
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
  /** Numbers of the words, as those of titles. */
  readonly numbers: Int32Array
  readonly words: readonly QueryWord[]
  /** Σ of the words' weights. */
  readonly weight: number
}

function describe(asked: Asked, title: TitleWords, out: Float32Array, at: number): void {
  const { text, padded, numbers } = asked
  const own = title.numbers
  const found = foundWeight(asked, own)
  const run = longestRun(numbers, own)
  out[at] = Number(text === title.text)
  out[at + 1] = Number(title.padded.startsWith(asked.start))
  out[at + 2] = Number(padded.includes(title.padded)) * title.tokens.length
  out[at + 3] = Number(title.padded.includes(padded))
  out[at + 4] = found.share
  out[at + 5] = shareIn(own, numbers)
  out[at + 6] = run / Math.max(1, numbers.length)
  out[at + 7] = found.words > 1 ? run / found.words : Number.NaN
  out[at + 8] = Number(numbers.length > 0 && numbers[0] === own[0])
  out[at + 9] = own.length
  out[at + 10] = numbers.length / own.length
}

/** Share of the query's weight that the title has, and how many of its words. */
function foundWeight(
  { words, numbers, weight }: Asked,
  own: Int32Array,
): { readonly share: number; readonly words: number } {
  let covered = 0
  let found = 0
  for (let t = 0; t < numbers.length; t++) {
    if (!own.includes(numbers[t]!)) continue
    covered += words[t]!.weight
    found++
  }
  return { share: weight > 0 ? covered / weight : 0, words: found }
}

function shareIn(list: Int32Array, within: Int32Array): number {
  let found = 0
  for (let i = 0; i < list.length; i++) if (within.includes(list[i]!)) found++
  return found / list.length
}

/** Room for two rows of the table, kept between calls. */
const runs = { before: new Int32Array(32), row: new Int32Array(32) }

/** Length of the longest run of words that both have, in order and without gaps. */
export function longestRun(a: Int32Array, b: Int32Array): number {
  let best = 0
  if (runs.before.length <= b.length) {
    runs.before = new Int32Array(2 * b.length + 2)
    runs.row = new Int32Array(2 * b.length + 2)
  }
  let { before, row } = runs
  before.fill(0, 0, b.length + 1)
  row[0] = 0
  for (let i = 0; i < a.length; i++) {
    const word = a[i]!
    for (let j = 1; j <= b.length; j++) {
      row[j] = word === b[j - 1] ? before[j - 1]! + 1 : 0
      if (row[j]! > best) best = row[j]!
    }
    ;[before, row] = [row, before]
  }
  return best
}
