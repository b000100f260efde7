import {
  APOSTROPHE,
  BLANK,
  CONNECTOR,
  classOfText,
  classOfUnit,
  DENSE,
  DIGIT,
  INCH_MARK,
  LETTER,
} from './character-class.ts'

/** What a piece of text is made of. */
export const LETTERS_ONLY = 1
export const DIGITS_ONLY = 2
export const MIXED = 3
export const DENSE_RUN = 4
/** The mark of inches after a number; its text is `inch`. */
export const INCHES = 5

/** What stands between a piece and the one before it. */
export const APART = 0
export const BLANK_BETWEEN = 1
export const APOSTROPHE_BETWEEN = 2
export const CONNECTOR_BETWEEN = 3

/** Longer runs of letters are cut: they are no words. */
const LONGEST_PIECE = 64

/** The pieces of a text in order: runs of letters and digits, and what stands before each. */
export interface Pieces {
  count: number
  readonly texts: string[]
  readonly kinds: number[]
  readonly glues: number[]
}

/** Empty pieces, to be used for many texts. */
export function createPieces(): Pieces {
  return { count: 0, texts: [], kinds: [], glues: [] }
}

/**
 * Cuts a folded text into pieces. Points and commas between digits belong to the number: "5.1" and
 * "802.11n" stay whole, "1,440" is 1440 and "2,5" is 2.5.
 *
 *   spa2600/00  17" 8 gb   →  spa2600 mixed, 00 digits (connector), 17 digits, inch (inches), …
 */
export function scanPieces(text: string, pieces: Pieces): void {
  pieces.count = 0
  const length = text.length
  let at = 0
  let glue = APART
  while (at < length) {
    const unit = text.charCodeAt(at)
    const width = widthAt(text, at)
    const kind = width === 2 ? classOfText(text.slice(at, at + 2)) : classOfUnit(unit)
    if (kind === LETTER || kind === DIGIT) {
      at = scanWord(text, at, glue, pieces)
      glue = APART
      const mark = inchMarkAt(text, at)
      if (mark > 0 && pieces.kinds[pieces.count - 1] === DIGITS_ONLY) {
        push(pieces, 'inch', INCHES, BLANK_BETWEEN)
        at += mark
      } else if (at < length && wordFollows(text, at + 1)) {
        const next = classOfUnit(text.charCodeAt(at))
        if (next === CONNECTOR) glue = CONNECTOR_BETWEEN
        else if (next === APOSTROPHE) glue = APOSTROPHE_BETWEEN
        if (glue !== APART) at++
      }
    } else if (kind === DENSE) {
      const from = at
      at += width
      while (at < length && denseAt(text, at)) at += widthAt(text, at)
      push(pieces, text.slice(from, at), DENSE_RUN, glue)
      glue = APART
    } else {
      const blank = kind === BLANK && (at === 0 || glue === BLANK_BETWEEN || endsWord(text, at))
      glue = blank ? BLANK_BETWEEN : APART
      at += width
    }
  }
}

function push(pieces: Pieces, text: string, kind: number, glue: number): void {
  pieces.texts[pieces.count] = text
  pieces.kinds[pieces.count] = kind
  pieces.glues[pieces.count] = glue
  pieces.count++
}

/** Reads a run of letters and digits from `at`; returns where it ends. */
function scanWord(text: string, from: number, glue: number, pieces: Pieces): number {
  let at = from
  let letters = false
  let digits = false
  let comma = false
  while (at < text.length) {
    const width = widthAt(text, at)
    const kind =
      width === 2 ? classOfText(text.slice(at, at + 2)) : classOfUnit(text.charCodeAt(at))
    if (kind === LETTER) letters = true
    else if (kind === DIGIT) digits = true
    else if (!letters && digitsAround(text, at)) comma ||= text[at] === ','
    else break
    at += width
  }
  const raw = text.slice(from, Math.min(at, from + LONGEST_PIECE))
  const word = comma ? withoutCommas(raw) : raw
  push(pieces, word, letters ? (digits ? MIXED : LETTERS_ONLY) : DIGITS_ONLY, glue)
  return at
}

/** Is this a point or comma with a digit on both sides? */
function digitsAround(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  if (unit !== 46 && unit !== 44) return false
  return at > 0 && asciiDigit(text.charCodeAt(at - 1)) && asciiDigit(text.charCodeAt(at + 1))
}

function asciiDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57
}

/** "1,440" is a number in thousands, "2,5" a decimal one. */
function withoutCommas(raw: string): string {
  return raw.replace(/,(?=\d{3}(?!\d))/g, '').replaceAll(',', '.')
}

/** Units that a mark of inches takes at `at`, 0 where there is none. */
function inchMarkAt(text: string, at: number): number {
  if (at >= text.length) return 0
  const kind = classOfUnit(text.charCodeAt(at))
  if (kind === INCH_MARK) return 1
  const doubled = text.slice(at, at + 2)
  return doubled === "''" || doubled === '′′' ? 2 : 0
}

function wordFollows(text: string, at: number): boolean {
  if (at >= text.length) return false
  const kind = classOfUnit(text.charCodeAt(at))
  return kind === LETTER || kind === DIGIT
}

function endsWord(text: string, at: number): boolean {
  if (at === 0) return false
  const kind = classOfUnit(text.charCodeAt(at - 1))
  return kind === LETTER || kind === DIGIT
}

function denseAt(text: string, at: number): boolean {
  const width = widthAt(text, at)
  const kind = width === 2 ? classOfText(text.slice(at, at + 2)) : classOfUnit(text.charCodeAt(at))
  return kind === DENSE
}

/** 2 for a surrogate pair, 1 for anything else. */
function widthAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (unit < 0xd800 || unit > 0xdbff || at + 1 >= text.length) return 1
  const next = text.charCodeAt(at + 1)
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1
}
