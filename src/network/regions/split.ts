import { createRandom } from '../../core/random/random.ts'
import { areasBelow, randomSpanningTree, sumsBelow } from './spanning-tree.ts'
import type { RegionPlan, RegionProblem } from './types.ts'

/** A plan of one region more: the region with the most areas that have sites is cut in halves by demand. */
export function splitLargest(
  { adjacency, demand, siteArea, capacityM3 }: RegionProblem,
  { areaRegion, regions }: RegionPlan,
  seed: string,
): Int32Array {
  const places = new Set(siteArea.filter((_, s) => capacityM3[s]! > 0))
  const count = new Int32Array(regions)
  for (const a of places) count[areaRegion[a]!]!++
  const largest = count.indexOf(Math.max(...count))
  const areas = Int32Array.from(areaRegion.keys()).filter((a) => areaRegion[a] === largest)
  const inside = (a: number) => areaRegion[a] === largest
  const tree = randomSpanningTree(adjacency, areas, inside, createRandom(seed))
  const sums = sumsBelow(tree, demand)
  let top = 0
  for (let i = 1; i < sums.length; i++)
    if (top === 0 || Math.abs(2 * sums[i]! - sums[0]!) < Math.abs(2 * sums[top]! - sums[0]!))
      top = i
  const split = areaRegion.slice()
  // A region of one area cannot be cut; the search drops starts that lack a region.
  if (top > 0) for (const a of areasBelow(tree, top)) split[a] = regions
  return split
}
