/**
 * Puts the `count` items of least key at the front of `items`, in no order (quickselect with the
 * median of three, Hoare 1961). O(items).
 */
export function selectLeast(items: Int32Array, keys: Float64Array, count: number): void {
  let low = 0
  let high = items.length - 1
  while (low < high) {
    const pivot = medianKey(items, keys, low, high)
    let i = low
    let j = high
    while (i <= j) {
      while (keys[items[i]!]! < pivot) i++
      while (keys[items[j]!]! > pivot) j--
      if (i > j) break
      const item = items[i]!
      items[i++] = items[j]!
      items[j--] = item
    }
    if (count - 1 <= j) high = j
    else if (count - 1 >= i) low = i
    else return
  }
}

function medianKey(items: Int32Array, keys: Float64Array, low: number, high: number): number {
  const a = keys[items[low]!]!
  const b = keys[items[(low + high) >> 1]!]!
  const c = keys[items[high]!]!
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
