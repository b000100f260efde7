import type { Random } from '../../core/random/random.ts'
import { areasBelow, randomSpanningTree, type SpanningTree, sumsBelow } from './spanning-tree.ts'
import type { PartitionState } from './state.ts'

/** Cuts tried in one tree. */
const CUTS_TRIED = 4

/**
 * Recombination (ReCom of DeFord, Duchin and Solomon, 2021): two neighbouring regions are joined,
 * a random spanning tree of them is drawn and cut where both sides lie in the band of demand. A few
 * of such cuts are priced; the cheapest is taken by the rule of annealing. Returns a function from
 * the cost and the temperature (cents a day) to the cost afterwards.
 */
export function createRecombiner(
  state: PartitionState,
  random: Random,
): (cost: number, temperature: number) => number {
  const { areaRegion } = state
  const saved = areaRegion.slice()
  return (cost, temperature) => {
    const pair = neighbouringRegions(state, random)
    if (pair === undefined) return cost
    const [one, two] = pair
    const joined = joinedAreas(areaRegion, one, two, random)
    const inside = (a: number) => areaRegion[a] === one || areaRegion[a] === two
    const tree = randomSpanningTree(state.problem.adjacency, joined, inside, random)
    const tops = balancedCuts(tree, state, random)
    saved.set(areaRegion)
    let best = Infinity
    let bestTop = -1
    for (const top of tops) {
      assignSides(tree, top, one, two, saved)
      const cut = state.cost()
      if (cut < best) {
        best = cut
        bestTop = top
      }
    }
    const change = best - cost
    const taken = bestTop >= 0 && (change <= 0 || random.next() < Math.exp(-change / temperature))
    if (!taken) {
      if (tops.length > 0) state.reassign(saved, one, two)
      return cost
    }
    if (bestTop !== tops.at(-1)) assignSides(tree, bestTop, one, two, saved)
    return state.cost()
  }

  function assignSides(
    tree: SpanningTree,
    top: number,
    one: number,
    two: number,
    before: Int32Array,
  ): void {
    const below = areasBelow(tree, top)
    // Labels follow the areas: the side that holds more of region one's demand stays region one.
    let ones = 0
    let all = 0
    for (const a of below) if (before[a] === one) ones += state.problem.demand[a]!
    for (const a of tree.order) if (before[a] === one) all += state.problem.demand[a]!
    const belowIsOne = ones * 2 >= all
    const regions = before.slice()
    for (const a of tree.order) regions[a] = belowIsOne ? two : one
    for (const a of below) regions[a] = belowIsOne ? one : two
    state.reassign(regions, one, two)
  }
}

function neighbouringRegions(
  { problem, areaRegion }: PartitionState,
  random: Random,
): readonly [number, number] | undefined {
  const { starts, neighbors } = problem.adjacency
  for (let tries = 0; tries < 200; tries++) {
    const a = random.int(areaRegion.length)
    const degree = starts[a + 1]! - starts[a]!
    if (degree === 0) continue
    const b = neighbors[starts[a]! + random.int(degree)]!
    if (areaRegion[a] !== areaRegion[b]) return [areaRegion[a]!, areaRegion[b]!]
  }
  return undefined
}

function joinedAreas(areaRegion: Int32Array, one: number, two: number, random: Random): Int32Array {
  const joined: number[] = []
  areaRegion.forEach((r, a) => {
    if (r === one || r === two) joined.push(a)
  })
  // Any root gives the same law of trees; another each time spreads the cuts found first.
  const root = random.int(joined.length)
  const first = joined[root]!
  joined[root] = joined[0]!
  joined[0] = first
  return Int32Array.from(joined)
}

/** A few places whose side and whose rest are both within the band, chosen at random. */
function balancedCuts(tree: SpanningTree, { problem, limits }: PartitionState, random: Random) {
  const sums = sumsBelow(tree, problem.demand)
  const all = sums[0]!
  const fits = (d: number) => d >= limits.demandLow && d <= limits.demandHigh
  const cuts: number[] = []
  for (let i = 1; i < sums.length; i++) if (fits(sums[i]!) && fits(all - sums[i]!)) cuts.push(i)
  const chosen: number[] = []
  while (cuts.length > 0 && chosen.length < CUTS_TRIED) {
    const at = random.int(cuts.length)
    chosen.push(cuts[at]!)
    cuts[at] = cuts[cuts.length - 1]!
    cuts.pop()
  }
  return chosen
}
