/** Places about every n-th, jittered by a fixed sequence: the same length gives the same places. */
export function samplePlaces(length: number, size: number): Uint32Array {
  const count = Math.min(size, length)
  const places = new Uint32Array(count)
  const step = length / count
  let state = 1
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    places[i] = Math.min(length - 1, Math.floor((i + state / 2 ** 32) * step))
  }
  return places
}

/** The finite ones of a sample, sorted: what is not finite has no place on a scale. */
export function sampleOf(keys: ArrayLike<number>, size: number): Float64Array {
  const places = samplePlaces(keys.length, size)
  const sample = new Float64Array(places.length)
  let kept = 0
  for (const place of places) {
    const value = keys[place]!
    if (Number.isFinite(value)) sample[kept++] = value
  }
  return sample.subarray(0, kept).sort()
}

/** Distances of a sample from `base`, sorted; undefined where one is no float. */
export function bigSampleOf(
  keys: BigInt64Array,
  size: number,
  base: bigint,
): Float64Array | undefined {
  const sample = new Float64Array(Math.min(size, keys.length))
  let kept = 0
  for (const place of samplePlaces(keys.length, size)) {
    const distance = Number(keys[place]! - base)
    if (!Number.isSafeInteger(distance)) return undefined
    sample[kept++] = distance
  }
  return sample.sort()
}
