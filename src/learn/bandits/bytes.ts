import { crc32 } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'

// Bytes: 8 of magic, u32 length of the header, u32 CRC-32 of all that follows, header (JSON with the
// lengths of the arrays), the arrays as doubles, little endian, from the next multiple of 8 on.
const MAGIC = 'SWBANDT1'
const PREFIX = 16

/** A header (any JSON value) and arrays of doubles as one file. */
export function packBytes(header: unknown, arrays: readonly Float64Array[]): Uint8Array {
  const words = JSON.stringify({ header, lengths: arrays.map((a) => a.length) })
  const text = new TextEncoder().encode(words)
  const start = Math.ceil((PREFIX + text.length) / 8) * 8
  const size = arrays.reduce((sum, array) => sum + array.byteLength, start)
  const bytes = new Uint8Array(size)
  bytes.set(new TextEncoder().encode(MAGIC))
  bytes.set(text, PREFIX)
  let at = start
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at)
    at += array.byteLength
  }
  const view = new DataView(bytes.buffer)
  view.setUint32(8, text.length, true)
  view.setUint32(12, crc32(bytes.subarray(PREFIX)), true)
  return bytes
}

/** What `packBytes` packed. Throws ERR_STORE_DAMAGED on anything else, and on damage. */
export function unpackBytes(bytes: Uint8Array): {
  readonly header: unknown
  readonly arrays: readonly Float64Array[]
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isOurs = bytes.length >= PREFIX && new TextDecoder().decode(bytes.subarray(0, 8)) === MAGIC
  if (!isOurs) throw damaged('they do not begin as a saved bandit does')
  if (view.getUint32(12, true) !== crc32(bytes.subarray(PREFIX)))
    throw damaged('the checksum differs')
  const length = view.getUint32(8, true)
  const text = new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + length))
  const { header, lengths } = JSON.parse(text) as { header: unknown; lengths: readonly number[] }
  let at = Math.ceil((PREFIX + length) / 8) * 8
  const arrays = lengths.map((count) => {
    const copy = bytes.slice(at, at + count * 8)
    if (copy.byteLength !== count * 8) throw damaged('they end too early')
    at += count * 8
    return new Float64Array(copy.buffer)
  })
  return { header, arrays }
}

function damaged(why: string): StorewrightError {
  return new StorewrightError('ERR_STORE_DAMAGED', `the bytes of a bandit cannot be read: ${why}`, {
    next: 'Take the version before it, or begin with one that has learned nothing.',
  })
}
