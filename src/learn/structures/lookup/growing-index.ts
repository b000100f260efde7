import { firstNotBelow } from '../../../core/bisect.ts'
import { sortFloat64 } from '../sort/sort.ts'
import { type IndexOptions, indexSorted } from './sorted-index.ts'
import type { SortedIndex } from './types.ts'

/**
 * A sorted index that takes changes: a large index that is never changed, and beside it sorted runs of
 * what was added and what was taken out, each level of them a multiple of the one below (a log-structured
 * merge tree, O'Neil et al. 1996). Places are those in all keys together.
 */
export interface GrowingIndex {
  size(): number
  /** Changes that the large index does not hold yet. */
  pending(): number
  add(key: number): void
  /** Takes one key out; false, with nothing changed, where there is none. */
  remove(key: number): boolean
  lowerBound(key: number): number
  /** How many keys are equal to `key`. */
  countOf(key: number): number
  /** Merges all changes into a new large index, `budget` keys a step, which may be called between look-ups. */
  merge(budget: number): Generator<void, void, void>
}

/** Added or removed keys: a short sorted tail and runs, the longest first. */
class Runs {
  private readonly runs: Float64Array[] = []
  private tail = new Float64Array(TAIL)
  private tailSize = 0
  size = 0

  add(key: number): void {
    let place = this.tailSize++
    for (; place > 0 && this.tail[place - 1]! > key; place--)
      this.tail[place] = this.tail[place - 1]!
    this.tail[place] = key
    this.size++
    if (this.tailSize === TAIL) this.flush()
  }

  private flush(): void {
    let run = this.tail.slice(0, this.tailSize)
    this.tailSize = 0
    // A run is merged with the one above until that is much longer.
    while (this.runs.length > 0 && this.runs.at(-1)!.length < GROWTH * run.length) {
      run = mergeTwo(this.runs.pop()!, run)
    }
    this.runs.push(run)
  }

  below(key: number): number {
    let sum = 0
    for (const run of this.runs) sum += firstNotBelow(run, key)
    return sum + firstNotBelow(this.tail.subarray(0, this.tailSize), key)
  }

  sorted(): Float64Array {
    const all = new Float64Array(this.size)
    let at = 0
    for (const run of [...this.runs, this.tail.subarray(0, this.tailSize)]) {
      all.set(run, at)
      at += run.length
    }
    sortFloat64(all)
    return all
  }
}

const TAIL = 256
const GROWTH = 4

function mergeTwo(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  const merged = new Float64Array(a.length + b.length)
  let [i, j] = [0, 0]
  for (let at = 0; at < merged.length; at++) {
    merged[at] = j === b.length || (i < a.length && a[i]! <= b[j]!) ? a[i++]! : b[j++]!
  }
  return merged
}

/** Next float above a finite one. */
function justAbove(key: number): number {
  if (key === 0) return Number.MIN_VALUE
  const bits = new BigInt64Array(new Float64Array([key]).buffer)
  bits[0]! += key > 0 ? 1n : -1n
  return new Float64Array(bits.buffer)[0]!
}

/** What stands under the changes: the large index and, while it is merged, changes that are closed. */
interface Layer {
  readonly added: Runs
  readonly removed: Runs
}

/** Starts from rising keys. Keys are finite floats; each change costs O(log n) on average. */
export function growingIndex(keys: Float64Array, options: IndexOptions = {}): GrowingIndex {
  let main: SortedIndex = indexSorted(keys, options)
  let layers: Layer[] = [{ added: new Runs(), removed: new Runs() }]
  const top = () => layers.at(-1)!
  const lowerBound = (key: number) =>
    layers.reduce(
      (sum, { added, removed }) => sum + added.below(key) - removed.below(key),
      main.lowerBound(key),
    )
  const countOf = (key: number) => lowerBound(justAbove(key)) - lowerBound(key)
  const size = () =>
    layers.reduce((sum, { added, removed }) => sum + added.size - removed.size, main.size)
  return {
    size,
    lowerBound,
    countOf,
    pending: () => layers.reduce((sum, { added, removed }) => sum + added.size + removed.size, 0),
    add: (key) => top().added.add(key),
    remove(key) {
      if (countOf(key) === 0) return false
      top().removed.add(key)
      return true
    },
    *merge(budget) {
      if (layers.length > 1) return
      const closed = top()
      // Changes from here on go to a layer of their own and are for the next merge.
      layers = [closed, { added: new Runs(), removed: new Runs() }]
      const merged = new Float64Array(main.size + closed.added.size - closed.removed.size)
      yield* mergeInto(merged, main.keys(), closed, budget)
      main = indexSorted(merged, options)
      layers = [top()]
    },
  }
}

function* mergeInto(
  merged: Float64Array,
  keys: Float64Array,
  { added, removed }: Layer,
  budget: number,
): Generator<void, void, void> {
  const [more, less] = [added.sorted(), removed.sorted()]
  let [i, j, k, at] = [0, 0, 0, 0]
  for (let moved = 0; i < keys.length || j < more.length; moved++) {
    const takesOld = j === more.length || (i < keys.length && keys[i]! <= more[j]!)
    const key = takesOld ? keys[i++]! : more[j++]!
    if (k < less.length && less[k] === key) k++
    else merged[at++] = key
    if (moved % budget === budget - 1) yield
  }
}
