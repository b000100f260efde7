/**
 * Quantile of the first `count` values (which it reorders): Hazen's position count × level − ½,
 * interpolated between neighbours and held within them.
 */
export function quantileOf(values: Float64Array, count: number, level: number): number {
  const position = Math.min(count - 1, Math.max(0, count * level - 0.5))
  const below = Math.floor(position)
  const low = selectNth(values, count, below)
  const share = position - below
  if (share === 0) return low
  let next = Infinity
  for (let i = below + 1; i < count; i++) if (values[i]! < next) next = values[i]!
  return low + share * (next - low)
}

/**
 * Puts the n-th smallest (from 0) of the first `count` values in its place, smaller ones before it
 * and larger ones after it, and returns it (Hoare 1961, median of three).
 */
export function selectNth(values: Float64Array, count: number, n: number): number {
  let first = 0
  let last = count - 1
  while (first < last) {
    const pivot = medianOfThree(values[first]!, values[(first + last) >> 1]!, values[last]!)
    let i = first
    let j = last
    while (i <= j) {
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i > j) break
      const kept = values[i]!
      values[i++] = values[j]!
      values[j--] = kept
    }
    if (n <= j) last = j
    else if (n >= i) first = i
    else break
  }
  return values[n]!
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}

/** Smallest value whose cumulative weight reaches level × total (order: indices into values). */
export function weightedQuantile(
  values: Float64Array,
  weights: Float64Array,
  count: number,
  level: number,
): number {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  order.sort((a, b) => values[a]! - values[b]!)
  let total = 0
  for (let i = 0; i < count; i++) total += weights[i]!
  let reached = 0
  for (const i of order) {
    reached += weights[i]!
    if (reached >= level * total) return values[i]!
  }
  return values[order[count - 1]!]!
}
