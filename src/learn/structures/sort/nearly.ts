import type { SortKernel } from './kernel.ts'

/** Numbers that may be out of order, as a share; with more of them other ways are quicker. */
const MOST_ASIDE = 1 / 8

/** Sorts numbers that are nearly in order; false, with nothing moved, where too many are not. */
export function runNearly(kernel: SortKernel, keys: BigInt64Array): boolean {
  const { length } = keys
  const most = Math.ceil(MOST_ASIDE * length)
  const bytes = 8 * (length + 2 * most)
  const at = bytes > 2 ** 32 - 2 ** 20 ? 0 : kernel.reserve(bytes) >>> 0
  if (at === 0) return false
  const copied = new BigInt64Array(kernel.memory.buffer, at, length)
  copied.set(keys)
  if (kernel.sortNearly(at, at + 8 * length, length, most) === 0) return false
  keys.set(copied)
  return true
}
