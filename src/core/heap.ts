/** A queue that gives back its largest key first; ties go to the smaller id. */
export interface MaxHeap {
  readonly size: number
  push(key: number, id: number): void
  /** Key of the first entry; −Infinity when empty. */
  topKey(): number
  /** Id of the first entry; −1 when empty. */
  topId(): number
  /** Takes the first entry out. */
  pop(): void
  /** Gives the first entry another key, in place. */
  replaceTop(key: number): void
}

/** An empty binary heap in typed arrays; it grows beyond `capacity` as needed. */
export function createMaxHeap(capacity = 64): MaxHeap {
  let keys = new Float64Array(Math.max(1, capacity))
  let ids = new Int32Array(Math.max(1, capacity))
  let size = 0
  const before = (i: number, key: number, id: number) =>
    keys[i]! > key || (keys[i] === key && ids[i]! < id)
  const sift = (key: number, id: number) => {
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= size) break
      if (child + 1 < size && before(child + 1, keys[child]!, ids[child]!)) child++
      if (!before(child, key, id)) break
      keys[i] = keys[child]!
      ids[i] = ids[child]!
      i = child
    }
    keys[i] = key
    ids[i] = id
  }
  return {
    get size() {
      return size
    },
    push(key, id) {
      if (size === keys.length) {
        const more = new Float64Array(2 * size)
        more.set(keys)
        keys = more
        const moreIds = new Int32Array(2 * size)
        moreIds.set(ids)
        ids = moreIds
      }
      let i = size++
      while (i > 0 && !before((i - 1) >> 1, key, id)) {
        keys[i] = keys[(i - 1) >> 1]!
        ids[i] = ids[(i - 1) >> 1]!
        i = (i - 1) >> 1
      }
      keys[i] = key
      ids[i] = id
    },
    topKey: () => (size > 0 ? keys[0]! : Number.NEGATIVE_INFINITY),
    topId: () => (size > 0 ? ids[0]! : -1),
    pop() {
      if (size === 0) return
      size--
      if (size > 0) sift(keys[size]!, ids[size]!)
    },
    replaceTop(key) {
      if (size > 0) sift(key, ids[0]!)
    },
  }
}
