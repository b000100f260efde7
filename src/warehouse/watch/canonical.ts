import {
  CHARACTER,
  endOfDollarQuoted,
  endOfEscaped,
  endOfNumber,
  endOfQuoted,
  isWordPart,
  kindOf,
} from './characters.ts'
import { MARK } from './scan.ts'
import { foldWord } from './words.ts'

/**
 * One text for all keys that differ in white space and in the case of reserved words alone: tokens
 * with one space between them, none where people write none. Idempotent; keys only, no comments.
 */
export function canonicalKey(key: string): string {
  let text = ''
  let last = ''
  for (let i = 0; i < key.length; ) {
    const end = endOfToken(key, i)
    if (kindOf(key.charCodeAt(i)) !== CHARACTER.space) {
      const raw = key.slice(i, end)
      // Behind AS or a dot even a reserved word is a name, and its case shows in the answer.
      const token = last === 'AS' || last === '.' ? raw : foldWord(raw)
      text += text === '' || isTight(last, token) ? token : ` ${token}`
      last = token
    }
    i = end
  }
  return text
}

/** The canonical key as people read it: ? for each constant. */
export function templateText(canonical: string): string {
  return canonical
    .replaceAll(MARK.number, '?')
    .replaceAll(MARK.text, '?')
    .replaceAll(MARK.list, '?')
}

function endOfToken(key: string, i: number): number {
  const code = key.charCodeAt(i)
  switch (kindOf(code)) {
    case CHARACTER.space:
    case CHARACTER.operator:
      return endOfRun(key, i)
    case CHARACTER.word:
      return endOfWord(key, i)
    case CHARACTER.digit:
      return endOfNumber(key, i)
    default:
      if (code === 39 || code === 34) return endOfQuoted(key, i, code)
      return code === 36 ? endOfDollar(key, i) : i + 1
  }
}

function endOfRun(key: string, i: number): number {
  const kind = kindOf(key.charCodeAt(i))
  let at = i + 1
  while (at < key.length && kindOf(key.charCodeAt(at)) === kind) at++
  return at
}

function endOfWord(key: string, i: number): number {
  let at = i
  while (at < key.length && isWordPart(key.charCodeAt(at))) at++
  if (at - i !== 1 || key.charCodeAt(at) !== 39) return at
  const isEscaped = (key.charCodeAt(i) | 32) === 101
  return isEscaped ? endOfEscaped(key, at) : endOfQuoted(key, at, 39)
}

function endOfDollar(key: string, i: number): number {
  const end = endOfDollarQuoted(key, i)
  return end > 0 ? end : endOfWord(key, i + 1)
}

const NO_SPACE_BEFORE = new Set([',', ')', ']', '.', ';', '::', '['])
const NO_SPACE_AFTER = new Set(['(', '[', '.', '::'])

/** Reserved words are in upper case by now; a name before a parenthesis is a function. */
function isTight(last: string, token: string): boolean {
  if (NO_SPACE_BEFORE.has(token) || NO_SPACE_AFTER.has(last)) return true
  return token === '(' && /^[\w"]/.test(last) && !isReserved(last)
}

function isReserved(word: string): boolean {
  return word !== 'CAST' && foldWord(word.toLowerCase()) !== word.toLowerCase()
}
