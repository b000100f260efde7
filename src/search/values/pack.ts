/** Arrays of numbers that can be packed. */
export type PackedArray =
  | Uint8Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>

/** Named arrays, texts and a few plain facts. */
export interface Bundle {
  readonly facts: unknown
  readonly arrays: Readonly<Record<string, PackedArray>>
  readonly texts: Readonly<Record<string, readonly string[]>>
}

interface Entry {
  readonly name: string
  readonly kind: keyof typeof KINDS
  readonly at: number
  readonly length: number
}

const KINDS = {
  u8: Uint8Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const

/** Packs a bundle into bytes: length of the head (JSON), the head, then each array at a multiple of 8. */
export function pack({ facts, arrays, texts }: Bundle): Uint8Array<ArrayBuffer> {
  const all: Record<string, PackedArray> = { ...arrays }
  for (const [name, list] of Object.entries(texts)) Object.assign(all, packTexts(name, list))
  let size = 0
  const entries = Object.entries(all).map(([name, array]): Entry => {
    const entry = { name, kind: kindOf(array), at: size, length: array.length }
    size += Math.ceil(array.byteLength / 8) * 8
    return entry
  })
  const head = new TextEncoder().encode(
    JSON.stringify({ facts, entries, texts: Object.keys(texts) }),
  )
  const start = Math.ceil((8 + head.length) / 8) * 8
  const bytes = new Uint8Array(start + size)
  new DataView(bytes.buffer).setUint32(0, head.length, true)
  bytes.set(head, 8)
  for (const { name, at } of entries) {
    const { buffer, byteOffset, byteLength } = all[name]!
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), start + at)
  }
  return bytes
}

/** What `pack` packed; throws RangeError or SyntaxError where the bytes are others. */
export function unpack(bytes: Uint8Array): Bundle {
  // A copy where the bytes do not start at a multiple of 8: typed arrays ask for it.
  const whole = bytes.byteOffset % 8 === 0 && bytes.buffer instanceof ArrayBuffer
  const own = (whole ? bytes : new Uint8Array(bytes)) as Uint8Array<ArrayBuffer>
  const headLength = new DataView(own.buffer, own.byteOffset).getUint32(0, true)
  const head = JSON.parse(new TextDecoder().decode(own.subarray(8, 8 + headLength))) as {
    readonly facts: unknown
    readonly entries: readonly Entry[]
    readonly texts: readonly string[]
  }
  const start = own.byteOffset + Math.ceil((8 + headLength) / 8) * 8
  const arrays: Record<string, PackedArray> = {}
  for (const { name, kind, at, length } of head.entries) {
    arrays[name] = new KINDS[kind](own.buffer, start + at, length)
  }
  const texts: Record<string, readonly string[]> = {}
  for (const name of head.texts) {
    texts[name] = unpackTexts(name, arrays)
    delete arrays[`${name}.text`]
    delete arrays[`${name}.lengths`]
  }
  return { facts: head.facts, arrays, texts }
}

function packTexts(name: string, list: readonly string[]): Record<string, PackedArray> {
  // Lengths are in UTF-16 units, by which the one decoded text is cut; a lone half of a letter stays
  // one unit (U+FFFD).
  const lengths = Uint32Array.from(list, (text) => text.length)
  const text = new TextEncoder().encode(list.join(''))
  return { [`${name}.text`]: text, [`${name}.lengths`]: lengths }
}

function unpackTexts(name: string, arrays: Readonly<Record<string, PackedArray>>): string[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(arrays[`${name}.text`])
  const lengths = arrays[`${name}.lengths`]!
  let at = 0
  return Array.from(lengths, (length) => {
    at += length
    return text.slice(at - length, at)
  })
}

function kindOf(array: PackedArray): keyof typeof KINDS {
  if (array instanceof Uint8Array) return 'u8'
  if (array instanceof Int32Array) return 'i32'
  if (array instanceof Uint32Array) return 'u32'
  return array instanceof Float32Array ? 'f32' : 'f64'
}

/** An array of the bundle by name and kind; throws RangeError where it is not there. */
export function arrayOf<K extends keyof typeof KINDS>(
  { arrays }: Bundle,
  name: string,
  kind: K,
): InstanceType<(typeof KINDS)[K]> {
  const array = arrays[name]
  if (array === undefined || kindOf(array) !== kind) throw new RangeError(`no ${kind} ${name}`)
  return array as InstanceType<(typeof KINDS)[K]>
}
