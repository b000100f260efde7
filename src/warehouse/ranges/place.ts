import {
  CHARACTER,
  endOfBlock,
  endOfDollarQuoted,
  endOfEscaped,
  endOfLine,
  endOfQuoted,
  isWordPart,
  kindOf,
} from '../watch/characters.ts'

/** Where a condition goes in a statement: behind WHERE, and where the rest of the condition ends. */
export interface WherePlace {
  readonly start: number
  readonly end: number
}

interface Token {
  readonly start: number
  readonly end: number
  /** Upper case; '' for texts, names in quotes and numbers. */
  readonly word: string
}

/** Words that end the condition of a WHERE at its own depth. */
const ENDS = new Set([
  ...['GROUP', 'HAVING', 'WINDOW', 'QUALIFY', 'ORDER', 'LIMIT', 'OFFSET', 'UNION', 'INTERSECT'],
  ...['EXCEPT', 'USING', ';', 'RETURNING'],
])

/**
 * The WHERE whose condition holds what stands at `at`: the last before it that no parenthesis has closed.
 * Undefined where there is none. What it finds is to be checked by DuckDB's own parser.
 */
export function wherePlace(sql: string, at: number): WherePlace | undefined {
  const tokens = [...tokensOf(sql)]
  const open: (number | undefined)[] = [undefined]
  let i = 0
  for (; i < tokens.length && tokens[i]!.start < at; i++) {
    const { word } = tokens[i]!
    if (word === '(') open.push(undefined)
    else if (word === ')') open.pop()
    else if (word === 'SELECT' || ENDS.has(word)) open[open.length - 1] = undefined
    else if (word === 'WHERE') open[open.length - 1] = i
  }
  const depth = open.findLastIndex((where) => where !== undefined)
  const where = depth < 0 ? undefined : open[depth]
  return where === undefined
    ? undefined
    : { start: tokens[where]!.end, end: endOfCondition(tokens, where) }
}

function endOfCondition(tokens: readonly Token[], where: number): number {
  let depth = 0
  let end = tokens[where]!.end
  for (const token of tokens.slice(where + 1)) {
    if (token.word === '(') depth++
    if (token.word === ')') depth--
    if (depth < 0 || (depth === 0 && ENDS.has(token.word))) break
    end = token.end
  }
  return end
}

function* tokensOf(sql: string): Generator<Token> {
  for (let i = 0; i < sql.length; ) {
    const code = sql.charCodeAt(i)
    const comment = endOfComment(sql, i)
    if (comment !== undefined) i = comment
    else if (kindOf(code) === CHARACTER.space) i++
    else {
      const end = endOfToken(sql, i, code)
      const isWord = kindOf(code) === CHARACTER.word || end === i + 1
      yield { start: i, end, word: isWord ? sql.slice(i, end).toUpperCase() : '' }
      i = end
    }
  }
}

function endOfComment(sql: string, i: number): number | undefined {
  if (sql.startsWith('--', i)) return endOfLine(sql, i)
  return sql.startsWith('/*', i) ? endOfBlock(sql, i) : undefined
}

function endOfToken(sql: string, i: number, code: number): number {
  if (code === 39 || code === 34) return endOfQuoted(sql, i, code)
  if (code === 36) {
    const end = endOfDollarQuoted(sql, i)
    if (end > 0) return end
  }
  if (!isWordPart(code)) return i + 1
  let end = i + 1
  while (end < sql.length && isWordPart(sql.charCodeAt(end))) end++
  const isPrefix = end === i + 1 && sql.charCodeAt(end) === 39
  if (isPrefix) return (code | 32) === 101 ? endOfEscaped(sql, end) : endOfQuoted(sql, end, 39)
  return end
}
