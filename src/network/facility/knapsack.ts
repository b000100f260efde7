/** Items of a knapsack in columns; only the first `count` count. Arrays are reordered by solving. */
export interface Items {
  readonly item: Int32Array
  readonly gain: Float64Array
  readonly weight: Float64Array
  count: number
}

/** Empty columns for at most `size` items. */
export function createItems(size: number): Items {
  const item = new Int32Array(size)
  return { item, gain: new Float64Array(size), weight: new Float64Array(size), count: 0 }
}

/** What was packed: the first `whole` items, and `part` of the next one (0 where none is split). */
export interface Packed {
  value: number
  whole: number
  part: number
}

/**
 * Continuous knapsack: max Σ gain x with Σ weight x ≤ capacity, 0 ≤ x ≤ 1. Selects by gain per
 * weight without sorting (Balas and Zemel 1980), in linear time on average. Gains are positive,
 * weights 0 or more. What is packed stands first in `items` afterwards.
 */
export function packFractions(items: Items, capacity: number, packed: Packed): void {
  const { gain, weight, count } = items
  let value = 0
  let room = capacity
  let low = 0
  let high = count
  while (low < high) {
    const middle = partition(items, low, high)
    let sum = 0
    let gained = 0
    for (let k = low; k < middle; k++) {
      sum += weight[k]!
      gained += gain[k]!
    }
    if (sum <= room) {
      room -= sum
      value += gained
      low = middle
    } else if (middle - low === 1) {
      high = low
    } else {
      high = middle
    }
  }
  const part = low < count && weight[low]! > 0 ? Math.max(0, Math.min(1, room / weight[low]!)) : 0
  packed.value = value + (low < count ? part * gain[low]! : 0)
  packed.whole = low
  packed.part = low < count ? part : 0
}

/**
 * Puts items of higher gain per weight than a pivot before it and returns where the better part
 * ends: at least one item, and fewer than all unless one is left.
 */
function partition(items: Items, low: number, high: number): number {
  const { gain, weight } = items
  if (high - low === 1) return high
  swap(items, low, medianOfThree(items, low, (low + high) >> 1, high - 1))
  const pivotGain = gain[low]!
  const pivotWeight = weight[low]!
  let last = low
  for (let k = low + 1; k < high; k++) {
    // Products instead of ratios: no division, and weights of zero come first.
    if (gain[k]! * pivotWeight > pivotGain * weight[k]!) swap(items, ++last, k)
  }
  swap(items, low, last)
  return last === low ? low + 1 : last
}

function medianOfThree(items: Items, a: number, b: number, c: number): number {
  const { gain, weight } = items
  const better = (p: number, q: number) => gain[p]! * weight[q]! > gain[q]! * weight[p]!
  if (better(a, b)) return better(b, c) ? b : better(a, c) ? c : a
  return better(a, c) ? a : better(b, c) ? c : b
}

function swap(items: Items, a: number, b: number): void {
  const { item, gain, weight } = items
  const i = item[a]!
  item[a] = item[b]!
  item[b] = i
  const g = gain[a]!
  gain[a] = gain[b]!
  gain[b] = g
  const w = weight[a]!
  weight[a] = weight[b]!
  weight[b] = w
}

/**
 * 0–1 knapsack: max Σ gain x with Σ weight x ≤ capacity, x ∈ {0, 1}, by depth-first branch and
 * bound (Horowitz and Sahni 1974) on items sorted by gain per weight. After `mostNodes` nodes it
 * stops: `packed.value` is then the bound of the continuous knapsack, which keeps bounds valid,
 * while the items packed are the best found. Returns whether the value is exact.
 */
export function packWhole(
  items: Items,
  capacity: number,
  packed: Packed,
  mostNodes: number,
): boolean {
  sortByRatio(items)
  const { gain, weight, count } = items
  const search = searchWhole(gain, weight, count, capacity, mostNodes)
  let whole = 0
  for (let k = 0; k < count; k++) {
    if (search.best[k] === 1) swap(items, whole++, k)
  }
  packed.whole = whole
  packed.part = 0
  packed.value = search.exact ? search.value : search.bound
  return search.exact
}

interface WholeSearch {
  readonly best: Uint8Array
  readonly value: number
  readonly bound: number
  readonly exact: boolean
}

/** Value of the continuous knapsack of items from `k` on, sorted by ratio, in `room`. */
function fractionBound(
  gain: Float64Array,
  weight: Float64Array,
  count: number,
  k: number,
  room: number,
) {
  let value = 0
  for (; k < count; k++) {
    if (weight[k]! > room) return value + (room * gain[k]!) / weight[k]!
    room -= weight[k]!
    value += gain[k]!
  }
  return value
}

function searchWhole(
  gain: Float64Array,
  weight: Float64Array,
  count: number,
  capacity: number,
  mostNodes: number,
): WholeSearch {
  const taken = new Uint8Array(count)
  let best = new Uint8Array(count)
  let bestValue = 0
  let value = 0
  let room = capacity
  let nodes = 0
  const bound = fractionBound(gain, weight, count, 0, capacity)
  const tolerance = 1e-12 * (1 + bound)
  let k = 0
  for (;;) {
    // Forward: take what fits while a better value is possible.
    const hopeful = value + fractionBound(gain, weight, count, k, room) > bestValue + tolerance
    if (hopeful && ++nodes <= mostNodes) {
      while (k < count && weight[k]! <= room) {
        taken[k] = 1
        room -= weight[k]!
        value += gain[k]!
        k++
      }
      if (k < count) {
        taken[k++] = 0
        if (k < count) continue
      }
      if (value > bestValue) {
        bestValue = value
        best = taken.slice()
      }
    } else if (nodes > mostNodes) {
      return { best, value: bestValue, bound, exact: false }
    }
    // Back: leave out the last item taken and go on behind it.
    let last = k - 1
    while (last >= 0 && taken[last] === 0) last--
    if (last < 0) return { best, value: bestValue, bound, exact: true }
    taken[last] = 0
    room += weight[last]!
    value -= gain[last]!
    k = last + 1
  }
}

/** Items this few are sorted by insertion. */
const FEW = 12

/** Sorts items by gain per weight, best first, in place. */
function sortByRatio(items: Items, low = 0, high = items.count): void {
  while (high - low > FEW) {
    const middle = partition(items, low, high)
    // The smaller part by recursion, the larger by the loop: depth stays logarithmic.
    if (middle - low < high - middle) {
      sortByRatio(items, low, middle)
      low = middle
    } else {
      sortByRatio(items, middle, high)
      high = middle
    }
  }
  const { gain, weight } = items
  for (let k = low + 1; k < high; k++) {
    for (let q = k; q > low && gain[q]! * weight[q - 1]! > gain[q - 1]! * weight[q]!; q--) {
      swap(items, q, q - 1)
    }
  }
}
