import { requireArgument } from '../../../core/errors.ts'
import type { Keys, SortMethod } from './keys.ts'
import { sortColumns, takeRows } from './sort-columns.ts'

/**
 * Sorts floats in place as Float64Array.prototype.sort does (−0 before 0, NaN last and of one kind),
 * by whichever of three ways a sample recommends; returns which. Learned: a model of the distribution
 * gives each value its bucket in one pass, buckets are placed by interpolation and touched up by
 * insertion (LearnedSort: Kristo et al., SIGMOD 2020; buckets of repeated values are counted instead,
 * after LearnedSort 2.0, Kristo et al. 2022). A bucket that the model misjudges is sorted by radix, so
 * that time stays within a factor of the radix whatever is given. Room beside the array: 1.1 times it,
 * three times it at worst.
 */
export function sortFloat64(values: Float64Array): SortMethod {
  return sortColumns(values, undefined, 'choose')
}

/** Sorts signed whole numbers in place, as sortFloat64 does floats; cells are shifts, not products. */
export function sortInt32(values: Int32Array): SortMethod {
  return sortColumns(values, undefined, 'choose')
}

/** Sorts unsigned whole numbers in place, as sortInt32 does signed ones. */
export function sortUint32(values: Uint32Array): SortMethod {
  return sortColumns(values, undefined, 'choose')
}

/**
 * Sorts whole numbers of 64 bits (epoch times, ids) in place: as floats where they lie within 2⁵³ of
 * each other, by radix where they do not.
 */
export function sortBigInt64(values: BigInt64Array): SortMethod {
  return sortColumns(values, undefined, 'choose')
}

/** Columns that may travel with keys. */
export type Payload = Uint32Array | Int32Array | Float32Array | Float64Array | BigInt64Array

/**
 * Sorts keys in place and moves `payload` (as long) with them, equal keys in the order they came; NaN
 * keys are last and become of one kind. Payloads of 32 bits travel with the keys, wider ones are
 * fetched by row afterwards.
 */
export function sortWithPayload(keys: Keys, payload: Payload): SortMethod {
  requireArgument(
    payload.length === keys.length,
    `payload: ${payload.length} values for ${keys.length} keys; give one each`,
  )
  if (payload.BYTES_PER_ELEMENT === 4) {
    const words = new Uint32Array(payload.buffer, payload.byteOffset, payload.length)
    return sortColumns(keys, words, 'choose')
  }
  const rows = rowsOf(keys)
  const method = sortColumns(keys, rows, 'choose')
  takeRows(payload as Float64Array | BigInt64Array, rows)
  return method
}

/** Row numbers in the order of their keys, equal keys by row; the keys stay as they are. */
export function sortedOrder(keys: Keys): Uint32Array {
  const rows = rowsOf(keys)
  sortColumns(keys.slice(), rows, 'choose')
  return rows
}

function rowsOf(keys: Keys): Uint32Array {
  const rows = new Uint32Array(keys.length)
  for (let row = 0; row < rows.length; row++) rows[row] = row
  return rows
}
