import { requireArgument } from '../../core/errors.ts'
import type { Adjacency } from '../network.ts'

/** A border of two areas; `bridge` where no land joins them. */
export interface Border {
  readonly from: number
  readonly to: number
  readonly bridge: boolean
}

/**
 * The symmetric adjacency of `areas` areas from borders in any order and direction; doubles and
 * borders of an area with itself are dropped, and land wins over a bridge. ERR_ARGUMENT names a
 * border outside 0 … areas − 1.
 */
export function adjacencyFromBorders(areas: number, borders: Iterable<Border>): Adjacency {
  const kept = new Map<number, boolean>()
  for (const { from, to, bridge } of borders) {
    for (const end of [from, to])
      requireArgument(
        Number.isInteger(end) && end >= 0 && end < areas,
        `the border ${from}–${to} names an area that is none of 0 to ${areas - 1}`,
      )
    if (from === to) continue
    const key = Math.min(from, to) * areas + Math.max(from, to)
    kept.set(key, bridge && (kept.get(key) ?? true))
  }
  return packBorders(areas, kept)
}

function packBorders(areas: number, borders: ReadonlyMap<number, boolean>): Adjacency {
  const starts = new Int32Array(areas + 1)
  for (const key of borders.keys()) {
    starts[Math.floor(key / areas) + 1]!++
    starts[(key % areas) + 1]!++
  }
  for (let a = 0; a < areas; a++) starts[a + 1]! += starts[a]!
  const next = starts.slice()
  const neighbors = new Int32Array(starts[areas]!)
  const bridge = new Uint8Array(starts[areas]!)
  // Ascending keys put each area's neighbours in ascending order, whatever order they came in.
  for (const key of [...borders.keys()].sort((a, b) => a - b)) {
    const from = Math.floor(key / areas)
    const to = key % areas
    const isBridge = borders.get(key) === true ? 1 : 0
    for (const [a, b] of [
      [from, to],
      [to, from],
    ] as const) {
      neighbors[next[a]!] = b
      bridge[next[a]!++] = isBridge
    }
  }
  return { starts, neighbors, bridge }
}

/** Every border of an adjacency once, `from` < `to`. */
export function bordersOf(adjacency: Adjacency): Border[] {
  const borders: Border[] = []
  for (let from = 0; from + 1 < adjacency.starts.length; from++)
    for (let e = adjacency.starts[from]!; e < adjacency.starts[from + 1]!; e++) {
      const to = adjacency.neighbors[e]!
      if (from < to) borders.push({ from, to, bridge: adjacency.bridge[e] === 1 })
    }
  return borders
}

/** Parts of a map that hang together: part of each area, and how many areas each part has. */
export interface Components {
  readonly part: Int32Array
  readonly sizes: readonly number[]
}

/** The connected parts of the areas for which `label` is equal (all areas where it is absent). */
export function componentsOf(adjacency: Adjacency, label?: Int32Array): Components {
  const areas = adjacency.starts.length - 1
  const part = new Int32Array(areas).fill(-1)
  const sizes: number[] = []
  const stack: number[] = []
  for (let first = 0; first < areas; first++) {
    if (part[first] !== -1) continue
    const here = sizes.length
    part[first] = here
    stack.push(first)
    let size = 0
    for (let a = stack.pop(); a !== undefined; a = stack.pop()) {
      size++
      for (let e = adjacency.starts[a]!; e < adjacency.starts[a + 1]!; e++) {
        const b = adjacency.neighbors[e]!
        if (part[b] !== -1 || (label !== undefined && label[a] !== label[b])) continue
        part[b] = here
        stack.push(b)
      }
    }
    sizes.push(size)
  }
  return { part, sizes }
}
