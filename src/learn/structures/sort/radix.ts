import type { SortKernel } from './kernel.ts'
import { type Keys, SIGN_32, SIGN_64 } from './keys.ts'
import { copy, viewOf } from './learned.ts'

/** Sorts keys and their words by the radix of the bits; false, with nothing moved, without memory. */
export function runRadix(kernel: SortKernel, keys: Keys, words: Uint32Array | undefined): boolean {
  const { length, BYTES_PER_ELEMENT: size } = keys
  const keyBytes = Math.ceil((length * size) / 16) * 16
  const wordBytes = words === undefined ? 0 : Math.ceil((length * 4) / 16) * 16
  const records = words === undefined ? keyBytes : 2 * (2 * length * size)
  const bytes = keyBytes + wordBytes + records
  const at = bytes > 2 ** 32 - 2 ** 20 ? 0 : kernel.reserve(bytes) >>> 0
  if (at === 0) return false
  copy(viewOf(keys, kernel.memory.buffer, at, length), keys, 0)
  if (words === undefined) sortAlone(kernel, keys, at, at + keyBytes)
  else {
    const wordsAt = at + keyBytes
    new Uint32Array(kernel.memory.buffer, wordsAt, length).set(words)
    sortPairs(kernel, keys, at, wordsAt)
    words.set(new Uint32Array(kernel.memory.buffer, wordsAt, length))
  }
  copy(keys, viewOf(keys, kernel.memory.buffer, at, length), 0)
  return true
}

function sortAlone(kernel: SortKernel, keys: Keys, at: number, other: number): void {
  const { length } = keys
  if (keys instanceof Float64Array) kernel.radixFloats(at, other, length)
  else if (keys instanceof BigInt64Array) kernel.radix64(at, other, length, SIGN_64)
  else kernel.radix32(at, other, length, keys instanceof Int32Array ? SIGN_32 : 0)
}

function sortPairs(kernel: SortKernel, keys: Keys, at: number, wordsAt: number): void {
  const { length } = keys
  if (keys instanceof Float64Array) kernel.radixPairs64(at, wordsAt, length, 1)
  else if (keys instanceof BigInt64Array) kernel.radixPairs64(at, wordsAt, length, 0)
  else kernel.radixPairs32(at, wordsAt, length, keys instanceof Int32Array ? SIGN_32 : 0)
}
