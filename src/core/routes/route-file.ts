import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { StorewrightError } from '../errors.ts'
import { writePartsWhole } from '../files.ts'
import type { CostSteps, RouteSet } from './route-set.ts'

// File: 8 bytes "SWROUTE1", u32 length of the header, u32 CRC-32 of all that follows, header (JSON,
// padded with spaces to a multiple of 8), then the arrays as they lie in memory, little endian:
// index, words, overlay, lane, minute, capacity of the departures, and, where they are known, deadline
// and arrivals of the runs. Words of an overlay's base are
// not written again: opening asks for the base.
const MAGIC = 'SWROUTE1'
const PREFIX = 16
/** Bytes read and checked at a time. */
const PIECE = 16 << 20

interface Header {
  readonly version: string
  readonly baseMinute: number
  readonly spanMinutes: number
  readonly costSteps: CostSteps
  readonly siteIds: readonly string[]
  readonly areaIds: readonly string[]
  readonly laneIds: readonly string[]
  readonly overlayOf?: string
  /** Words of each array, in the order of the file. */
  readonly lengths: readonly number[]
}

/** Saves a set as one file, beside and renamed. An overlay is saved without the words of its base. */
export function saveRouteSet(path: string, set: RouteSet): void {
  const arrays = [
    set.index,
    set.overlayOf === undefined ? set.words : new Int32Array(0),
    set.overlay,
    set.departures.lane,
    set.departures.minute,
    set.departures.capacity,
    ...(set.runs === undefined ? [] : [set.runs.deadline, set.runs.arrive]),
  ]
  const { version, baseMinute, spanMinutes, costSteps, siteIds, areaIds, laneIds } = set
  const header: Header = {
    ...{ version, baseMinute, spanMinutes, costSteps, siteIds, areaIds, laneIds },
    ...(set.overlayOf === undefined ? {} : { overlayOf: set.overlayOf }),
    lengths: arrays.map((array) => array.length),
  }
  const text = new TextEncoder().encode(padded(JSON.stringify(header)))
  const bytes = arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength))
  const sum = bytes.reduce((crc, part) => crc32(part, crc), crc32(text))
  const prefix = new Uint8Array(PREFIX)
  prefix.set(new TextEncoder().encode(MAGIC))
  const view = new DataView(prefix.buffer)
  view.setUint32(8, text.length, true)
  view.setUint32(12, sum, true)
  writePartsWhole(path, [prefix, text, ...bytes])
}

/** Pads to a multiple of 8 bytes, counting the bytes of UTF-8. */
function padded(text: string): string {
  return text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8)
}

/**
 * Opens a saved set, straight into shared memory. `base` is the set that an overlay lies over.
 * Throws ERR_ROUTES_DAMAGED for a file that is cut off, changed or no route set, ERR_ROUTES_VERSION
 * for an overlay without its base.
 */
export function openRouteSet(path: string, base?: RouteSet): RouteSet {
  const file = openFile(path)
  try {
    const prefix = readAt(file, path, 0, PREFIX)
    if (new TextDecoder().decode(prefix.subarray(0, 8)) !== MAGIC) {
      throw damaged(path, 'it does not begin as a route set of this version does')
    }
    const view = new DataView(prefix.buffer)
    const length = view.getUint32(8, true)
    if (PREFIX + length > fstatSync(file).size) throw damaged(path, 'it ends within its header')
    const text = readAt(file, path, PREFIX, length)
    const header = parseHeader(path, text)
    const size = PREFIX + length + 4 * header.lengths.reduce((a, b) => a + b, 0)
    if (fstatSync(file).size !== size) throw damaged(path, `it should have ${size} bytes`)
    const { arrays, sum } = readArrays(file, path, PREFIX + length, header.lengths, crc32(text))
    if (sum !== view.getUint32(12, true)) throw damaged(path, 'its checksum does not agree')
    return setOf(path, header, arrays, base)
  } finally {
    closeSync(file)
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw new StorewrightError('ERR_ROUTES_VERSION', `There is no route set at ${path}.`, {
      file: path,
      next: 'Build it with the network’s timetable, or name another file.',
      cause,
    })
  }
}

function parseHeader(path: string, text: Uint8Array): Header {
  let header: Partial<Header>
  try {
    header = JSON.parse(new TextDecoder().decode(text)) as Partial<Header>
  } catch (cause) {
    throw damaged(path, 'its header cannot be read', cause)
  }
  if (header.lengths?.length === 6 || header.lengths?.length === 8) return header as Header
  throw damaged(path, 'its header does not say what the file holds')
}

function readArrays(
  file: number,
  path: string,
  at: number,
  lengths: readonly number[],
  start: number,
): { readonly arrays: readonly Int32Array[]; readonly sum: number } {
  let [sum, position] = [start, at]
  const arrays = lengths.map((length) => {
    const array = new Int32Array(new SharedArrayBuffer(4 * length))
    const bytes = new Uint8Array(array.buffer)
    // In pieces: one read takes at most 2 GiB, and a piece is summed while it is in the caches.
    for (let from = 0; from < bytes.length; from += PIECE) {
      const piece = bytes.subarray(from, from + PIECE)
      fill(file, path, piece, position + from)
      sum = crc32(piece, sum)
    }
    position += bytes.length
    return array
  })
  return { arrays, sum }
}

function readAt(file: number, path: string, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
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

function setOf(
  path: string,
  header: Header,
  arrays: readonly Int32Array[],
  base: RouteSet | undefined,
): RouteSet {
  const { lengths: _, overlayOf, ...fields } = header
  const [index, words, overlay, lane, minute, capacity, deadline, arrive] = arrays
  if (overlayOf !== undefined && base?.version !== overlayOf) {
    throw new StorewrightError(
      'ERR_ROUTES_VERSION',
      `Route set ${header.version} lies over ${overlayOf}, which was not given.`,
      { file: path, next: `Open route set ${overlayOf} first and give it as the base.` },
    )
  }
  return {
    ...fields,
    overlayOf,
    index: index!,
    words: overlayOf === undefined ? words! : base!.words,
    overlay: overlay!,
    departures: { lane: lane!, minute: minute!, capacity: capacity! },
    ...(arrive === undefined ? {} : { runs: { deadline: deadline!, arrive } }),
  }
}

function damaged(path: string, why: string, cause?: unknown): StorewrightError {
  return new StorewrightError(
    'ERR_ROUTES_DAMAGED',
    `The route set at ${path} is damaged: ${why}.`,
    {
      file: path,
      next: 'Build the route set again, or roll back to the one before.',
      cause,
    },
  )
}
