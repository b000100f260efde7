import { createMaxHeap, type MaxHeap } from '../../core/heap.ts'
import type { RegionProblem } from './types.ts'

/**
 * Regions grown from seeds until all areas are taken: at each step the region with the least demand
 * takes the area at its border that is nearest to its seed. Contiguous by construction, balanced as
 * far as the map allows. `start` holds the region of areas that are given, −1 elsewhere; `miles`
 * the way from the seed of region r to each area, row-major region × area.
 */
export function growRegions(
  problem: RegionProblem,
  regions: number,
  start: Int32Array,
  miles: Float64Array,
): Int32Array {
  const { adjacency, demand } = problem
  const areas = demand.length
  const areaRegion = start.slice()
  const load = new Float64Array(regions)
  const borders: MaxHeap[] = Array.from({ length: regions }, () => createMaxHeap())
  const reach = (a: number, r: number) => {
    load[r]! += demand[a]!
    for (let e = adjacency.starts[a]!; e < adjacency.starts[a + 1]!; e++) {
      const b = adjacency.neighbors[e]!
      if (areaRegion[b] === -1) borders[r]!.push(-miles[r * areas + b]!, b)
    }
  }
  for (let a = 0; a < areas; a++) if (areaRegion[a]! >= 0) reach(a, areaRegion[a]!)
  for (;;) {
    const r = lightest(load, borders, areaRegion)
    if (r < 0) return areaRegion
    const area = borders[r]!.topId()
    borders[r]!.pop()
    areaRegion[area] = r
    reach(area, r)
  }
}

/** The region with the least demand that can still grow; −1 when none can. */
function lightest(load: Float64Array, borders: readonly MaxHeap[], taken: Int32Array): number {
  let best = -1
  borders.forEach((border, r) => {
    while (border.size > 0 && taken[border.topId()] !== -1) border.pop()
    if (border.size > 0 && (best < 0 || load[r]! < load[best]!)) best = r
  })
  return best
}
