/** A buffer that grows and is used again: no allocation in loops over series. Contents are stale. */
export function growable(): (length: number) => Float64Array {
  let buffer = new Float64Array(0)
  return (length) => {
    if (buffer.length < length) buffer = new Float64Array(Math.max(64, 2 * length))
    return buffer
  }
}
