/** What a character is to the scanner. */
export const SEPARATOR = 1
export const LETTER = 2
export const DIGIT = 3
/** Of a script without blanks between words. */
export const DENSE = 4
export const BLANK = 5
/** Joins two words into one: hyphen, slash, underscore, ampersand, plus, full stop. */
export const CONNECTOR = 6
export const APOSTROPHE = 7
/** Double prime or double quote: inches after a number. */
export const INCH_MARK = 8

const DENSE_SCRIPTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u
const LETTERS = /[\p{L}\p{M}]/u
const NUMBERS = /\p{N}/u
const BLANKS = /[\s\u00a0]/u

/** Class of each UTF-16 unit outside surrogates, found when first met (0 before). */
const classes = new Uint8Array(65536)
for (const unit of '-/_&+.‐‑·') classes[unit.charCodeAt(0)] = CONNECTOR
for (const unit of "'’ʼ`´") classes[unit.charCodeAt(0)] = APOSTROPHE
for (const unit of '"”″') classes[unit.charCodeAt(0)] = INCH_MARK
// Surrogates are looked at in pairs.
classes.fill(SEPARATOR, 0xd800, 0xe000)

/** Class of a UTF-16 unit; a surrogate counts as a separator. */
export function classOfUnit(unit: number): number {
  const known = classes[unit]!
  if (known !== 0) return known
  const found = classOfText(String.fromCharCode(unit))
  classes[unit] = found
  return found
}

/** Class of a code point beyond the first plane, given as its two units. */
export function classOfText(text: string): number {
  if (DENSE_SCRIPTS.test(text)) return DENSE
  if (NUMBERS.test(text)) return DIGIT
  if (LETTERS.test(text)) return LETTER
  return BLANKS.test(text) ? BLANK : SEPARATOR
}
