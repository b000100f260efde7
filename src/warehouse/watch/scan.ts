import {
  CHARACTER,
  endOfBlock,
  endOfDollarQuoted,
  endOfEscaped,
  endOfLine,
  endOfNumber,
  endOfQuoted,
  isDigit,
  isWordPart,
  kindOf,
} from './characters.ts'
import { classOfWord, nextHash, WORD, type WordClass } from './words.ts'

/**
 * A statement as the scanner reads it: a key that is the statement without comments and with one
 * mark for each constant, and where each constant stands in the text.
 */
export interface Scanned {
  /** White space and case as written; marks are MARK.number, MARK.text, MARK.list. */
  readonly key: string
  /** start0, end0, start1, end1, … in UTF-16 units of the statement; signs and quotes are inside. */
  readonly spans: Int32Array
}

/** Characters that stand for constants in keys; no statement that DuckDB reads holds them. */
export const MARK = { number: '\u0001', text: '\u0002', list: '\u0003' } as const

/** What stood before: all the grammar that the scanner needs of it. */
const BEFORE = { start: 0, operator: 1, open: 2, comma: 3, value: 4, word: 5, cast: 6 } as const

/** How constants right inside a pair of parentheses are read. */
const INSIDE = { plain: 0, ordinal: 1, keep: 2, keepFirst: 3 } as const

const MAX_DEPTH = 256

/*
 *   SELECT a, -5 FROM t WHERE b IN (1, 2) AND c > '2024-01-01'::date ORDER BY 2
 *             └┘number             └──┘list       └──────────┘text            └ stays: it names a column
 *
 *   key: SELECT a, ␁ FROM t WHERE b IN (␃) AND c > ␂::date ORDER BY 2
 *
 * One pass. Beside the place, the state is what stood before (is this minus a sign?), and for each
 * depth of parentheses how numbers in it are read (is this 2 a column?). The rest of the text is
 * copied in whole stretches between constants.
 */
class Scan {
  readonly sql: string
  key = ''
  readonly spans: number[] = []
  private copiedTo = 0
  private before: number = BEFORE.start
  private word: WordClass = WORD.name
  private earlierWord: WordClass = WORD.name
  private depth = 0
  private readonly inside = new Uint8Array(MAX_DEPTH)
  private readonly list: ListState = { depth: -1, isOpen: false, key: '', spans: 0 }

  constructor(sql: string) {
    this.sql = sql
  }

  run(): Scanned {
    const { sql } = this
    let i = 0
    while (i < sql.length) i = this.step(i, sql.charCodeAt(i))
    this.key += sql.slice(this.copiedTo).trimEnd()
    return { key: this.key, spans: Int32Array.from(this.spans) }
  }

  /** Reads what begins at `i` and gives the place behind it. */
  private step(i: number, code: number): number {
    switch (kindOf(code)) {
      case CHARACTER.space:
        return i + 1
      case CHARACTER.word:
        return this.readWord(i)
      case CHARACTER.digit:
        return this.readNumber(i, i)
      case CHARACTER.operator:
        return this.readOperator(i, code)
      default:
        return this.readOther(i, code)
    }
  }

  private readWord(start: number): number {
    const { sql } = this
    let end = start
    let hash = 0
    for (; end < sql.length; end++) {
      const code = sql.charCodeAt(end)
      if (!isWordPart(code)) break
      hash = nextHash(hash, code)
    }
    if (sql.charCodeAt(end) === 39 && end - start === 1) return this.readPrefixedText(start, end)
    this.earlierWord = this.before === BEFORE.word ? this.word : WORD.name
    this.word = classOfWord(sql, start, end, hash)
    this.before = BEFORE.word
    this.enterWord()
    return end
  }

  /** E'…', X'…', B'…': the letter belongs to the text. Other letters are aliases before a text. */
  private readPrefixedText(start: number, quote: number): number {
    const letter = this.sql.charCodeAt(start) | 32
    if (letter === 101) return this.constant(start, endOfEscaped(this.sql, quote), MARK.text)
    return this.constant(start, endOfQuoted(this.sql, quote, 39), MARK.text)
  }

