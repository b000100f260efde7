import type { Adjacency } from '../network.ts'

/** Answers whether areas can leave their regions without cutting them in two. */
export interface ContiguityCheck {
  /** True when the region of `area` still hangs together (and has areas left) without it. */
  readonly canLeave: (area: number, areaRegion: Int32Array) => boolean
}

/**
 * Contiguity of regions under single moves. First a look at the neighbours alone: those in the
 * region are mostly joined around the area. Only where they are not is the region walked, from one
 * neighbour until all others are met.
 */
export function createContiguityCheck({ starts, neighbors }: Adjacency): ContiguityCheck {
  const areas = starts.length - 1
  const wanted = new Int32Array(areas)
  const seen = new Int32Array(areas)
  const queue = new Int32Array(areas)
  let stamp = 0

  /** Walks from the first neighbour; `local` asks that each step stays beside `area`. */
  function walk(area: number, region: Int32Array, count: number, local: boolean): boolean {
    const r = region[area]!
    let head = 0
    let tail = 1
    let met = 1
    seen[queue[0]!] = stamp
    while (head < tail) {
      const a = queue[head++]!
      for (let e = starts[a]!; e < starts[a + 1]!; e++) {
        const b = neighbors[e]!
        if (b === area || region[b] !== r || seen[b] === stamp) continue
        const isWanted = wanted[b] === stamp
        if (local && !isWanted) continue
        seen[b] = stamp
        if (isWanted && ++met === count) return true
        queue[tail++] = b
      }
    }
    return false
  }

  function canLeave(area: number, region: Int32Array): boolean {
    stamp++
    let count = 0
    let first = -1
    for (let e = starts[area]!; e < starts[area + 1]!; e++) {
      const b = neighbors[e]!
      if (region[b] !== region[area]) continue
      wanted[b] = stamp
      if (first < 0) first = b
      count++
    }
    if (count <= 1) return count === 1
    queue[0] = first
    if (walk(area, region, count, true)) return true
    // A second stamp for the second walk: what was wanted stays wanted.
    const before = stamp++
    for (let e = starts[area]!; e < starts[area + 1]!; e++)
      if (wanted[neighbors[e]!] === before) wanted[neighbors[e]!] = stamp
    queue[0] = first
    return walk(area, region, count, false)
  }

  return { canLeave }
}
