import {
  CHARACTER,
  closeOfQuoted,
  endOfBlock,
  endOfDollarQuoted,
  endOfEscaped,
  endOfLine,
  endOfNumber,
  isDigit,
  isWordPart,
  kindOf,
} from './characters.ts'

/** What a stretch of SQL is, by its letters alone. */
export const TOKEN = {
  space: 0,
  comment: 1,
  /** A name or a keyword. */
  word: 2,
  /** A name in double quotes. */
  name: 3,
  /** A text, of whatever quoting. */
  text: 4,
  number: 5,
  /** $1, $name, ?. */
  parameter: 6,
  /** An operator or a mark; of operators one character at a time, :: as one. */
  sign: 7,
  /** A text, name or comment that never closes. */
  open: 8,
} as const
export type TokenKind = (typeof TOKEN)[keyof typeof TOKEN]

/**
 * Reads SQL token by token, each with its kind and place; no grammar, and no objects for the tokens.
 *
 *   const tokens = new Tokens(sql)
 *   while (tokens.next()) use(tokens.kind, tokens.start, tokens.end)
 */
export class Tokens {
  readonly sql: string
  kind: TokenKind = TOKEN.space
  start = 0
  end = 0

  constructor(sql: string) {
    this.sql = sql
  }

  /** Goes on to the next token; false at the end. */
  next(): boolean {
    const i = this.end
    if (i >= this.sql.length) return false
    this.start = i
    const code = this.sql.charCodeAt(i)
    switch (kindOf(code)) {
      case CHARACTER.space:
        return this.take(TOKEN.space, this.endOfSpace(i))
      case CHARACTER.word:
        return this.readWord(i)
      case CHARACTER.digit:
        return this.take(TOKEN.number, endOfNumber(this.sql, i))
      case CHARACTER.operator:
        return this.readOperator(i, code)
      default:
        return this.readOther(i, code)
    }
  }

  private take(kind: TokenKind, end: number): boolean {
    this.kind = kind
    this.end = end
    return true
  }

  /** `end` < 0: it never closes. */
  private takeClosed(kind: TokenKind, end: number): boolean {
    return end < 0 ? this.take(TOKEN.open, this.sql.length) : this.take(kind, end)
  }

  private endOfSpace(i: number): number {
    let at = i + 1
    while (at < this.sql.length && kindOf(this.sql.charCodeAt(at)) === CHARACTER.space) at++
    return at
  }

  /** E'…', X'…', B'…': the letter belongs to the text. */
  private readWord(i: number): boolean {
    const { sql } = this
    let end = i + 1
    while (end < sql.length && isWordPart(sql.charCodeAt(end))) end++
    if (end - i !== 1 || sql.charCodeAt(end) !== 39) return this.take(TOKEN.word, end)
    if ((sql.charCodeAt(i) | 32) === 101) return this.take(TOKEN.text, endOfEscaped(sql, end))
    return this.takeClosed(TOKEN.text, closeOfQuoted(sql, end, 39))
  }

  private readOperator(i: number, code: number): boolean {
    const next = this.sql.charCodeAt(i + 1)
    if (code === 45 && next === 45) return this.take(TOKEN.comment, endOfLine(this.sql, i))
    if (code === 47 && next === 42) {
      const end = endOfBlock(this.sql, i)
      const isClosed = this.sql.charCodeAt(end - 1) === 47 && this.sql.charCodeAt(end - 2) === 42
      return this.takeClosed(TOKEN.comment, isClosed && end - i >= 4 ? end : -1)
    }
    if (code === 63) return this.take(TOKEN.parameter, i + 1)
    return this.take(TOKEN.sign, code === 58 && next === 58 ? i + 2 : i + 1)
  }

  private readOther(i: number, code: number): boolean {
    const { sql } = this
    if (code === 39) return this.takeClosed(TOKEN.text, closeOfQuoted(sql, i, 39))
    if (code === 34) return this.takeClosed(TOKEN.name, closeOfQuoted(sql, i, 34))
    if (code === 46 && isDigit(sql.charCodeAt(i + 1))) {
      return this.take(TOKEN.number, endOfNumber(sql, i))
    }
    return code === 36 ? this.readDollar(i) : this.take(TOKEN.sign, i + 1)
  }

  private readDollar(i: number): boolean {
    const end = endOfDollarQuoted(this.sql, i)
    if (end > 0) return this.take(TOKEN.text, end)
    let at = i + 1
    while (at < this.sql.length && isWordPart(this.sql.charCodeAt(at))) at++
    return this.take(TOKEN.parameter, at)
  }
}