  private enterWord(): void {
    const { word, depth } = this
    this.list.isOpen = false
    if (word === WORD.by) {
      const isOrdinal = this.earlierWord === WORD.group || this.earlierWord === WORD.order
      this.inside[depth] = isOrdinal ? INSIDE.ordinal : INSIDE.plain
    } else if (word === WORD.clause || word === WORD.order || word === WORD.group) {
      this.inside[depth] = INSIDE.plain
    }
  }

  private readNumber(start: number, digits: number): number {
    const end = endOfNumber(this.sql, digits)
    // A sign binds less than a cast or subscript behind the number: -5::DOUBLE is -(5::DOUBLE).
    const isSigned = start < digits
    if (isSigned && bindsTight(this.sql, end)) {
      this.before = BEFORE.operator
      return this.readNumber(digits, digits)
    }
    return this.constant(start, end, MARK.number)
  }

  private constant(start: number, end: number, mark: string): number {
    if (this.isKept(end, mark)) this.list.isOpen = false
    else {
      this.key += this.sql.slice(this.copiedTo, start) + mark
      this.copiedTo = end
      this.spans.push(start, end)
    }
    this.before = BEFORE.value
    return end
  }

  /** Whether a constant says what the statement is rather than what it asks about. */
  private isKept(end: number, mark: string): boolean {
    const inside = this.inside[this.depth]!
    const isFirst = this.before === BEFORE.open
    if (inside === INSIDE.keep) return true
    if (inside === INSIDE.keepFirst) return isFirst
    if (inside === INSIDE.ordinal && mark === MARK.number) {
      const isItem = isFirst || this.before === BEFORE.comma || this.before === BEFORE.word
      return isItem && !isOperand(this.sql, end)
    }
    return mark === MARK.text && this.before === BEFORE.word && this.word === WORD.from
  }

  private readOperator(i: number, code: number): number {
    const { sql } = this
    const next = sql.charCodeAt(i + 1)
    if (code === 45 && next === 45) return this.skip(i, endOfLine(sql, i))
    if (code === 47 && next === 42) return this.skip(i, endOfBlock(sql, i))
    if (code === 45 && this.isSignPlace()) {
      if (isDigit(next) || (next === 46 && isDigit(sql.charCodeAt(i + 2)))) {
        return this.readNumber(i, i + 1)
      }
    }
    this.list.isOpen = false
    if ((code === 63 || code === 35) && (code === 63 || isDigit(next))) {
      this.before = BEFORE.value
      return endOfDigits(sql, i + 1)
    }
    const isCast = code === 58 && next === 58
    this.before = isCast ? BEFORE.cast : BEFORE.operator
    return isCast ? i + 2 : i + 1
  }

  private isSignPlace(): boolean {
    if (this.before === BEFORE.word) {
      return this.word >= WORD.beforeValue && this.word <= WORD.clause && this.word !== WORD.group
    }
    return this.before <= BEFORE.comma
  }

  /** Leaves a comment out; what stands on its two sides stays apart. */
  private skip(start: number, end: number): number {
    this.key += `${this.sql.slice(this.copiedTo, start)} `
    this.copiedTo = end
    return end
  }

  private readOther(i: number, code: number): number {
    const { sql } = this
    switch (code) {
      case 39:
        return this.constant(i, endOfQuoted(sql, i, 39), MARK.text)
      case 34:
        return this.name(endOfQuoted(sql, i, 34))
      case 36:
        return this.readDollar(i)
      case 46:
        return this.readDot(i)
      case 40:
      case 91:
        return this.open(i)
      case 41:
      case 93:
        return this.close(i)
      case 44:
        this.before = BEFORE.comma
        return i + 1
      case 59:
        return this.readSemicolon(i)
      default:
        this.list.isOpen = false
        this.before = BEFORE.operator
        return i + 1
    }
  }

  private name(end: number): number {
    this.list.isOpen = false
    this.before = BEFORE.value
    return end
  }

  private readDollar(i: number): number {
    const end = endOfDollarQuoted(this.sql, i)
    if (end > 0) return this.constant(i, end, MARK.text)
    let at = i + 1
    while (at < this.sql.length && isWordPart(this.sql.charCodeAt(at))) at++
    return this.name(at)
  }

