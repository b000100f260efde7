/**
 * Moves values of [from, to) in place so that those at `ranks` (rising, within the range) are where
 * sorting would put them; the others lie on the right side of them. Quickselect for several ranks at
 * once (Chambers 1971): n log k steps for k ranks where sorting takes n log n. No NaN.
 */
export function selectRanks(
  values: Float64Array,
  ranks: Int32Array,
  from = 0,
  to = values.length,
  firstRank = 0,
  lastRank = ranks.length,
): void {
  let [low, high] = [from, to - 1]
  let [first, last] = [firstRank, lastRank]
  while (first < last) {
    if (high - low < SMALL) {
      insertionSort(values, low, high)
      return
    }
    const split = partition(values, low, high)
    // Ranks up to `split` lie on the left, the others on the right; the shorter way is a call.
    let middle = first
    while (middle < last && ranks[middle]! <= split) middle++
    selectRanks(values, ranks, low, split + 1, first, middle)
    low = split + 1
    first = middle
  }
}

const SMALL = 12

/** Hoare's partition around the median of three; values[low … split] ≤ values[split + 1 … high]. */
function partition(values: Float64Array, low: number, high: number): number {
  const a = values[low]!
  const b = values[(low + high) >> 1]!
  const c = values[high]!
  const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
  let i = low - 1
  let j = high + 1
  for (;;) {
    do i++
    while (values[i]! < pivot)
    do j--
    while (values[j]! > pivot)
    // The median of three has a value on each side that stops the other one, so that j < high.
    if (i >= j) return j
    const kept = values[i]!
    values[i] = values[j]!
    values[j] = kept
  }
}

function insertionSort(values: Float64Array, low: number, high: number): void {
  for (let i = low + 1; i <= high; i++) {
    const value = values[i]!
    let j = i
    for (; j > low && values[j - 1]! > value; j--) values[j] = values[j - 1]!
    values[j] = value
  }
}
