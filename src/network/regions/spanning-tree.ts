import type { Random } from '../../core/random/random.ts'
import type { Adjacency } from '../network.ts'

/**
 * A uniformly random spanning tree of some areas (Wilson, 1996: loop-erased random walks), rooted at
 * the first: areas in an order in which each stands after its parent, with their parents' places.
 */
export interface SpanningTree {
  readonly order: Int32Array
  /** Place in `order` of each one's parent; −1 for the root. */
  readonly parent: Int32Array
}

/**
 * Draws a tree of `areas`, which must hang together within themselves; `inside` says which areas
 * these are (value `mark`).
 */
export function randomSpanningTree(
  { starts, neighbors }: Adjacency,
  areas: Int32Array,
  inside: (area: number) => boolean,
  random: Random,
): SpanningTree {
  const next = new Map<number, number>()
  const place = new Map<number, number>()
  const order = new Int32Array(areas.length)
  const parent = new Int32Array(areas.length)
  order[0] = areas[0]!
  parent[0] = -1
  place.set(areas[0]!, 0)
  let size = 1
  const step = (a: number): number => {
    const from = starts[a]!
    for (;;) {
      const b = neighbors[from + random.int(starts[a + 1]! - from)]!
      if (inside(b)) return b
    }
  }
  for (const first of areas) {
    for (let a = first; !place.has(a); a = next.get(a)!) next.set(a, step(a))
    // The walk without its loops, from the tree outwards.
    const walk: number[] = []
    for (let a = first; !place.has(a); a = next.get(a)!) walk.push(a)
    for (let i = walk.length - 1; i >= 0; i--) {
      const a = walk[i]!
      parent[size] = place.get(next.get(a)!)!
      order[size] = a
      place.set(a, size++)
    }
  }
  return { order, parent }
}

/** What hangs below each place of a tree, itself included: sums of `weight` by area. */
export function sumsBelow({ order, parent }: SpanningTree, weight: Float64Array): Float64Array {
  const sums = Float64Array.from(order, (a) => weight[a]!)
  for (let i = order.length - 1; i > 0; i--) sums[parent[i]!]! += sums[i]!
  return sums
}

/** Areas below place `top` of a tree. */
export function areasBelow({ order, parent }: SpanningTree, top: number): number[] {
  const below = new Uint8Array(order.length)
  below[top] = 1
  const areas = [order[top]!]
  for (let i = top + 1; i < order.length; i++) {
    if (below[parent[i]!] === 0) continue
    below[i] = 1
    areas.push(order[i]!)
  }
  return areas
}
