const LF = 10
const CR = 13
const SPACE = 32
const QUOTE = 34

/** How one record of a CSV file reads. */
export interface RecordShape {
  /** First byte after the record and its line end; −1 where the block ends inside the record. */
  next: number
  /** Bytes of the record without its line end: [from, end). */
  end: number
  fields: number
  /** Line breaks inside the record and at its end. */
  lines: number
  /** 1 = LF, 2 = CRLF, 4 = CR, 0 = end of file. */
  lineEnd: number
  /** A quote opens after blanks, or text follows a closing quote. */
  misquoted: boolean
  /** The file ends inside a quoted field. */
  unclosed: boolean
  /** A byte 0, which no text has. */
  hasNul: boolean
}

const FIELD_START = 0
const PLAIN = 1
const BLANKS = 2
const QUOTED = 3
const QUOTE_SEEN = 4

/**
 * Reads the record that starts at `from` into `shape` (RFC 4180: a field is quoted whole or not at
 * all, "" inside quotes is a quote; a bare CR also ends a line). The state of a field:
 *
 *     FIELD_START ──"──► QUOTED ⇄ QUOTE_SEEN ──, or line end──► next field
 *         │ blank           any other byte after QUOTE_SEEN: misquoted
 *         ▼
 *      BLANKS ──"──► misquoted          anything else ──► PLAIN ──, or line end──► next field
 */
export function readRecord(
  bytes: Uint8Array,
  from: number,
  to: number,
  atEnd: boolean,
  delimiter: number,
  shape: RecordShape,
): RecordShape {
  let state = FIELD_START
  let fields = 1
  let lines = 0
  shape.misquoted = false
  shape.unclosed = false
  shape.hasNul = false
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    if (state === QUOTED) {
      if (byte === QUOTE) state = QUOTE_SEEN
      else if (byte === LF || (byte === CR && bytes[i + 1] !== LF)) lines++
      else if (byte === 0) shape.hasNul = true
      continue
    }
    if (byte === delimiter) {
      fields++
      state = FIELD_START
    } else if (byte === LF) {
      return finish(shape, i, i + 1, fields, lines + 1, 1)
    } else if (byte === CR) {
      if (i + 1 === to && !atEnd) break
      const pair = bytes[i + 1] === LF && i + 1 < to
      return finish(shape, i, i + (pair ? 2 : 1), fields, lines + 1, pair ? 2 : 4)
    } else if (byte === QUOTE) {
      if (state === FIELD_START || state === QUOTE_SEEN) state = QUOTED
      else if (state === BLANKS) shape.misquoted = true
    } else if (byte === SPACE && state === FIELD_START) {
      state = BLANKS
    } else if (state === QUOTE_SEEN) {
      shape.misquoted = true
      state = PLAIN
    } else if (!(byte === SPACE && state === BLANKS)) {
      state = PLAIN
      if (byte === 0) shape.hasNul = true
    }
  }
  shape.unclosed = atEnd && state === QUOTED
  return finish(shape, to, atEnd ? to : -1, fields, lines, 0)
}

function finish(
  shape: RecordShape,
  end: number,
  next: number,
  fields: number,
  lines: number,
  lineEnd: number,
): RecordShape {
  shape.end = end
  shape.next = next
  shape.fields = fields
  shape.lines = lines
  shape.lineEnd = lineEnd
  return shape
}

export function emptyShape(): RecordShape {
  return {
    next: 0,
    end: 0,
    fields: 0,
    lines: 0,
    lineEnd: 0,
    misquoted: false,
    unclosed: false,
    hasNul: false,
  }
}

/** The fields of one well-formed record as texts. */
export function splitRecord(record: string, delimiter: string): string[] {
  const fields: string[] = []
  let i = 0
  for (;;) {
    if (record[i] === '"') {
      let value = ''
      for (i++; i < record.length; i++) {
        if (record[i] !== '"') value += record[i]
        else if (record[i + 1] === '"') {
          value += '"'
          i++
        } else break
      }
      fields.push(value)
      i = record.indexOf(delimiter, i)
    } else {
      const end = record.indexOf(delimiter, i)
      fields.push(record.slice(i, end < 0 ? undefined : end))
      i = end
    }
    if (i < 0) return fields
    i++
  }
}

/** The delimiter of a header line: whichever of , ; tab | stands in it most often. */
export function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  let best = ','
  for (const candidate of [',', ';', '\t', '|']) {
    if (bare.split(candidate).length > bare.split(best).length) best = candidate
  }
  return best
}
