/** Kinds of characters in SQL, by code; codes from 128 on belong to words. */
export const CHARACTER = {
  other: 0,
  space: 1,
  word: 2,
  digit: 3,
  operator: 4,
} as const

const kinds = new Uint8Array(128)
for (const space of ' \t\n\r\f\v') kinds[space.charCodeAt(0)] = CHARACTER.space
for (let code = 97; code <= 122; code++) {
  kinds[code] = CHARACTER.word
  kinds[code - 32] = CHARACTER.word
}
kinds[95] = CHARACTER.word
for (let code = 48; code <= 57; code++) kinds[code] = CHARACTER.digit
for (const sign of '+-*/<>=~!@#%^&|`:?') kinds[sign.charCodeAt(0)] = CHARACTER.operator

/** The kind of a character; spaces beyond ASCII count as parts of words, as they are rare. */
export function kindOf(code: number): number {
  return code < 128 ? kinds[code]! : CHARACTER.word
}

/** Whether a word may go on with it. */
export function isWordPart(code: number): boolean {
  if (code >= 128) return true
  const kind = kinds[code]!
  return kind === CHARACTER.word || kind === CHARACTER.digit || code === 36
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** End of a text that opens with ' at `i`, doubled quotes within; its length where it never closes. */
export function endOfQuoted(sql: string, i: number, quote: number): number {
  const end = closeOfQuoted(sql, i, quote)
  return end < 0 ? sql.length : end
}

/** The same; -1 where it never closes. */
export function closeOfQuoted(sql: string, i: number, quote: number): number {
  for (let at = i + 1; at < sql.length; at++) {
    if (sql.charCodeAt(at) !== quote) continue
    if (sql.charCodeAt(at + 1) !== quote) return at + 1
    at++
  }
  return -1
}

/** End of a text in which a backslash takes the next character: E'…'. */
export function endOfEscaped(sql: string, i: number): number {
  for (let at = i + 1; at < sql.length; at++) {
    const code = sql.charCodeAt(at)
    if (code === 92) at++
    else if (code === 39) {
      if (sql.charCodeAt(at + 1) !== 39) return at + 1
      at++
    }
  }
  return sql.length
}

/** End of $tag$ … $tag$ that opens at `i`; -1 where none opens there ($1, $name). */
export function endOfDollarQuoted(sql: string, i: number): number {
  let at = i + 1
  if (isDigit(sql.charCodeAt(at))) return -1
  while (at < sql.length && sql.charCodeAt(at) !== 36 && isWordPart(sql.charCodeAt(at))) at++
  if (sql.charCodeAt(at) !== 36) return -1
  const tag = sql.slice(i, at + 1)
  const closes = sql.indexOf(tag, at + 1)
  return closes < 0 ? sql.length : closes + tag.length
}

/** End of a line comment that opens at `i`, its line break left standing. */
export function endOfLine(sql: string, i: number): number {
  for (let at = i; at < sql.length; at++) {
    const code = sql.charCodeAt(at)
    if (code === 10 || code === 13) return at
  }
  return sql.length
}

/** End of a block comment that opens at `i`; they nest. */
export function endOfBlock(sql: string, i: number): number {
  let depth = 0
  for (let at = i; at < sql.length - 1; at++) {
    const code = sql.charCodeAt(at)
    const next = sql.charCodeAt(at + 1)
    if (code === 47 && next === 42) {
      depth++
      at++
    } else if (code === 42 && next === 47) {
      at++
      if (--depth === 0) return at + 1
    }
  }
  return sql.length
}

/** End of a number that begins at `i`: 12, 1.5, .5, 1., 1e-3, 1_000, 0x1f. */
export function endOfNumber(sql: string, i: number): number {
  let at = i
  if (sql.charCodeAt(at) === 48 && /[xXbBoO]/.test(sql[at + 1] ?? '')) {
    at += 2
    while (at < sql.length && isWordPart(sql.charCodeAt(at))) at++
    return at
  }
  at = endOfDigits(sql, at)
  if (sql.charCodeAt(at) === 46 && sql.charCodeAt(at + 1) !== 46) at = endOfDigits(sql, at + 1)
  const code = sql.charCodeAt(at)
  if (code === 101 || code === 69) {
    const sign = sql.charCodeAt(at + 1)
    const from = sign === 43 || sign === 45 ? at + 2 : at + 1
    if (isDigit(sql.charCodeAt(from))) at = endOfDigits(sql, from)
  }
  return at
}

function endOfDigits(sql: string, i: number): number {
  let at = i
  while (at < sql.length && (isDigit(sql.charCodeAt(at)) || sql.charCodeAt(at) === 95)) at++
  return at
}
