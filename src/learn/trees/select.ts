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

/** Share of a sum that its rounding stays well below. */
const ROUNDING = 1e-11

/**
 * Smallest of the first `count` values whose cumulative weight reaches level × total. Reorders values and
 * weights alike: the side of the pivot (see selectNth) is chosen by the weight of what lies below it.
 * Reached is what rounding alone parts from the goal, so that the order of the values does not matter.
 */
export function weightedQuantile(
  values: Float64Array,
  weights: Float64Array,
  count: number,
  level: number,
): number {
  const goal = level * sumOf(weights, 0, count) * (1 - ROUNDING)
  let reached = 0
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
      const value = values[i]!
      const weight = weights[i]!
      values[i] = values[j]!
      weights[i++] = weights[j]!
      values[j] = value
      weights[j--] = weight
    }
    const below = reached + sumOf(weights, first, j + 1)
    const upTo = below + sumOf(weights, j + 1, i)
    if (j >= first && below >= goal) last = j
    else if (i > last || (i - j > 1 && upTo >= goal)) return pivot
    else {
      first = i
      reached = upTo
    }
  }
  return values[first]!
}

function sumOf(numbers: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += numbers[i]!
  return sum
}
