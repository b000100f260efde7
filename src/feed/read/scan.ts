import { isUtf8 } from 'node:buffer'
import { StorewrightError } from '../../core/errors.ts'
import { throwIfStopped } from '../../core/progress.ts'
import type { FaultList } from '../check/faults.ts'
import { bytesOf } from './bytes.ts'
import { createLineIndex, type LineIndex } from './line-index.ts'
import { delimiterOf, emptyShape, type RecordShape, readRecord, splitRecord } from './record.ts'

/** What the first pass over a CSV file finds. */
export interface CsvScan {
  readonly header: readonly string[]
  readonly delimiter: string
  /** Lines of the well-formed records, in order. */
  readonly lines: LineIndex
  /** False when DuckDB could read other records from it than this pass: then it gets a clean copy. */
  readonly plain: boolean
}

export interface ScanOptions {
  readonly path: string
  /** Name in faults. */
  readonly file: string
  readonly gzip: boolean
  readonly limitBytes: number
  readonly faults: FaultList
  readonly signal?: AbortSignal | undefined
  /** Receives the header and each well-formed record, without its line end. */
  readonly onRecord?: ((bytes: Buffer) => void) | undefined
}

/** No record of ours is longer; a missing closing quote is, soon. */
const RECORD_LIMIT = 1 << 20

interface ScanState {
  readonly options: ScanOptions
  readonly lines: LineIndex
  header: readonly string[] | undefined
  delimiter: string
  plain: boolean
  lineEnds: number
  /** Records that are none, all reported. */
  unsound: number
  /** Line (1-based) on which the next record starts. */
  line: number
  /** No more can be made of the file. */
  stopped: boolean
}

/**
 * First pass over a CSV file: finds its header, where each record starts, and every record that is
 * no record (wrong number of fields, quotes, bytes that are not UTF-8). Faults go to
 * `options.faults`; undefined when nothing can be made of the file.
 */
export async function scanCsv(options: ScanOptions): Promise<CsvScan | undefined> {
  const state: ScanState = {
    options,
    lines: createLineIndex(),
    header: undefined,
    delimiter: ',',
    plain: true,
    lineEnds: 0,
    unsound: 0,
    line: 1,
    stopped: false,
  }
  const { path, file, gzip, limitBytes, faults, signal } = options
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of bytesOf(path, file, gzip, limitBytes)) {
      throwIfStopped(signal)
      const block = rest.length === 0 ? withoutBom(chunk, state) : Buffer.concat([rest, chunk])
      rest = block.subarray(scanBlock(state, block, false))
      if (rest.length > RECORD_LIMIT) tooLong(state)
      if (state.stopped) return undefined
    }
    scanBlock(state, rest, true)
  } catch (error) {
    if (!(error instanceof StorewrightError) || !error.code.startsWith('ERR_FEED')) throw error
    const expected = `a whole file below the limit. ${error.next ?? ''}`.trim()
    faults.add({ code: error.code, file, expected, found: error.message })
    return undefined
  }
  return finished(state)
}

function finished(state: ScanState): CsvScan | undefined {
  const { header, delimiter, lines, plain, lineEnds, options } = state
  if (state.stopped) return undefined
  if (header === undefined || (lines.count === 0 && state.unsound === 0)) {
    const found = header === undefined ? 'an empty file' : 'a header and no rows'
    options.faults.add({
      code: 'ERR_FEED_EMPTY',
      file: options.file,
      expected: 'a header and at least one row; leave the file out if there is nothing to import',
      found,
    })
    return undefined
  }
  const oneKindOfEnd = (lineEnds & (lineEnds - 1)) === 0
  return { header, delimiter, lines, plain: plain && oneKindOfEnd }
}

function withoutBom(chunk: Buffer, state: ScanState): Buffer {
  const first = state.header === undefined && state.line === 1
  if (first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) return chunk.subarray(3)
  return chunk
}

