import type { Design } from './problem.ts'

/** Finds cheapest paths in one network again and again, without allocating. */
export interface PathFinder {
  /** Distance of every node from the source of the last search; exact up to the target's distance. */
  readonly distance: Float64Array
  /** Arc by which every node was reached, −1 where it was not. */
  readonly by: Int32Array
  /**
   * Dijkstra from `source` until `target` is settled (−1: until all are) over arcs at
   * `cost[offset + a]` ≥ 0, where Infinity closes an arc. Returns the distance of the target.
   */
  search(source: number, target: number, cost: Float64Array, offset?: number): number
  /** Arcs of the path to `target` found last, in order from the source. */
  path(target: number): Int32Array
}

/** A path finder for `design`: Dijkstra over a binary heap that knows where each node stands in it. */
export function createPathFinder(design: Design): PathFinder {
  const { nodes, from, to, outStarts, outArcs } = design
  const distance = new Float64Array(nodes)
  const by = new Int32Array(nodes)
  const heap = createHeap(nodes, distance)
  function relax(v: number, cost: Float64Array, offset: number): void {
    const base = distance[v]!
    for (let i = outStarts[v]!; i < outStarts[v + 1]!; i++) {
      const a = outArcs[i]!
      const w = to[a]!
      const reached = base + cost[offset + a]!
      if (reached < distance[w]!) {
        distance[w] = reached
        by[w] = a
        heap.raise(w)
      }
    }
  }
  function search(source: number, target: number, cost: Float64Array, offset = 0): number {
    distance.fill(Infinity)
    by.fill(-1)
    heap.clear()
    distance[source] = 0
    heap.raise(source)
    for (let v = heap.pop(); v >= 0 && v !== target; v = heap.pop()) relax(v, cost, offset)
    return target < 0 ? 0 : distance[target]!
  }
  function path(target: number): Int32Array {
    let length = 0
    for (let v = target; by[v]! >= 0; v = from[by[v]!]!) length++
    const arcs = new Int32Array(length)
    for (let v = target; by[v]! >= 0; v = from[by[v]!]!) arcs[--length] = by[v]!
    return arcs
  }
  return { distance, by, search, path }
}

interface Heap {
  clear(): void
  /** Adds a node, or moves it up after its key became smaller. */
  raise(node: number): void
  /** Takes the node of the smallest key, −1 when there is none. */
  pop(): number
}

function createHeap(nodes: number, key: Float64Array): Heap {
  const heap = new Int32Array(nodes)
  const place = new Int32Array(nodes).fill(-1)
  let size = 0
  function put(node: number, at: number): void {
    heap[at] = node
    place[node] = at
  }
  function raise(node: number): void {
    let at = place[node]!
    if (at < 0) at = size++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (key[heap[parent]!]! <= key[node]!) break
      put(heap[parent]!, at)
      at = parent
    }
    put(node, at)
  }
  function sink(node: number): void {
    let at = 0
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && key[heap[child + 1]!]! < key[heap[child]!]!) child++
      if (key[heap[child]!]! >= key[node]!) break
      put(heap[child]!, at)
      at = child
    }
    put(node, at)
  }
  function pop(): number {
    if (size === 0) return -1
    const top = heap[0]!
    place[top] = -1
    size--
    if (size > 0) sink(heap[size]!)
    return top
  }
  function clear(): void {
    for (let i = 0; i < size; i++) place[heap[i]!] = -1
    size = 0
  }
  return { clear, raise, pop }
}
