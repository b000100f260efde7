import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'
import { pathBeside } from '../../core/files.ts'

/** An array in a file. */
export type Section = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array

const KINDS = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f64: Float64Array,
} as const
type Kind = keyof typeof KINDS

interface SectionEntry {
  readonly name: string
  readonly kind: Kind
  readonly at: number
  readonly length: number
  readonly checksum: number
}

/** What stands before the arrays, in JSON. */
interface Header {
  readonly version: number
  readonly about: unknown
  readonly sections: readonly SectionEntry[]
}

const MAGIC = new TextEncoder().encode('SWINDEX\n')
/** Rises when older files can no longer be read as they are. */
const VERSION = 1
const ALIGNMENT = 8
/** Bytes before the header: magic, its length, its checksum. */
const PREAMBLE = 16
/** Bytes that are read, written or summed at a time. */
const PIECE = 1 << 28

/**
 * Writes arrays and what is to be known of them to a file, beside and renamed:
 *
 *   SWINDEX\n | header length, checksum | header (JSON: sections, where, checksums) | arrays at multiples of 8
 */
export function writeSections(
  path: string,
  about: unknown,
  sections: ReadonlyMap<string, Section>,
): void {
  const entries: SectionEntry[] = []
  let at = 0
  for (const [name, section] of sections) {
    const bytes = bytesOf(section)
    entries.push({
      name,
      kind: kindOf(section),
      at,
      length: section.length,
      checksum: checksumOf(bytes),
    })
    at += aligned(bytes.length)
  }
  const header = new TextEncoder().encode(
    JSON.stringify({ version: VERSION, about, sections: entries }),
  )
  const preamble = new Uint8Array(PREAMBLE)
  preamble.set(MAGIC)
  const view = new DataView(preamble.buffer)
  view.setUint32(8, header.length, true)
  view.setUint32(12, crc32(header), true)
  mkdirSync(dirname(path), { recursive: true })
  const part = pathBeside(path)
  try {
    const file = openSync(part, 'w')
    try {
      writeAll(file, preamble)
      writePadded(file, header)
      for (const section of sections.values()) writePadded(file, bytesOf(section))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(part, path)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

/**
 * Reads what `writeSections` wrote; the arrays are views of one buffer. Throws ERR_STORE_DAMAGED when
 * the file is missing, cut off, changed, of another program or of another version.
 */
export function readSections(path: string): {
  readonly about: unknown
  readonly sections: ReadonlyMap<string, Section>
} {
  const bytes = readWhole(path)
  const headerAt = PREAMBLE
  if (bytes.length < PREAMBLE || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw damaged(path, 'it is no search index')
  }
  const view = new DataView(bytes.buffer)
  const headerLength = view.getUint32(8, true)
  const json = bytes.subarray(headerAt, headerAt + headerLength)
  if (json.length < headerLength) throw damaged(path, 'it is cut off')
  if (crc32(json) !== view.getUint32(12, true)) throw damaged(path, 'its header was changed')
  const header = JSON.parse(new TextDecoder().decode(json)) as Header
  if (header.version !== VERSION) {
    throw damaged(path, `it is of version ${header.version}, not ${VERSION}`)
  }
  const start = headerAt + aligned(headerLength)
  const sections = new Map(
    header.sections.map((entry) => [entry.name, readSection(path, bytes, start, entry)]),
  )
  return { about: header.about, sections }
}

function readSection(path: string, bytes: Uint8Array, start: number, entry: SectionEntry): Section {
  const make = KINDS[entry.kind]
  const from = start + entry.at
  const size = entry.length * make.BYTES_PER_ELEMENT
  if (from + size > bytes.length) throw damaged(path, `it is cut off in ${entry.name}`)
  if (checksumOf(bytes.subarray(from, from + size)) !== entry.checksum) {
    throw damaged(path, `${entry.name} was changed`)
  }
  return new make(bytes.buffer as ArrayBuffer, from, entry.length)
}

function damaged(path: string, why: string): StorewrightError {
  return new StorewrightError('ERR_STORE_DAMAGED', `the search index cannot be opened: ${why}`, {
    file: path,
    next: 'Build it again from the products.',
  })
}

function readWhole(path: string): Uint8Array {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (cause) {
    throw new StorewrightError('ERR_STORE_DAMAGED', 'the search index cannot be read', {
      file: path,
      next: 'Build it from the products.',
      cause,
    })
  }
  try {
    const { size } = fstatSync(file)
    const bytes = new Uint8Array(size)
    let at = 0
    while (at < size) {
      const got = readSync(file, bytes, at, Math.min(PIECE, size - at), at)
      if (got === 0) throw damaged(path, 'it is cut off')
      at += got
    }
    return bytes
  } finally {
    closeSync(file)
  }
}

function writePadded(file: number, bytes: Uint8Array): void {
  writeAll(file, bytes)
  const padding = aligned(bytes.length) - bytes.length
  if (padding > 0) writeAll(file, new Uint8Array(padding))
}

function writeAll(file: number, bytes: Uint8Array): void {
  let at = 0
  while (at < bytes.length) at += writeSync(file, bytes, at, Math.min(PIECE, bytes.length - at))
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT
}

function bytesOf(section: Section): Uint8Array {
  return new Uint8Array(section.buffer, section.byteOffset, section.byteLength)
}

function kindOf(section: Section): Kind {
  const found = Object.entries(KINDS).find(([, make]) => section instanceof make)
  return found![0] as Kind
}

function checksumOf(bytes: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += PIECE) sum = crc32(bytes.subarray(at, at + PIECE), sum)
  return sum
}
