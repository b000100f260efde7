import { structures } from '../../../learn/index.ts'
import { rangeAt } from '../orders/keys.ts'

/** Bits of the finest ranges a column is cut into. */
export const MOST_BITS = 10

/** A column cut at its quantiles: the highest bits of a code are the coarsest cut. */
export interface Quantiles {
  /** Rising; code i stands for values below bounds[i] and not below bounds[i − 1]. */
  readonly bounds: readonly number[]
  /** One more than bounds, rising, below 2^MOST_BITS; not dense where values repeat. */
  readonly codes: readonly number[]
  /** The code of each row. */
  readonly ofRow: Int32Array
}

/**
 * Codes by rank: a value's code is the share of rows below it, in units of 2^−MOST_BITS. A value
 * that many rows share takes one code and leaves out those its rows would have filled.
 */
export function quantilesOf(values: Float64Array): Quantiles {
  const sorted = values.filter((value) => !Number.isNaN(value))
  structures.sortFloat64(sorted)
  const bounds: number[] = []
  const codes: number[] = [0]
  const rows = Math.max(1, values.length)
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1]) continue
    const code = Math.floor((i / rows) * 2 ** MOST_BITS)
    if (code > codes.at(-1)!) {
      bounds.push(sorted[i]!)
      codes.push(code)
    }
  }
  const ofRow = new Int32Array(values.length)
  for (let i = 0; i < rows; i++) ofRow[i] = codes[rangeAt(bounds, values[i]!)]!
  return { bounds, codes, ofRow }
}

/** Ranges that agree in the highest `bits` bits of their codes made one. */
export function coarser(
  { bounds, codes }: Quantiles,
  bits: number,
): { readonly bounds: readonly number[]; readonly prefixes: readonly number[] } {
  const shift = MOST_BITS - bits
  const kept: number[] = []
  const prefixes = [codes[0]! >> shift]
  for (let i = 1; i < codes.length; i++) {
    const prefix = codes[i]! >> shift
    if (prefix === prefixes.at(-1)) continue
    kept.push(bounds[i - 1]!)
    prefixes.push(prefix)
  }
  return { bounds: kept, prefixes }
}
