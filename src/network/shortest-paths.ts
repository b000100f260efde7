import { requireArgument } from '../core/errors.ts'

/** Edges that may be travelled both ways; the last of two between the same nodes counts. */
export interface Graph {
  readonly nodes: number
  readonly from: Int32Array
  readonly to: Int32Array
  /** From 0. */
  readonly length: Float64Array
}

/**
 * Lengths of the shortest paths between all nodes, at `from × nodes + to`; Infinity where there is
 * no path. Dijkstra from each node with a binary heap: O(nodes × edges × log nodes).
 * Throws ERR_ARGUMENT on unknown nodes and negative lengths.
 */
export function allShortestPaths(graph: Graph): Float64Array {
  const { nodes } = graph
  const beside = neighborsOf(graph)
  const heap = createHeap(nodes)
  const lengths = new Float64Array(nodes * nodes).fill(Infinity)
  for (let source = 0; source < nodes; source++) {
    const row = lengths.subarray(source * nodes, (source + 1) * nodes)
    fromSource(source, beside, heap, row)
  }
  return lengths
}

/** Neighbours of node v at `starts[v]` … `starts[v + 1] − 1`. */
interface Neighbors {
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly lengths: Float64Array
}

function neighborsOf({ nodes, from, to, length }: Graph): Neighbors {
  const lists: Map<number, number>[] = Array.from({ length: nodes }, () => new Map())
  for (let e = 0; e < from.length; e++) {
    const [a, b, metres] = [from[e]!, to[e]!, length[e]!]
    const known = a >= 0 && a < nodes && b >= 0 && b < nodes
    requireArgument(known, `edge ${e}: ${a} to ${b}; nodes are 0 to ${nodes - 1}`)
    requireArgument(metres >= 0, `edge ${e}: length ${metres} is not a number from 0`)
    lists[a]!.set(b, metres)
    lists[b]!.set(a, metres)
  }
  const starts = new Int32Array(nodes + 1)
  lists.forEach((list, v) => {
    starts[v + 1] = starts[v]! + list.size
  })
  const ends = Int32Array.from(lists.flatMap((list) => [...list.keys()]))
  const lengths = Float64Array.from(lists.flatMap((list) => [...list.values()]))
  return { starts, ends, lengths }
}

/** Nodes by rising distance; `place` says where a node stands, −1 where it does not. */
interface Heap {
  readonly items: Int32Array
  readonly place: Int32Array
  size: number
}

const createHeap = (nodes: number): Heap => ({
  items: new Int32Array(nodes),
  place: new Int32Array(nodes).fill(-1),
  size: 0,
})

function fromSource(source: number, beside: Neighbors, heap: Heap, row: Float64Array): void {
  const { starts, ends, lengths } = beside
  row[source] = 0
  lift(heap, row, source)
  while (heap.size > 0) {
    const node = takeLeast(heap, row)
    for (let k = starts[node]!; k < starts[node + 1]!; k++) {
      const next = ends[k]!
      const length = row[node]! + lengths[k]!
      if (length >= row[next]!) continue
      row[next] = length
      lift(heap, row, next)
    }
  }
}

/** Puts a node where its fallen distance belongs, into the heap if it is not there. */
function lift(heap: Heap, keys: Float64Array, node: number): void {
  const { items, place } = heap
  let at = place[node]! < 0 ? heap.size++ : place[node]!
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (keys[items[parent]!]! <= keys[node]!) break
    items[at] = items[parent]!
    place[items[at]!] = at
    at = parent
  }
  items[at] = node
  place[node] = at
}

function takeLeast(heap: Heap, keys: Float64Array): number {
  const { items, place } = heap
  const least = items[0]!
  const last = items[--heap.size]!
  place[least] = -1
  if (heap.size === 0) return least
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.size) break
    if (child + 1 < heap.size && keys[items[child + 1]!]! < keys[items[child]!]!) child++
    if (keys[items[child]!]! >= keys[last]!) break
    items[at] = items[child]!
    place[items[at]!] = at
    at = child
  }
  items[at] = last
  place[last] = at
  return least
}
