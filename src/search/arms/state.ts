import { crc32 } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'

// What arms learned, as bytes: "SWSTATE1", u32 length of the header, u32 CRC-32 of all behind it,
// header (JSON: kind, meta, arrays), arrays (each at a multiple of 8, little endian).
const MAGIC = 'SWSTATE1'
const PREFIX = 16

const ARRAYS = { Float64Array, Float32Array, Int32Array, Int8Array, Uint8Array } as const
type ArrayName = keyof typeof ARRAYS
/** A column of a saved state. */
export type StateArray = Float64Array | Float32Array | Int32Array | Int8Array | Uint8Array

interface Header {
  readonly kind: string
  readonly meta: unknown
  readonly arrays: readonly (readonly [ArrayName, number])[]
}

const aligned = (at: number) => Math.ceil(at / 8) * 8

/** A state of one `kind` as bytes: JSON and columns. */
export function packState(kind: string, meta: unknown, arrays: readonly StateArray[]): Uint8Array {
  const header: Header = {
    kind,
    meta,
    arrays: arrays.map((array) => [array.constructor.name as ArrayName, array.length]),
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const end = arrays.reduce((at, { byteLength }) => aligned(at) + byteLength, PREFIX + text.length)
  const file = new Uint8Array(end)
  file.set(new TextEncoder().encode(MAGIC))
  file.set(text, PREFIX)
  let at = PREFIX + text.length
  for (const { buffer, byteOffset, byteLength } of arrays) {
    at = aligned(at)
    file.set(new Uint8Array(buffer, byteOffset, byteLength), at)
    at += byteLength
  }
  const view = new DataView(file.buffer)
  view.setUint32(8, text.length, true)
  view.setUint32(12, crc32(file.subarray(PREFIX)), true)
  return file
}

/** What packState packed. Throws ERR_STORE_DAMAGED on bytes of another kind, cut short or changed. */
export function unpackState<Meta>(
  kind: string,
  bytes: Uint8Array,
): { readonly meta: Meta; readonly arrays: readonly StateArray[] } {
  // A copy at the start of its own memory: the slice of a Buffer would share the memory of its file.
  const own = new Uint8Array(bytes)
  if (own.length < PREFIX || new TextDecoder().decode(own.subarray(0, 8)) !== MAGIC) {
    throw damaged(kind, 'it does not start as one')
  }
  const view = new DataView(own.buffer)
  if (crc32(own.subarray(PREFIX)) !== view.getUint32(12, true)) {
    throw damaged(kind, 'its checksum does not fit: it was cut short or changed')
  }
  let at = PREFIX + view.getUint32(8, true)
  // The checksum has shown that this is what packState wrote.
  const header = JSON.parse(new TextDecoder().decode(own.subarray(PREFIX, at))) as Header
  if (header.kind !== kind) throw damaged(kind, `it holds ${header.kind}`)
  const arrays = header.arrays.map(([name, length]) => {
    at = aligned(at)
    const array = new ARRAYS[name](own.buffer, at, length)
    at += array.byteLength
    return array
  })
  // The kind names what the meta is.
  return { meta: header.meta as Meta, arrays }
}

function damaged(kind: string, why: string): StorewrightError {
  return new StorewrightError(
    'ERR_STORE_DAMAGED',
    `The saved state "${kind}" is no good: ${why}.`,
    {
      next: 'Learn it again from the ledger.',
    },
  )
}
