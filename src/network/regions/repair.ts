import type { Random } from '../../core/random/random.ts'
import { anneal, startTemperature } from './anneal.ts'
import { componentsOf } from './graph.ts'
import { growRegions } from './grow.ts'
import type { RegionPrices } from './knobs.ts'
import type { DenseLimits } from './limits.ts'
import { type Candidate, candidateOf } from './search.ts'
import { PartitionState } from './state.ts'
import type { RegionProblem } from './types.ts'

/** Share of the search's temperature at which a repair works: little more than downhill. */
const REPAIR_SHARE = 0.01
const STEPS_AN_AREA = 60

/**
 * Makes a partition of any origin keep the limits, changing little: areas that do not hang together
 * with the main part of their region go to regions beside them, then single areas cross borders
 * until the bands are met. What an assignment to nearest sites or a cut by an eigenvector needs
 * before it can be used.
 */
export function repairPartition(
  problem: RegionProblem,
  areaRegion: Int32Array,
  limits: DenseLimits,
  prices: RegionPrices,
  random: Random,
): Candidate {
  const state = new PartitionState(problem, limits, prices)
  state.load(joinFragments(problem, areaRegion, limits.regions))
  const hot = startTemperature(state, random, REPAIR_SHARE)
  anneal(state, random, {
    steps: STEPS_AN_AREA * areaRegion.length,
    hot,
    cold: hot / 10,
    recombineEvery: 0,
  })
  return candidateOf(state, prices)
}

/** Keeps the part of each region with the most demand and gives the rest to regions beside it. */
function joinFragments(
  problem: RegionProblem,
  areaRegion: Int32Array,
  regions: number,
): Int32Array {
  const { part, sizes } = componentsOf(problem.adjacency, areaRegion)
  const weight = new Float64Array(sizes.length)
  part.forEach((p, a) => {
    // Zero demand must not leave a region without a part.
    weight[p]! += problem.demand[a]! + 1e-9
  })
  const main = new Int32Array(regions).fill(-1)
  part.forEach((p, a) => {
    const r = areaRegion[a]!
    if (main[r] === -1 || weight[p]! > weight[main[r]!]!) main[r] = p
  })
  const start = areaRegion.map((r, a) => (main[r] === part[a] ? r : -1))
  return growRegions(problem, regions, start, new Float64Array(regions * areaRegion.length))
}
