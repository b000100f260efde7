/** Sorts keys[0 … n) in rising order and carries `partners` along, in place (quicksort, small runs by insertion). */
export function sortPairs(keys: Float64Array, partners: Float64Array, n: number): void {
  sortRange(keys, partners, 0, n - 1)
}

function sortRange(keys: Float64Array, partners: Float64Array, from: number, to: number): void {
  let low = from
  let high = to
  while (high - low > 16) {
    const split = partition(keys, partners, low, high)
    // Recurse into the smaller half: the stack stays logarithmic.
    if (split - low < high - split) {
      sortRange(keys, partners, low, split)
      low = split + 1
    } else {
      sortRange(keys, partners, split + 1, high)
      high = split
    }
  }
  insertionSort(keys, partners, low, high)
}

/** Hoare partition around the median of three. */
function partition(keys: Float64Array, partners: Float64Array, low: number, high: number): number {
  const a = keys[low]!
  const b = keys[(low + high) >> 1]!
  const c = keys[high]!
  const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
  let i = low - 1
  let j = high + 1
  for (;;) {
    do i++
    while (keys[i]! < pivot)
    do j--
    while (keys[j]! > pivot)
    // With the pivot at the very end j could stay there and the range would not shrink.
    if (i >= j) return j === high ? j - 1 : j
    const key = keys[i]!
    keys[i] = keys[j]!
    keys[j] = key
    const partner = partners[i]!
    partners[i] = partners[j]!
    partners[j] = partner
  }
}

function insertionSort(
  keys: Float64Array,
  partners: Float64Array,
  low: number,
  high: number,
): void {
  for (let i = low + 1; i <= high; i++) {
    const key = keys[i]!
    const partner = partners[i]!
    let j = i - 1
    while (j >= low && keys[j]! > key) {
      keys[j + 1] = keys[j]!
      partners[j + 1] = partners[j]!
      j--
    }
    keys[j + 1] = key
    partners[j + 1] = partner
  }
}
