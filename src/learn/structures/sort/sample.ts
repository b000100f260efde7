/** A value from about every n-th place, jittered by a fixed sequence: the same array gives the same sample. */
export function sampleOf(values: Float64Array, size: number): Float64Array {
  const count = Math.min(size, values.length)
  const sample = new Float64Array(count)
  const step = values.length / count
  let state = 1
  let kept = 0
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const at = Math.min(values.length - 1, Math.floor((i + state / 2 ** 32) * step))
    const value = values[at]!
    // What is not finite has no place on a scale; it is sorted all the same.
    if (Number.isFinite(value)) sample[kept++] = value
  }
  return sample.subarray(0, kept)
}