  /** A dot opens a number (.5), or the next part of a name, which is no keyword. */
  private readDot(i: number): number {
    const { sql } = this
    if (this.before !== BEFORE.value && isDigit(sql.charCodeAt(i + 1))) return this.readNumber(i, i)
    let at = i + 1
    if (sql.charCodeAt(at) === 34) return this.name(endOfQuoted(sql, at, 34))
    while (at < sql.length && isWordPart(sql.charCodeAt(at))) at++
    return this.name(at)
  }

  private open(i: number): number {
    const { before, word, list } = this
    const isWord = before === BEFORE.word
    const inside = isWord ? insideAfter(word, this.earlierWord) : INSIDE.plain
    const outer = this.inside[this.depth]!
    const isItem = before === BEFORE.comma || before === BEFORE.open || (isWord && word === WORD.by)
    const inherits = outer === INSIDE.ordinal && isItem
    if (this.depth < MAX_DEPTH - 1) this.depth++
    this.inside[this.depth] = outer === INSIDE.keep || inherits ? outer : inside
    list.isOpen = isWord && word === WORD.in && this.sql.charCodeAt(i) === 40
    if (list.isOpen) {
      list.depth = this.depth
      list.key = this.key + this.sql.slice(this.copiedTo, i + 1)
      list.spans = this.spans.length
    }
    this.before = BEFORE.open
    return i + 1
  }

  private close(i: number): number {
    const { list, spans } = this
    if (list.isOpen && list.depth === this.depth && spans.length > list.spans) {
      this.key = list.key + MARK.list
      const end = spans[spans.length - 1]!
      spans.length = list.spans + 1
      spans.push(end)
      this.copiedTo = i
    }
    list.isOpen = false
    if (this.depth > 0) this.depth--
    this.before = BEFORE.value
    return i + 1
  }

  /** The last one ends the statement and is no part of it; one within stays. */
  private readSemicolon(i: number): number {
    this.before = BEFORE.start
    this.inside[0] = INSIDE.plain
    let at = i + 1
    while (at < this.sql.length && kindOf(this.sql.charCodeAt(at)) === CHARACTER.space) at++
    if (at < this.sql.length) return i + 1
    this.key += this.sql.slice(this.copiedTo, i)
    this.copiedTo = this.sql.length
    return this.sql.length
  }
}

interface ListState {
  depth: number
  isOpen: boolean
  /** Key up to the opening parenthesis, and how many places were in `spans` then. */
  key: string
  spans: number
}

/** How constants are read in parentheses behind a word. */
function insideAfter(word: WordClass, earlier: WordClass): number {
  if (word === WORD.groupers) return INSIDE.ordinal
  if (word === WORD.on && earlier === WORD.distinct) return INSIDE.ordinal
  if (word === WORD.type || word === WORD.shapeFunction) return INSIDE.keep
  return word === WORD.unitFunction ? INSIDE.keepFirst : INSIDE.plain
}

function endOfDigits(sql: string, i: number): number {
  let at = i
  while (isDigit(sql.charCodeAt(at))) at++
  return at
}

function afterSpace(sql: string, i: number): number {
  let at = i
  while (at < sql.length && kindOf(sql.charCodeAt(at)) === CHARACTER.space) at++
  return at
}

function bindsTight(sql: string, i: number): boolean {
  const at = afterSpace(sql, i)
  const code = sql.charCodeAt(at)
  return code === 91 || code === 46 || (code === 58 && sql.charCodeAt(at + 1) === 58)
}

/** Whether an operator, cast or subscript follows: then a number is no column's place. */
function isOperand(sql: string, i: number): boolean {
  const at = afterSpace(sql, i)
  const code = sql.charCodeAt(at)
  if (code === 45 && sql.charCodeAt(at + 1) === 45) return false
  if (code === 47 && sql.charCodeAt(at + 1) === 42) return false
  return code === 91 || kindOf(code) === CHARACTER.operator
}

/**
 * Reads a statement in one pass, without a grammar: constants are taken out (numbers with sign and
 * exponent, texts of all quotings, lists of constants behind IN as one), comments left out.
 *
 * Constants that say what the statement is stay in the key: places of columns in ORDER BY, GROUP
 * BY and DISTINCT ON, widths of types, units of date functions, arguments of functions that name
 * files, tables or columns, files in FROM. NULL, TRUE and FALSE stay; so do parameters.
 */
export function scanStatement(sql: string): Scanned {
  return new Scan(sql).run()
}
