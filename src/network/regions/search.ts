import type { SearchState, StopRule } from '../../core/optimize/stop.ts'
import { createRandom, type Random } from '../../core/random/random.ts'
import { anneal, startTemperature } from './anneal.ts'
import { componentsOf } from './graph.ts'
import type { RegionPrices } from './knobs.ts'
import type { DenseLimits } from './limits.ts'
import { measurePlan } from './measure.ts'
import { seedPartition } from './seeds.ts'
import { PartitionState, planOf } from './state.ts'
import type { PlanMeasures, RegionPlan, RegionProblem } from './types.ts'

/** One partition that the search found. */
export interface Candidate {
  readonly plan: RegionPlan
  readonly measures: PlanMeasures
  /** Objective with the price of moves, cents a day; what the search makes small. */
  readonly costCents: number
  /** How far limits are broken, in regions; 0 when the plan may be used. */
  readonly violation: number
  /** Areas that leave today's region. */
  readonly moved: number
}

export interface SearchOptions {
  readonly seed: string | number
  /** Starts from fresh seeds. */
  readonly starts: number
  /** Areas tried by each start, and again by the best start. */
  readonly steps: number
  /** Candidates kept, unlike each other. */
  readonly keep: number
  /** Partitions to begin from beside the seeds. */
  readonly from?: readonly Int32Array[]
  /** Asked every few thousand steps; what was found by then is returned. */
  readonly stop?: StopRule | undefined
}

/** Two candidates are unlike when at least this share of demand lies in other regions. */
const UNLIKE_SHARE = 0.02
/** Share of rises that are taken at the start, and how far temperature falls. */
const HOT_SHARE = 0.3
/** The same when the best partition is annealed again, and how often it is. */
const WARM_SHARE = 0.1
const AGAIN = 2
const COOLING = 1 / 300
/** Steps between recombinations, in areas. */
const RECOMBINE_EVERY = 0.5

/**
 * The best partitions into one number of regions: several starts are annealed, then the best one
 * again for as long as all starts together. Same seed, same result. The first candidate has the
 * least cost among those that keep all limits, where there is any.
 */
export function searchPartitions(
  problem: RegionProblem,
  limits: DenseLimits,
  prices: RegionPrices,
  options: SearchOptions,
): Candidate[] {
  const random = createRandom(options.seed).split(`regions-${limits.regions}`)
  const state = new PartitionState(problem, limits, prices)
  const starts = startingPartitions(problem, limits, options, random)
  const found: Candidate[] = []
  const over = () => found.length > 0 && (options.stop?.(progressOf(found)) ?? false)
  starts.forEach((start, i) => {
    if (over()) return
    state.load(start)
    run(state, random.split(`start-${i}`), options, options.steps, HOT_SHARE)
    found.push(candidateOf(state, prices))
  })
  for (let again = 0; again < AGAIN && found.length > 0 && limits.regions > 1 && !over(); again++) {
    state.load(best(found).plan.areaRegion)
    run(state, random.split(`again-${again}`), options, options.steps * 2, WARM_SHARE)
    found.push(candidateOf(state, prices))
  }
  return unlike(found, problem, options.keep)
}

function progressOf(found: readonly Candidate[]): SearchState {
  const value = best(found).costCents
  const sinceImprovement = found.length - 1 - found.findIndex((c) => c.costCents === value)
  return { iterations: found.length, sinceImprovement, value, bound: -Infinity }
}

function startingPartitions(
  problem: RegionProblem,
  limits: DenseLimits,
  options: SearchOptions,
  random: Random,
): Int32Array[] {
  const starts = [...(options.from ?? [])]
  if (limits.before.some((r) => r >= 0)) starts.unshift(startFromToday(problem, limits, random))
  for (let i = 0; i < options.starts; i++)
    starts.push(seedPartition(problem, limits, random.split(`seed-${i}`), i > 0))
  return starts.filter((start) => isContiguous(problem, start, limits.regions))
}

/** Today's regions where they are as many as asked for; else a fresh start. */
function startFromToday(problem: RegionProblem, limits: DenseLimits, random: Random): Int32Array {
  const { before, regions } = limits
  const usable = before.every((r) => r >= 0 && r < regions)
  return usable && isContiguous(problem, before, regions)
    ? before.slice()
    : seedPartition(problem, limits, random.split('today'))
}

/** True when every region has areas and hangs together. */
export function isContiguous(
  { adjacency }: RegionProblem,
  areaRegion: Int32Array,
  regions: number,
): boolean {
  const { sizes } = componentsOf(adjacency, areaRegion)
  const used = new Set(areaRegion)
  return sizes.length === regions && used.size === regions && !used.has(-1)
}

function run(
  state: PartitionState,
  random: Random,
  { stop }: SearchOptions,
  steps: number,
  share: number,
): void {
  if (state.limits.regions === 1) return
  const hot = startTemperature(state, random, share)
  anneal(state, random, {
    steps,
    hot,
    cold: hot * COOLING,
    recombineEvery: Math.max(2, Math.round(RECOMBINE_EVERY * state.areaRegion.length)),
    stop,
  })
}

/** What a state holds, measured. */
export function candidateOf(state: PartitionState, prices: RegionPrices): Candidate {
  const plan = planOf(state)
  const { before } = state.limits
  return {
    plan,
    measures: measurePlan(state.problem, plan, prices),
    costCents: state.cost(),
    violation: state.violation(),
    moved: plan.areaRegion.reduce((n, r, a) => n + (before[a]! >= 0 && before[a] !== r ? 1 : 0), 0),
  }
}

function best(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((a, b) => (b.costCents < a.costCents ? b : a))
}

/** The cheapest candidates, each unlike those before it. */
export function unlike(
  candidates: readonly Candidate[],
  problem: RegionProblem,
  keep: number,
): Candidate[] {
  const kept: Candidate[] = []
  for (const candidate of [...candidates].sort((a, b) => a.costCents - b.costCents)) {
    if (kept.length === keep) break
    if (kept.every((other) => shareMoved(problem, other.plan, candidate.plan) >= UNLIKE_SHARE))
      kept.push(candidate)
  }
  return kept
}

/** Share of demand in other regions, when each region of one plan is named after its best match. */
export function shareMoved(problem: RegionProblem, one: RegionPlan, two: RegionPlan): number {
  const overlap = new Float64Array(one.regions * two.regions)
  let all = 0
  problem.demand.forEach((d, a) => {
    overlap[one.areaRegion[a]! * two.regions + two.areaRegion[a]!]! += d
    all += d
  })
  let same = 0
  for (let r = 0; r < one.regions; r++)
    same += Math.max(...overlap.subarray(r * two.regions, (r + 1) * two.regions))
  return 1 - same / all
}
