import type { AnalyzedQuery } from '../query/query.ts'

/** A piece of a text: escaped for HTML, and as it is. */
export interface Segment {
  readonly text: string
  /** With <, >, &, " and ' escaped: safe between tags. */
  readonly html: string
  /** Whether the query's words say it. */
  readonly isMatch: boolean
}

/** What highlighting must know of words; `SearchIndex` gives both. */
export interface WordReader {
  analyze(raw: string): Pick<AnalyzedQuery, 'tokens' | 'terms'>
}

export interface HighlightOptions {
  /** Words of the excerpt around the matches; the whole text where absent. */
  readonly words?: number
}

const TEXT_LIMIT = 20_000
const WORD = /[\p{L}\p{N}\p{M}]+/gu

/**
 * Marks what a query's words match in a text: the same stem, a beginning of it where the last word is
 * unfinished, or a word one or two slips away where no word of the text matches exactly. Data, not
 * HTML; pieces put together are the text, or the best part of it.
 */
export function highlight(
  text: string,
  query: Pick<AnalyzedQuery, 'tokens' | 'terms' | 'unfinished'>,
  reader: WordReader,
  { words }: HighlightOptions = {},
): Segment[] {
  const whole = text.slice(0, TEXT_LIMIT)
  const found: { readonly from: number; readonly to: number }[] = []
  const read: ReadWord[] = []
  for (const match of whole.matchAll(WORD)) {
    found.push({ from: match.index, to: match.index + match[0].length })
    read.push(readWord(reader, match[0]))
  }
  const matched = matchWords(read, query)
  const [first, last] =
    words === undefined ? [0, found.length] : bestWindow(matched, Math.max(1, words))
  const start = first === 0 ? 0 : found[first]!.from
  const end = last >= found.length ? whole.length : found[last]!.from
  return segmentsOf(whole, found, matched, start, end)
}

interface ReadWord {
  readonly token: string
  readonly term: string
}

/** Words read lately, by who reads them: texts of a store share most of theirs. */
const wordsRead = new WeakMap<WordReader, Map<string, ReadWord>>()
const MOST_WORDS = 32_768
const LONGEST_KEPT = 64

function readWord(reader: WordReader, word: string): ReadWord {
  const known = wordsRead.get(reader) ?? new Map<string, ReadWord>()
  const read = known.get(word)
  if (read !== undefined) return read
  const { tokens, terms } = reader.analyze(word)
  const made = { token: tokens[0] ?? word.toLowerCase(), term: terms[0] ?? '' }
  if (word.length > LONGEST_KEPT) return made
  if (known.size >= MOST_WORDS) known.clear()
  wordsRead.set(reader, known.set(word, made))
  return made
}

/** By word of the text: the query's token that it matches, or −1. */
function matchWords(
  read: readonly ReadWord[],
  { tokens, terms, unfinished }: Pick<AnalyzedQuery, 'tokens' | 'terms' | 'unfinished'>,
): Int32Array {
  const matched = new Int32Array(read.length).fill(-1)
  tokens.forEach((token, t) => {
    const term = terms[t] ?? ''
    const isOpen = unfinished && t === tokens.length - 1
    let exact = false
    read.forEach((word, w) => {
      const isSame = word.token === token || (term !== '' && word.term === term)
      if (!isSame && !(isOpen && word.token.startsWith(token))) return
      matched[w] = t
      exact = true
    })
    if (exact || term === '') return
    read.forEach((word, w) => {
      if (matched[w]! < 0 && isSlip(token, word.token)) matched[w] = t
    })
  })
  return matched
}

/** At most one slip in words of four letters or more, two in those of eight or more. */
function isSlip(a: string, b: string): boolean {
  const most = a.length >= 8 ? 2 : a.length >= 4 ? 1 : 0
  if (most === 0 || Math.abs(a.length - b.length) > most) return false
  return slips(a, b) <= most
}

/** Letters left out, added, replaced, or swapped with their neighbour (restricted Damerau). */
export function slips(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(row[j - 1]! + same, row[j]! + 1, next[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, before[j - 2]! + 1)
      }
      next.push(least)
    }
    before = row
    row = next
  }
  return row[b.length]!
}

/** The stretch of words [first, last) with the most different tokens, the earliest of equals. */
function bestWindow(matched: Int32Array, words: number): readonly [number, number] {
  if (matched.length <= words) return [0, matched.length]
  let best = 0
  let bestWorth = -1
  for (let from = 0; from + words <= matched.length; from++) {
    const inside = matched.subarray(from, from + words).filter((token) => token >= 0)
    const worth = new Set(inside).size + inside.length / 1000
    if (worth > bestWorth) {
      bestWorth = worth
      best = from
    }
  }
  return [best, best + words]
}

function segmentsOf(
  text: string,
  found: readonly { readonly from: number; readonly to: number }[],
  matched: Int32Array,
  start: number,
  end: number,
): Segment[] {
  const segments: Segment[] = []
  const push = (from: number, to: number, isMatch: boolean) => {
    if (to <= from) return
    const piece = text.slice(from, to)
    segments.push({ text: piece, html: escapeHtml(piece), isMatch })
  }
  let at = start
  found.forEach(({ from, to }, w) => {
    if (matched[w]! < 0 || from < start || to > end) return
    push(at, from, false)
    push(from, to, true)
    at = to
  })
  push(at, end, false)
  return segments
}

/** A text with the five characters escaped that HTML takes for its own. */
export function escapeHtml(text: string): string {
  return text.replace(/[<>&"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
