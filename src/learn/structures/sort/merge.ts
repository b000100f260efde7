import type { Keys } from './keys.ts'

/** Rows of keys in the engine's order (−0 before 0, NaN last), equal ones as they came: a plain merge. */
export function mergeOrder(keys: Keys): Uint32Array<ArrayBuffer> {
  const { length } = keys
  let from = Uint32Array.from({ length }, (_, row) => row)
  let to = new Uint32Array(length)
  for (let width = 1; width < length; width *= 2) {
    for (let low = 0; low < length; low += 2 * width) {
      const middle = Math.min(low + width, length)
      merge(keys, from, to, low, middle, Math.min(low + 2 * width, length))
    }
    const swap = from
    from = to
    to = swap
  }
  return from
}

function merge(
  keys: Keys,
  from: Uint32Array,
  to: Uint32Array,
  low: number,
  middle: number,
  high: number,
): void {
  let [left, right] = [low, middle]
  for (let at = low; at < high; at++) {
    const takesRight =
      left === middle || (right < high && isBelow(keys[from[right]!]!, keys[from[left]!]!))
    to[at] = takesRight ? from[right++]! : from[left++]!
  }
}

/** Whether `a` stands before `b`. */
export function isBelow(a: number | bigint, b: number | bigint): boolean {
  if (a < b) return true
  if (a > b || typeof a === 'bigint') return false
  if (a === b) return a === 0 && Object.is(a, -0) && Object.is(b, 0)
  return Number.isNaN(b) && !Number.isNaN(a)
}
