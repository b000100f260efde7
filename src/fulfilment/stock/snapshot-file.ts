import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'
import { writePartsWholeAsync } from '../../core/files.ts'
import { sharedWords } from './book.ts'
import {
  NUMBER_COLUMNS,
  type NumberColumn,
  roomFor,
  type SnapshotColumns,
  TEXT_COLUMNS,
  type TextColumn,
} from './snapshot-columns.ts'

// File `stock-SEQUENCE.snapshot`: 8 bytes "SWSTOCK2", u32 length of the header, u32 CRC-32 of all
// that follows, header (JSON, padded with spaces to a multiple of 8), then the columns of numbers as
// they lie in memory, little endian, those of eight bytes first, then the texts: lists of JSON of
// many texts each, one a line.
const MAGIC = 'SWSTOCK2'
const PREFIX = 16
/** Texts in one list of JSON: one list of all would pass the longest text there can be. */
const TEXTS_A_LINE = 65_536
/** Bytes read and checked at a time. */
const PIECE = 16 << 20
/** Snapshots kept: the last, and the one before in case that is damaged. */
const KEPT = 2

interface Header {
  readonly sequence: number
  /** Null before the first event. */
  readonly time: number | null
  readonly columns: readonly {
    readonly name: string
    readonly kind: 'int32' | 'float64' | 'text'
    readonly bytes: number
  }[]
}

/**
 * Writes columns into a folder, beside the snapshots there, and removes all but the last two. Returns
 * the path of the new one.
 */
export async function writeSnapshot(folder: string, columns: SnapshotColumns): Promise<string> {
  const numbers = NUMBER_COLUMNS.map((name) => [name, columns.numbers[name]] as const)
  // Eight-byte numbers first, so that each column begins where its type may.
  const ordered = numbers.toSorted(([, a], [, b]) => b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT)
  const texts = TEXT_COLUMNS.map((name) => [name, textBytes(columns.texts[name])] as const)
  const header: Header = {
    sequence: columns.sequence,
    time: Number.isFinite(columns.time) ? columns.time : null,
    columns: [
      ...ordered.map(([name, values]) => ({
        name,
        kind: kindOf(values),
        bytes: values.byteLength,
      })),
      ...texts.map(([name, bytes]) => ({ name, kind: 'text' as const, bytes: bytes.length })),
    ],
  }
  const head = Buffer.from(padded(JSON.stringify(header)))
  const body = [
    head,
    ...ordered.map(([, values]) =>
      Buffer.from(values.buffer, values.byteOffset, values.byteLength),
    ),
    ...texts.map(([, bytes]) => bytes),
  ]
  const prefix = Buffer.alloc(PREFIX)
  prefix.write(MAGIC)
  prefix.writeUInt32LE(head.length, 8)
  prefix.writeUInt32LE(
    body.reduce((sum, part) => crc32(part, sum), 0),
    12,
  )
  const written = join(folder, fileName(columns.sequence))
  await writePartsWholeAsync(written, [prefix, ...body])
  for (const { path } of listSnapshots(folder).slice(KEPT)) rmSync(path, { force: true })
  return written
}

function kindOf(values: Int32Array | Float64Array): 'int32' | 'float64' {
  return values instanceof Int32Array ? 'int32' : 'float64'
}

function fileName(sequence: number): string {
  return `stock-${String(sequence).padStart(15, '0')}.snapshot`
}

/** Pads to a multiple of 8 bytes, counting the bytes of UTF-8. */
function padded(text: string): string {
  return text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8)
}

function textBytes(texts: readonly string[]): Buffer {
  const lines: string[] = []
  for (let i = 0; i < texts.length; i += TEXTS_A_LINE) {
    lines.push(JSON.stringify(texts.slice(i, i + TEXTS_A_LINE)))
  }
  return Buffer.concat(lines.map((line) => Buffer.from(`${line}\n`)))
}

/** Snapshots in a folder, newest first; none where the folder is missing. */
export function listSnapshots(
  folder: string,
): { readonly path: string; readonly sequence: number }[] {
  let names: string[] = []
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names
    .flatMap((name) => {
      const sequence = /^stock-(\d+)\.snapshot$/.exec(name)?.[1]
      return sequence === undefined
        ? []
        : [{ path: join(folder, name), sequence: Number(sequence) }]
    })
    .sort((a, b) => b.sequence - a.sequence)
}