/** Scans the whole records of a block; returns how many bytes they took. */
function scanBlock(state: ScanState, block: Buffer, atEnd: boolean): number {
  const lastLine = atEnd ? block.length : block.lastIndexOf(10) + 1
  const doubtful = !isUtf8(block.subarray(0, lastLine))
  const shape = emptyShape()
  let from = 0
  while (from < block.length && !state.stopped) {
    if (state.header === undefined) chooseDelimiter(state, block)
    readRecord(block, from, block.length, atEnd, state.delimiter.charCodeAt(0), shape)
    if (shape.next < 0) return from
    takeRecord(state, block, from, shape, doubtful)
    from = shape.next
  }
  return from
}

function chooseDelimiter(state: ScanState, block: Buffer): void {
  const end = block.findIndex((byte) => byte === 10 || byte === 13)
  state.delimiter = delimiterOf(block.subarray(0, end < 0 ? undefined : end).toString('latin1'))
}

function takeRecord(
  state: ScanState,
  block: Buffer,
  from: number,
  shape: RecordShape,
  doubtful: boolean,
): void {
  const bytes = block.subarray(from, shape.end)
  const line = state.line
  state.line += shape.lines
  state.lineEnds |= shape.lineEnd
  if (bytes.length === 0) {
    state.plain = false
    return
  }
  const sound = recordSound(state, bytes, line, shape, doubtful)
  if (state.header === undefined) {
    state.stopped = !sound
    if (shape.lines > 1) state.plain = false
    if (sound) state.header = splitRecord(bytes.toString('utf8'), state.delimiter)
  } else if (sound) {
    state.lines.push(line)
  } else {
    state.unsound++
    state.plain = false
  }
  if (sound) state.options.onRecord?.(bytes)
}

/** Reports what is wrong with a record; true when nothing is. */
function recordSound(
  state: ScanState,
  bytes: Buffer,
  line: number,
  shape: RecordShape,
  doubtful: boolean,
): boolean {
  const { file, faults } = state.options
  const bad = (expected: string, found: string) => {
    faults.add({ code: 'ERR_FEED_BAD_VALUE', file, line, expected, found })
    return false
  }
  if (shape.hasNul || (doubtful && !isUtf8(bytes))) return reportEncoding(state, bytes, line, shape)
  if (shape.unclosed) return bad('a closing quote', 'a quoted field that never ends')
  if (shape.misquoted)
    return bad('quotes around the whole field, and "" for a quote in it', 'a stray quote')
  const width = state.header?.length ?? shape.fields
  if (shape.fields !== width)
    return bad(`${width} fields as in the header`, `${shape.fields} fields`)
  if (bytes.length > RECORD_LIMIT) return bad(`a row below ${RECORD_LIMIT} bytes`, 'a longer row')
  return true
}

function reportEncoding(
  state: ScanState,
  bytes: Buffer,
  line: number,
  shape: RecordShape,
): boolean {
  const fields = splitRecord(bytes.toString('latin1'), state.delimiter)
  const at = fields.findIndex((field) => !isUtf8(Buffer.from(field, 'latin1')))
  const column = at < 0 ? undefined : (state.header?.[at] ?? fields[at])
  const value = at < 0 ? undefined : fields[at]
  state.options.faults.add({
    code: 'ERR_FEED_ENCODING',
    file: state.options.file,
    line,
    ...(column === undefined ? {} : { column }),
    ...(value === undefined ? {} : { value }),
    expected: 'UTF-8; save or convert the file as UTF-8 (iconv -f latin1 -t utf-8)',
    found: shape.hasNul ? 'bytes 0, as in UTF-16 or a binary file' : 'bytes that are not UTF-8',
  })
  return false
}

function tooLong(state: ScanState): void {
  state.options.faults.add({
    code: 'ERR_FEED_UNREADABLE',
    file: state.options.file,
    line: state.line,
    expected: `rows below ${RECORD_LIMIT} bytes; is a closing quote missing, or is this no CSV file?`,
    found: 'a longer row',
  })
  state.stopped = true
}
