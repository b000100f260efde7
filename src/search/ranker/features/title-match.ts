import type { RankFeature } from '../feature.ts'
import { numbersOf, queryWords, type TitleWords, unionTitles } from '../title-words.ts'

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
  compute({ index, query, union }, out, stride, wanted) {
    const words = queryWords(index, query)
    // Titles first: words that only they have get their numbers.
    const titles = unionTitles(index, union)
    const asked: Asked = {
      text: query.text,
      padded: ` ${query.text} `,
      start: ` ${query.text}`.trimEnd(),
      numbers: numbersOf(
        index,
        words.map(({ term, token }) => (term === '' ? token : term)),
      ),
      weights: Float64Array.from(words, ({ weight }) => weight),
      weight: words.reduce((sum, word) => sum + word.weight, 0),
    }
    const describe = isAny(wanted, OVERLAPS) ? overlap : undefined
    const compare = isAny(wanted, TEXTS) ? compareTexts : undefined
    for (let i = 0; i < titles.length; i++) {
      const title = titles[i]!
      const at = i * stride
      if (title.tokens.length === 0) {
        out.fill(Number.NaN, at, at + 11)
        continue
      }
      compare?.(asked, title, out, at)
      describe?.(asked, title, out, at)
      out[at + 5] = shareIn(title.numbers, asked.numbers)
      out[at + 8] = Number(asked.numbers.length > 0 && asked.numbers[0] === title.numbers[0])
      out[at + 9] = title.numbers.length
      out[at + 10] = asked.numbers.length / title.numbers.length
    }
  },
}

/** Columns that compare texts letter by letter, and those that lay words over words. */
const TEXTS = [0, 1, 2, 3]
const OVERLAPS = [4, 6, 7]

function isAny(wanted: Uint8Array | undefined, columns: readonly number[]): boolean {
  return wanted === undefined || columns.some((column) => wanted[column] === 1)
}

/** A query as titles are held against it. */
interface Asked {
  readonly text: string
  readonly padded: string
  readonly start: string
  /** Numbers of the words, as those of titles. */
  readonly numbers: Int32Array
  readonly weights: Float64Array
  /** Σ of the words' weights. */
  readonly weight: number
}

function compareTexts(asked: Asked, title: TitleWords, out: Float32Array, at: number): void {
  const { text, padded, start } = asked
  out[at] = Number(text === title.text)
  out[at + 1] = Number(title.padded.startsWith(start))
  out[at + 2] = Number(padded.includes(title.padded)) * title.tokens.length
  out[at + 3] = Number(title.padded.includes(padded))
}

function overlap(asked: Asked, title: TitleWords, out: Float32Array, at: number): void {
  const { numbers, weights, weight } = asked
  let covered = 0
  let found = 0
  for (let t = 0; t < numbers.length; t++) {
    if (!title.numbers.includes(numbers[t]!)) continue
    covered += weights[t]!
    found++
  }
  const run = longestRun(numbers, title.numbers)
  out[at + 4] = weight > 0 ? covered / weight : 0
  out[at + 6] = run / Math.max(1, numbers.length)
  out[at + 7] = found > 1 ? run / found : Number.NaN
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
