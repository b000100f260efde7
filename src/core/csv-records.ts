/** How the cells of a file are kept apart. */
export interface CsvDialect {
  readonly delimiter: string
  /** A backslash before a quote keeps it inside its cell (as MySQL and PHP export it). */
  readonly backslash: boolean
}

export interface CsvRecord {
  /** Line on which it starts, from 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** The text ended inside a quoted cell. */
  readonly unclosed: boolean
}

/** The dialect of a file, from its beginning: the delimiter that its header has most of. */
export function dialectOf(head: string): CsvDialect {
  const header = head.slice(0, head.search(/[\r\n]|$/)).replace(/"[^"]*"/g, '')
  let delimiter = ','
  for (const candidate of ['\t', ';', '|']) {
    if (header.split(candidate).length > header.split(delimiter).length) delimiter = candidate
  }
  // A cell may end with a backslash; one that is followed by more of the cell escapes.
  const ends = new Set([delimiter, '\n', '\r', ''])
  for (let at = head.indexOf('\\"'); at >= 0; at = head.indexOf('\\"', at + 2)) {
    if (at + 2 < head.length && !ends.has(head[at + 2]!)) return { delimiter, backslash: true }
  }
  return { delimiter, backslash: false }
}

/**
 * Splits text into records (RFC 4180: "" inside quotes is a quote, quoted cells may hold line ends),
 * chunk by chunk. Lenient where files in the wild are: blanks before a quoted cell and text after a
 * closing quote are taken as they stand.
 */
export function createCsvSplitter(dialect: CsvDialect): {
  /** Whole records of the text so far. */
  push(chunk: string): CsvRecord[]
  end(): CsvRecord[]
  /** Characters that wait for the end of their record. */
  waiting(): number
} {
  let rest = ''
  let line = 1
  const take = (text: string, atEnd: boolean): CsvRecord[] => {
    const records: CsvRecord[] = []
    let from = 0
    for (;;) {
      const record = readRecord(text, from, dialect, atEnd)
      if (record === undefined) break
      if (record.cells.length > 1 || record.cells[0]?.trim() !== '') {
        records.push({ line, cells: record.cells, unclosed: record.unclosed })
      }
      line += record.lines
      from = record.next
    }
    rest = text.slice(from)
    return records
  }
  return {
    push: (chunk) => take(rest + chunk, false),
    end: () => take(rest, true),
    waiting: () => rest.length,
  }
}

interface ReadRecord {
  readonly cells: readonly string[]
  readonly next: number
  readonly lines: number
  readonly unclosed: boolean
}

function readRecord(
  text: string,
  start: number,
  { delimiter, backslash }: CsvDialect,
  atEnd: boolean,
): ReadRecord | undefined {
  if (start >= text.length) return undefined
  const cells: string[] = []
  let lines = 0
  let at = start
  for (;;) {
    const cell = readCell(text, at, delimiter, backslash)
    cells.push(cell.value)
    lines += cell.lines
    at = cell.next
    if (at >= text.length) {
      return atEnd ? { cells, next: at, lines: lines + 1, unclosed: cell.unclosed } : undefined
    }
    if (text[at] === delimiter) {
      at++
      continue
    }
    // CRLF is one line end; a CR at the end of what is known may be the first half of one.
    if (text[at] === '\r' && at + 1 >= text.length && !atEnd) return undefined
    const next = text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1
    return { cells, next, lines: lines + 1, unclosed: false }
  }
}

interface ReadCell {
  readonly value: string
  /** At the delimiter or line end after it, or the text's end. */
  readonly next: number
  readonly lines: number
  readonly unclosed: boolean
}

function readCell(text: string, start: number, delimiter: string, backslash: boolean): ReadCell {
  let open = start
  while (text[open] === ' ') open++
  if (text[open] !== '"') {
    const end = plainEnd(text, start, delimiter)
    return { value: text.slice(start, end), next: end, lines: 0, unclosed: false }
  }
  let value = ''
  let from = open + 1
  for (let at = from; ; at++) {
    at = text.indexOf('"', at)
    if (at < 0) {
      const inside = text.slice(from)
      const lines = countLines(value) + countLines(inside)
      return { value: value + inside, next: text.length, lines, unclosed: true }
    }
    if (backslash && isEscaped(text, at, from)) {
      value += `${text.slice(from, at - 1)}"`
      from = at + 1
    } else if (text[at + 1] === '"') {
      value += text.slice(from, at + 1)
      at++
      from = at + 1
    } else {
      value += text.slice(from, at)
      const end = plainEnd(text, at + 1, delimiter)
      const lines = countLines(value)
      return { value: value + text.slice(at + 1, end).trimEnd(), next: end, lines, unclosed: false }
    }
  }
}

/** An odd number of backslashes before a quote: the last one escapes it. */
function isEscaped(text: string, quote: number, from: number): boolean {
  let at = quote
  while (at > from && text[at - 1] === '\\') at--
  return (quote - at) % 2 === 1
}

function plainEnd(text: string, from: number, delimiter: string): number {
  let at = from
  while (at < text.length) {
    const letter = text[at]
    if (letter === delimiter || letter === '\n' || letter === '\r') break
    at++
  }
  return at
}

function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
