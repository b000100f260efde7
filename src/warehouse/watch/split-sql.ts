import {
  endOfBlock,
  endOfDollarQuoted,
  endOfEscaped,
  endOfLine,
  endOfQuoted,
} from './characters.ts'

/** A statement of a text and the line it begins at, from 1. */
export interface SqlPiece {
  readonly sql: string
  readonly line: number
}

const STARTS =
  /^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|TRUNCATE|MERGE|COPY|BEGIN|COMMIT|ROLLBACK|PRAGMA|EXPLAIN|DESCRIBE|SHOW|SUMMARIZE|ATTACH|DETACH|CHECKPOINT|WITH\s+(RECURSIVE\s+)?("[^"]*"|\w+)(\s*\([^)]*\))?\s+AS)\b/i
const CUT_IN_TEXT = new RegExp(`;[ \\t]*\\r?\\n(?=${STARTS.source.slice(1)})`, 'i')
/** What cannot end a statement. */
const GOES_ON =
  /(\b(UNION|ALL|EXCEPT|INTERSECT|NAME|AS|MATERIALIZED|DO|THEN|FOR|ON|EXPLAIN|ANALYZE|AND|OR|NOT|IN|FROM|WHERE|BY|SELECT)|[,=<>+*/(-])\s*$/i
const VERB = /\b(SELECT|INSERT|UPDATE|DELETE|MERGE|VALUES|FROM|PIVOT|TABLE)\b/i
const ROWS = /\b(SELECT|VALUES|FROM|TABLE|DEFAULT)\b/i
const ONE_A_LINE_SHARE = 0.5

/**
 * Splits a text into statements: at each ; outside of texts, quoted names and comments, and at line
 * ends where what stands before may be whole and the next line begins a statement, so that a ; may be
 * missing. Without any ; where most lines begin a statement, each line is one. A quote that is never
 * closed ends with its statement, and does not turn the rest of the log inside out.
 */
export function splitSql(text: string): readonly SqlPiece[] {
  const cuts: number[] = []
  for (let i = 0; i < text.length; ) {
    const end = endOfPiece(text, i)
    if (text.charCodeAt(i) === SEMICOLON) cuts.push(i)
    i = end
  }
  if (cuts.length === 0 && isOneALine(text)) {
    const lines = text.split('\n').map((sql, i) => ({ sql: sql.trim(), line: i + 1 }))
    return lines.filter(({ sql }) => hasWords(sql))
  }
  return piecesBetween(text, cuts)
}

const SEMICOLON = 59
const LINE_BREAK = 10

function isOneALine(text: string): boolean {
  const lines = text.split('\n').filter(hasWords)
  const starting = lines.filter((line) => STARTS.test(line)).length
  return starting > ONE_A_LINE_SHARE * lines.length || !STARTS.test(lines[0] ?? '')
}

function piecesBetween(text: string, cuts: readonly number[]): readonly SqlPiece[] {
  const pieces: SqlPiece[] = []
  let line = 1
  let from = 0
  for (const cut of [...cuts, text.length]) {
    for (const piece of splitAtLines(text.slice(from, cut))) {
      const lead = piece.length - piece.trimStart().length
      if (hasWords(piece)) {
        pieces.push({ sql: piece.trim(), line: line + countBreaks(piece.slice(0, lead)) })
      }
      line += countBreaks(piece)
    }
    from = cut + 1
  }
  return pieces
}

/** Statements behind each other without a ; in a text that has none. */
function splitAtLines(text: string): readonly string[] {
  const pieces: string[] = []
  let from = 0
  let depth = 0
  let top = ''
  for (let i = 0; i < text.length; ) {
    const end = endOfPiece(text, i)
    const character = text[i]!
    if (character === '(' || character === '[') depth++
    if (character === ')' || character === ']') depth--
    if (depth <= 0) top += end === i + 1 ? character : ' '
    if (text.charCodeAt(i) === LINE_BREAK && depth <= 0) {
      if (STARTS.test(text.slice(end, end + 200)) && mayBeWhole(top)) {
        pieces.push(text.slice(from, end))
        from = end
        top = ''
      }
    }
    i = end
  }
  pieces.push(text.slice(from))
  return pieces
}

/** Whether a statement may end here, by its words outside of brackets, texts and comments. */
function mayBeWhole(top: string): boolean {
  const words = top.trim()
  if (words === '' || GOES_ON.test(words)) return false
  if (/^WITH\b/i.test(words)) return VERB.test(words.slice(4))
  if (/^INSERT\b/i.test(words)) return ROWS.test(words)
  return !/^ALTER\s+\w+\s+(IF\s+EXISTS\s+)?[\w.]+$/i.test(words)
}

/** Whether there is more than comments and white space. */
function hasWords(sql: string): boolean {
  return (
    sql
      .replace(/--[^\n]*/g, '')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .trim() !== ''
  )
}

function countBreaks(text: string): number {
  return text.split('\n').length - 1
}

function endOfPiece(text: string, i: number): number {
  const code = text.charCodeAt(i)
  const next = text.charCodeAt(i + 1)
  if (code === 39) {
    const isEscaped = (text.charCodeAt(i - 1) | 32) === 101 && !/\w/.test(text[i - 2] ?? ' ')
    return closed(text, i, isEscaped ? endOfEscaped(text, i) : endOfQuoted(text, i, 39))
  }
  if (code === 34) return closed(text, i, endOfQuoted(text, i, 34))
  if (code === 45 && next === 45) return endOfLine(text, i)
  if (code === 47 && next === 42) return endOfBlock(text, i)
  if (code === 36) {
    const end = endOfDollarQuoted(text, i)
    return end > 0 ? end : i + 1
  }
  return i + 1
}

/** Where a text that is said to reach to `end` ends: at a ; that a new statement follows. */
function closed(text: string, i: number, end: number): number {
  const cut = CUT_IN_TEXT.exec(text.slice(i, end))
  return cut === null ? end : i + cut.index
}
