import type { Random } from '../../src/core/random/random.ts'
import type { regions } from '../../src/network/index.ts'

const ITERATIONS = 1500

/**
 * Recursive spectral bisection: a set of areas is ordered by its Fiedler vector and cut where the
 * demand is in proportion to the regions that each side becomes. `weightOf` is the strength of a
 * border. The usual spectral partition (Pothen, Simon and Liou, 1990).
 */
export function spectralPartition(
  problem: regions.RegionProblem,
  count: number,
  weightOf: (from: number, to: number) => number,
  random: Random,
): Int32Array {
  const areaRegion = new Int32Array(problem.demand.length)
  const split = (areas: readonly number[], parts: number, first: number): void => {
    if (parts === 1) {
      for (const a of areas) areaRegion[a] = first
      return
    }
    const left = parts >> 1
    const vector = fiedler(problem, areas, weightOf, random)
    const order = [...areas.keys()].sort((x, y) => vector[x]! - vector[y]!).map((i) => areas[i]!)
    const total = areas.reduce((sum, a) => sum + problem.demand[a]!, 0)
    let sum = 0
    let at = 0
    while (at < order.length - 1 && sum + problem.demand[order[at]!]! / 2 < (total * left) / parts)
      sum += problem.demand[order[at++]!]!
    split(order.slice(0, at), left, first)
    split(order.slice(at), parts - left, first + left)
  }
  split([...areaRegion.keys()], count, 0)
  return areaRegion
}

/**
 * The eigenvector of the Laplacian's second smallest eigenvalue, by power iteration on c I − L with
 * c twice the largest degree, kept apart from the constant vector.
 */
function fiedler(
  { adjacency }: regions.RegionProblem,
  areas: readonly number[],
  weightOf: (from: number, to: number) => number,
  random: Random,
): Float64Array {
  const place = new Map(areas.map((a, i) => [a, i]))
  const edges: { i: number; j: number; w: number }[] = []
  const degree = new Float64Array(areas.length)
  areas.forEach((a, i) => {
    for (let e = adjacency.starts[a]!; e < adjacency.starts[a + 1]!; e++) {
      const j = place.get(adjacency.neighbors[e]!)
      if (j === undefined) continue
      const w = weightOf(a, adjacency.neighbors[e]!)
      edges.push({ i, j, w })
      degree[i]! += w
    }
  })
  const c = 2 * Math.max(...degree)
  let vector = Float64Array.from(areas, () => random.normal())
  for (let round = 0; round < ITERATIONS; round++) {
    const next = vector.map((x, i) => (c - degree[i]!) * x)
    for (const { i, j, w } of edges) next[i]! += w * vector[j]!
    const mean = next.reduce((sum, x) => sum + x, 0) / next.length
    const norm = Math.sqrt(next.reduce((sum, x) => sum + (x - mean) ** 2, 0))
    vector = next.map((x) => (x - mean) / norm)
  }
  return vector
}
