import { fold } from './fold.ts'
import {
  APOSTROPHE_BETWEEN,
  BLANK_BETWEEN,
  CONNECTOR_BETWEEN,
  createPieces,
  DENSE_RUN,
  DIGITS_ONLY,
  INCHES,
  LETTERS_ONLY,
  MIXED,
  type Pieces,
  scanPieces,
} from './scan.ts'
import { unitOf, withUnit } from './units.ts'

/** More parts than this are not also written as one word. */
const MOST_PARTS = 4

const pieces: Pieces = createPieces()

/** Takes a word of a text and its position; several words may stand at one position. */
export type TakeWord = (word: string, position: number) => void

/**
 * Words of a text to be indexed, each with its position from `first` on; returns the position after
 * the last. What is written as one word in some texts and as several in others is given in both ways:
 *
 *   spa2600/00 → spa2600@0 00@1 spa260000@0     17" → 17@0 17inch@0     8 gb → 8@0 gb@1 8gb@0
 *   wi-fi → wi@0 fi@1 wifi@0      ocean's → ocean@0      l'homme → lhomme@0 homme@0
 *   東京都 → 東@0 東京@0 京@1 京都@1 都@2
 */
export function forEachWord(text: string, first: number, take: TakeWord): number {
  scanPieces(fold(text), pieces)
  let position = first
  let from = 0
  while (from < pieces.count) {
    const to = endOfChunk(pieces, from)
    position =
      to - from === 1 ? takeSingle(from, position, take) : takeChunk(from, to, position, take)
    from = to
  }
  return position
}

/** A chunk is a piece and those that a connector or apostrophe ties to it. */
function endOfChunk({ count, glues }: Pieces, from: number): number {
  let to = from + 1
  while (to < count && (glues[to] === CONNECTOR_BETWEEN || glues[to] === APOSTROPHE_BETWEEN)) to++
  return to
}

function takeSingle(at: number, position: number, take: TakeWord): number {
  const text = pieces.texts[at]!
  const kind = pieces.kinds[at]!
  if (kind === INCHES) {
    take(`${pieces.texts[at - 1]!}inch`, position - 1)
    return position
  }
  if (kind === DENSE_RUN) return takeDense(text, position, take)
  take(text, position)
  if (kind === MIXED) {
    const common = withUnit(text)
    if (common !== text) take(common, position)
  } else if (kind === LETTERS_ONLY && numberBefore(at)) {
    const unit = unitOf(text)
    if (unit !== undefined) take(pieces.texts[at - 1]! + unit, position - 1)
  }
  return position + 1
}

function numberBefore(at: number): boolean {
  if (at === 0 || pieces.kinds[at - 1] !== DIGITS_ONLY) return false
  return pieces.glues[at] === BLANK_BETWEEN || pieces.glues[at] === CONNECTOR_BETWEEN
}

/** Every character, and every two neighbours. */
function takeDense(text: string, position: number, take: TakeWord): number {
  let before = ''
  let at = position
  for (const character of text) {
    if (before !== '') take(before + character, at - 1)
    take(character, at)
    before = character
    at++
  }
  return at
}

function takeChunk(from: number, to: number, position: number, take: TakeWord): number {
  const words = wordsOfChunk(from, to)
  let at = position
  for (const { text, tail } of words) {
    take(text, at)
    if (tail !== '') take(tail, at)
    at++
  }
  const joined = words.map((word) => word.text).join('')
  if (words.length > 1 && words.length <= MOST_PARTS) take(joined, position)
  if (words.length === 2 && words[0]!.kind === DIGITS_ONLY) {
    const unit = unitOf(words[1]!.text)
    if (unit !== undefined && words[1]!.text !== unit) take(words[0]!.text + unit, position)
  }
  return at
}

interface ChunkWord {
  readonly text: string
  /** What follows a clitic: homme of l'homme; empty where there is none. */
  readonly tail: string
  readonly kind: number
}

/** The words between connectors, apostrophes closed up and 's cut off. */
function wordsOfChunk(from: number, to: number): ChunkWord[] {
  const words: ChunkWord[] = []
  for (let i = from; i < to; i++) {
    const text = pieces.texts[i]!
    const last = words.at(-1)
    if (last === undefined || pieces.glues[i] !== APOSTROPHE_BETWEEN) {
      words.push({ text, tail: '', kind: pieces.kinds[i]! })
    } else if (text !== 's') {
      const tail = last.text.length <= 2 && text.length > 2 ? text : ''
      const kind = last.kind === pieces.kinds[i] ? last.kind : MIXED
      words[words.length - 1] = { text: last.text + text, tail, kind }
    }
  }
  return words
}

/**
 * Words of a query, one a token, folded. What people write apart and together is kept apart (the
 * index joins neighbours that it knows as one word), but for numbers with units, model numbers and
 * initials: "8 gb" is 8gb, "spa2600/00" is spa260000, "u.s.a." is usa.
 */
export function queryWords(text: string): string[] {
  scanPieces(fold(text), pieces)
  const words: string[] = []
  let from = 0
  while (from < pieces.count) {
    const to = endOfChunk(pieces, from)
    const kind = pieces.kinds[from]!
    if (to - from > 1) words.push(...chunkOfQuery(from, to))
    else if (kind === DENSE_RUN) words.push(...bigrams(pieces.texts[from]!))
    else if (!joinUnit(words, from)) words.push(withUnit(pieces.texts[from]!))
    from = to
  }
  return words
}

/** Ties a unit to the number before it; false where this is no unit after a number. */
function joinUnit(words: string[], at: number): boolean {
  if (!numberBefore(at)) return false
  const unit = pieces.kinds[at] === INCHES ? 'inch' : unitOf(pieces.texts[at]!)
  if (unit === undefined || words.length === 0) return false
  words[words.length - 1] += unit
  return true
}

function chunkOfQuery(from: number, to: number): string[] {
  const words = wordsOfChunk(from, to)
  const texts = words.map((word) => word.text)
  if (words.length === 1) return texts
  const unit = words.length === 2 ? unitOf(texts[1]!) : undefined
  if (unit !== undefined && words[0]!.kind === DIGITS_ONLY) return [texts[0]! + unit]
  const model = words.some((w) => w.kind === MIXED) || words.every((w) => w.kind === DIGITS_ONLY)
  const initials = texts.every((word) => word.length === 1)
  return (model || initials) && words.length <= MOST_PARTS ? [texts.join('')] : texts
}

function bigrams(text: string): string[] {
  const characters = [...text]
  if (characters.length === 1) return characters
  return characters.slice(1).map((character, i) => characters[i]! + character)
}