/** Reads a snapshot. Throws ERR_STOCK_DAMAGED for a file that is cut off, changed or none. */
export function readSnapshot(path: string): SnapshotColumns {
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    const prefix = readAt(file, path, 0, PREFIX)
    if (prefix.toString('latin1', 0, 8) !== MAGIC) throw damaged(path, 'it begins otherwise')
    const length = prefix.readUInt32LE(8)
    if (PREFIX + length > size) throw damaged(path, 'it ends within its header')
    const head = readAt(file, path, PREFIX, length)
    const header = parseHeader(path, head)
    const total = header.columns.reduce((sum, { bytes }) => sum + bytes, PREFIX + length)
    if (total !== size) throw damaged(path, `it should have ${total} bytes`)
    const body = readBody(file, path, PREFIX + length, header, crc32(head))
    if (body.sum !== prefix.readUInt32LE(12)) throw damaged(path, 'its checksum does not agree')
    return body.columns
  } finally {
    closeSync(file)
  }
}

function parseHeader(path: string, head: Buffer): Header {
  try {
    const header = JSON.parse(head.toString()) as Header
    const names = new Set(header.columns.map(({ name }) => name))
    if ([...NUMBER_COLUMNS, ...TEXT_COLUMNS].every((name) => names.has(name))) return header
  } catch (cause) {
    throw damaged(path, 'its header cannot be read', cause)
  }
  throw damaged(path, 'it lacks columns')
}

function readBody(file: number, path: string, start: number, header: Header, from: number) {
  let [sum, at] = [from, start]
  const numbers = new Map<string, Int32Array | Float64Array>()
  const texts = new Map<string, Buffer>()
  for (const { name, kind, bytes } of header.columns) {
    const memory = memoryFor(name, bytes)
    const buffer = Buffer.from(memory, 0, bytes)
    for (let piece = 0; piece < bytes; piece += PIECE) {
      const part = buffer.subarray(piece, piece + PIECE)
      fill(file, path, part, at + piece)
      sum = crc32(part, sum)
    }
    at += bytes
    if (kind === 'text') texts.set(name, buffer)
    else if (kind === 'int32') numbers.set(name, new Int32Array(memory, 0, bytes / 4))
    else numbers.set(name, new Float64Array(memory, 0, bytes / 8))
  }
  const columns = (): SnapshotColumns => ({
    sequence: header.sequence,
    time: header.time ?? Number.NEGATIVE_INFINITY,
    numbers: Object.fromEntries(numbers) as Record<NumberColumn, Int32Array>,
    texts: Object.fromEntries([...texts].map(([name, bytes]) => [name, textsOf(bytes)])) as Record<
      TextColumn,
      string[]
    >,
  })
  return {
    sum,
    // Texts are parsed once the checksum agrees.
    get columns() {
      return columns()
    },
  }
}

/** Counts are read where they will be served from: shared, with room for more behind them. */
function memoryFor(name: string, bytes: number): ArrayBuffer | SharedArrayBuffer {
  const isServed = name === 'index' || name === 'cells'
  return isServed ? sharedWords(roomFor(bytes / 4)).buffer : new ArrayBuffer(bytes)
}

function textsOf(bytes: Buffer): string[] {
  const texts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at)
    for (const text of JSON.parse(bytes.toString('utf8', at, end)) as string[]) texts.push(text)
    at = end + 1
  }
  return texts
}

function readAt(file: number, path: string, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  fill(file, path, bytes, at)
  return bytes
}

function fill(file: number, path: string, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(file, bytes, done, bytes.length - done, at + done)
    if (read === 0) throw damaged(path, 'it ends too early')
    done += read
  }
}

function damaged(path: string, why: string, cause?: unknown): StorewrightError {
  return new StorewrightError(
    'ERR_STOCK_DAMAGED',
    `The snapshot of stock at ${path} is damaged: ${why}.`,
    {
      file: path,
      next: 'Remove it: the one before it, or the ledger alone, restores the same.',
      cause,
    },
  )
}
