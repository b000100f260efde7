import { structures } from '../../../learn/index.ts'

/**
 * Places of rows sorted by several keys, the first the highest; equal rows stay in their order.
 * Keys are packed with the row's own number into one double and sorted by the learned sort.
 */
export function orderBy(keys: readonly Ranks[], rows: number): Int32Array {
  let code = new Float64Array(rows)
  let codes = 1
  for (const { ranks, count } of keys) {
    if (codes * count * rows >= Number.MAX_SAFE_INTEGER) {
      const packed = denseRanks(code)
      code = packed.ranks
      codes = packed.count
    }
    for (let i = 0; i < rows; i++) code[i] = code[i]! * count + ranks[i]!
    codes *= count
  }
  if (codes * rows >= Number.MAX_SAFE_INTEGER) code = denseRanks(code).ranks
  for (let i = 0; i < rows; i++) code[i] = code[i]! * rows + i
  structures.sortFloat64(code)
  return Int32Array.from(code, (value) => value % rows)
}

/** Places of values among the distinct ones. */
export interface Ranks {
  readonly ranks: Float64Array<ArrayBuffer>
  readonly count: number
}

/** The place of each value among the distinct ones; no value is NaN. */
export function denseRanks(values: Float64Array): Ranks {
  const sorted = values.slice()
  structures.sortFloat64(sorted)
  let count = 0
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[count++] = sorted[i]!
  }
  const ranks = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    let low = 0
    let high = count - 1
    const value = values[i]!
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle]! < value) low = middle + 1
      else high = middle
    }
    ranks[i] = low
  }
  return { ranks, count: Math.max(1, count) }
}

/** Places where groups of equal size begin, with the end; the last may be smaller. */
export function equalStarts(rows: number, size: number): Int32Array {
  const groups = Math.max(1, Math.ceil(rows / size))
  return Int32Array.from({ length: groups + 1 }, (_, g) => Math.min(rows, Math.round(g * size)))
}
