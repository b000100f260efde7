/**
 * Lengths of fields as bytes: exact to 24, then three significant bits (within an eighth), to 2 billion.
 * Statistics use the coded lengths, so that they are the same however a document came.
 */
export function encodeLength(length: number): number {
  if (length < EXACT) return length
  let low = EXACT
  let high = 255
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (LENGTHS[middle]! <= length) low = middle
    else high = middle - 1
  }
  return low
}

const EXACT = 24

/** Length that each code stands for. */
export const LENGTHS: Float64Array = Float64Array.from({ length: 256 }, (_, code) => {
  if (code < EXACT) return code
  const step = code - EXACT
  return EXACT * 2 ** Math.floor(step / 8) * (1 + (step % 8) / 8)
})
