import type { StopRule } from '../../core/optimize/stop.ts'
import type { Random } from '../../core/random/random.ts'
import { createContiguityCheck } from './contiguity.ts'
import { createRecombiner } from './recombine.ts'
import type { PartitionState } from './state.ts'

export interface AnnealOptions {
  /** Areas tried in all. */
  readonly steps: number
  /** Temperatures at the start and the end, cents a day. */
  readonly hot: number
  readonly cold: number
  /** Steps between two recombinations of neighbouring regions; 0: none. */
  readonly recombineEvery: number
  /** Ends the search early; asked every few thousand steps. */
  readonly stop?: StopRule | undefined
}

const STEPS_BETWEEN_STOPS = 4096

/**
 * Simulated annealing over partitions: an area at a border goes to a region beside it, or two
 * neighbouring regions are cut anew along a random spanning tree; a worse partition is taken with
 * probability exp(−Δ / T), T falling geometrically. Leaves the state at the cheapest partition met
 * (violations are priced, so a feasible one where there is any) and returns its cost.
 */
export function anneal(state: PartitionState, random: Random, options: AnnealOptions): number {
  const { adjacency } = state.problem
  const { starts, neighbors } = adjacency
  const { areaRegion, limits } = state
  const areas = areaRegion.length
  const { canLeave } = createContiguityCheck(adjacency)
  const recombine = createRecombiner(state, random)
  let cost = state.cost()
  let best = cost
  let bestStep = 0
  const bestRegions = areaRegion.slice()
  const keep = (step: number) => {
    if (cost >= best - 1e-9 * Math.abs(best)) return
    best = cost
    bestStep = step
    bestRegions.set(areaRegion)
  }
  const isOver = (step: number) =>
    options.stop?.({
      iterations: step,
      sinceImprovement: step - bestStep,
      value: best,
      bound: -Infinity,
    }) ?? false
  const cooling = (options.cold / options.hot) ** (1 / Math.max(1, options.steps))
  let temperature = options.hot
  for (let step = 0; step < options.steps; step++, temperature *= cooling) {
    if (step % STEPS_BETWEEN_STOPS === 0 && isOver(step)) break
    if (
      options.recombineEvery > 0 &&
      step % options.recombineEvery === options.recombineEvery - 1
    ) {
      cost = recombine(cost, temperature)
      keep(step)
      continue
    }
    const area = random.int(areas)
    if (limits.fixed[area] === areaRegion[area]) continue
    const degree = starts[area + 1]! - starts[area]!
    if (degree === 0) continue
    const to = areaRegion[neighbors[starts[area]! + random.int(degree)]!]!
    if (to === areaRegion[area]) continue
    const change = state.delta(area, to)
    if (change > 0 && random.next() >= Math.exp(-change / temperature)) continue
    if (!canLeave(area, areaRegion)) continue
    state.move(area, to)
    cost += change
    keep(step)
  }
  state.load(bestRegions)
  return state.cost()
}

/**
 * Temperature at which single moves that make a partition worse are taken about as often as
 * `share` says: the median rise over that share's logarithm. Cents a day.
 */
export function startTemperature(state: PartitionState, random: Random, share: number): number {
  const { starts, neighbors } = state.problem.adjacency
  const rises: number[] = []
  for (let tries = 0; tries < 4000 && rises.length < 200; tries++) {
    const area = random.int(state.areaRegion.length)
    const degree = starts[area + 1]! - starts[area]!
    if (degree === 0) continue
    const to = state.areaRegion[neighbors[starts[area]! + random.int(degree)]!]!
    const change = to === state.areaRegion[area] ? 0 : state.delta(area, to)
    if (change > 0) rises.push(change)
  }
  rises.sort((a, b) => a - b)
  const median = rises[rises.length >> 1] ?? 1
  return median / -Math.log(share)
}
