import { firstNotBelow } from '../../core/bisect.ts'

/**
 * Share of the other values that each value is above, ties counted half, in [0, 1]; NaN stays NaN,
 * and a value without others stands at 0.5.
 */
export function percentiles(values: ArrayLike<number>): Float32Array {
  const sorted = sortedPresent(values)
  const others = sorted.length - 1
  const out = new Float32Array(values.length)
  for (let i = 0; i < out.length; i++) {
    const value = values[i]!
    if (Number.isNaN(value) || others === 0) {
      out[i] = Number.isNaN(value) ? Number.NaN : 0.5
      continue
    }
    const from = firstNotBelow(sorted, value)
    let to = from + 1
    while (to <= others && sorted[to] === value) to++
    out[i] = (from + (to - from - 1) / 2) / others
  }
  return out
}

/** The values that are there, rising. */
function sortedPresent(values: ArrayLike<number>): Float64Array {
  const present = new Float64Array(values.length)
  let count = 0
  for (let i = 0; i < values.length; i++)
    if (!Number.isNaN(values[i]!)) present[count++] = values[i]!
  return present.subarray(0, count).sort()
}
