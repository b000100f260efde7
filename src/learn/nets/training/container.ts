import { StorewrightError } from '../../../core/errors.ts'

/**
 * One file of a few lines of JSON and some byte arrays: length of the JSON (uint32, little endian),
 * JSON with the lengths, arrays one after the other.
 */
export function packBytes(meta: object, parts: readonly Uint8Array[]): Uint8Array {
  const sizes = parts.map((part) => part.byteLength)
  const head = new TextEncoder().encode(JSON.stringify({ meta, sizes }))
  const bytes = new Uint8Array(4 + head.length + sizes.reduce((a, b) => a + b, 0))
  new DataView(bytes.buffer).setUint32(0, head.length, true)
  bytes.set(head, 4)
  let at = 4 + head.length
  for (const part of parts) {
    bytes.set(part, at)
    at += part.byteLength
  }
  return bytes
}

/** What `packBytes` packed. Throws ERR_STORE_DAMAGED when the bytes are cut short or of another kind. */
export function unpackBytes(file: Uint8Array): { meta: unknown; parts: Uint8Array[] } {
  // Parts of a Buffer would share its memory, wherever they happen to lie.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
  const damaged = (cause?: unknown) =>
    new StorewrightError('ERR_STORE_DAMAGED', 'the saved net is damaged or of another kind', {
      next: 'Train it again.',
      cause,
    })
  if (bytes.byteLength < 4) throw damaged()
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  try {
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)))
    let at = 4 + length
    const parts: Uint8Array[] = head.sizes.map((size: number) => {
      at += size
      return bytes.slice(at - size, at)
    })
    if (at !== bytes.byteLength) throw damaged()
    return { meta: head.meta, parts }
  } catch (cause) {
    throw damaged(cause)
  }
}
