import type { KnobSettings } from '../../core/knobs.ts'
import type { Random } from '../../core/random/random.ts'
import { solvePMedian } from '../p-median/door.ts'
import { growRegions } from './grow.ts'
import type { DenseLimits } from './limits.ts'
import type { RegionProblem } from './types.ts'

/**
 * A partition to start from: one site a region is chosen by the p-median objective (demand × miles
 * to the nearest), and regions grow from them. Regions to which areas are fixed by hand grow from
 * these. `shaken` starts differ from stream to stream; the other is that of the p-median itself.
 */
export function seedPartition(
  problem: RegionProblem,
  limits: DenseLimits,
  random: Random,
  shaken = false,
): Int32Array {
  const areas = problem.demand.length
  const k = limits.regions
  const start = limits.fixed.slice()
  const centres = new Int32Array(k).fill(-1)
  start.forEach((r, a) => {
    if (r >= 0 && centres[r] === -1) centres[r] = nearestSite(problem, a)
  })
  connectFixed(problem, start)
  const taken = [...new Set(centres.filter((s) => s >= 0))]
  const open = centres.reduce((count, s) => count + (s < 0 ? 1 : 0), 0)
  const chosen = medianSites(problem, taken, open, start, random, shaken)
  for (let r = 0; r < k; r++) {
    if (centres[r]! >= 0) continue
    centres[r] = chosen.pop() ?? 0
    const area = problem.siteArea[centres[r]!]!
    if (start[area] === -1) start[area] = r
  }
  const miles = new Float64Array(k * areas)
  for (let r = 0; r < k; r++)
    miles.set(problem.miles.subarray(centres[r]! * areas, (centres[r]! + 1) * areas), r * areas)
  return growRegions(problem, k, start, miles)
}

function nearestSite({ miles, capacityM3, demand }: RegionProblem, area: number): number {
  let best = -1
  for (let s = 0; s < capacityM3.length; s++) {
    if (!(capacityM3[s]! > 0)) continue
    const way = miles[s * demand.length + area]!
    if (best < 0 || way < miles[best * demand.length + area]!) best = s
  }
  return best
}

/** Joins areas fixed to one region by shortest ways over free areas, where there are any. */
function connectFixed({ adjacency }: RegionProblem, start: Int32Array): void {
  const regions = new Set(start.filter((r) => r >= 0))
  for (const r of regions) {
    for (;;) {
      const way = wayToNextPart(adjacency, start, r)
      if (way.length === 0) break
      for (const a of way) start[a] = r
    }
  }
}

/** Free areas on the shortest way from one part of region r to another; empty where none leads. */
function wayToNextPart(
  { starts, neighbors }: RegionProblem['adjacency'],
  start: Int32Array,
  r: number,
): number[] {
  const first = start.indexOf(r)
  const came = new Int32Array(start.length).fill(-1)
  came[first] = first
  const part = [first]
  for (const a of part)
    for (let e = starts[a]!; e < starts[a + 1]!; e++) {
      const b = neighbors[e]!
      if (came[b] !== -1 || start[b] !== r) continue
      came[b] = b
      part.push(b)
    }
  for (const a of part)
    for (let e = starts[a]!; e < starts[a + 1]!; e++) {
      const b = neighbors[e]!
      if (came[b] !== -1 || (start[b] !== -1 && start[b] !== r)) continue
      came[b] = a
      if (start[b] === r) return trail(came, a)
      part.push(b)
    }
  return []
}

function trail(came: Int32Array, last: number): number[] {
  const way: number[] = []
  for (let a = last; came[a] !== a; a = came[a]!) way.push(a)
  return way
}

/** A start needs good sites, not proven ones. */
const QUICK: KnobSettings = {
  'network.p-median-restarts': 3,
  'network.p-median-bound-rounds': 0,
  'network.p-median-nodes': 0,
}
/** Miles that stand for "does not reach". */
const FAR = 1e5
/** Standard deviation of the logarithm by which demand is shaken for starts unlike each other. */
const SHAKEN = 0.7

/**
 * `count` sites in different free areas that, with those `taken`, bring the demand near. `shaken`
 * starts weigh areas at random, so that each finds other sites.
 */
function medianSites(
  problem: RegionProblem,
  taken: readonly number[],
  count: number,
  start: Int32Array,
  random: Random,
  shaken: boolean,
): number[] {
  const { miles, demand } = problem
  const candidates = [...taken, ...freeSites(problem, start)]
  const areas = demand.length
  const sites = candidates.length
  const p = Math.min(taken.length + count, sites)
  if (count === 0 || p === 0) return []
  const costs = new Float64Array(areas * sites)
  for (let a = 0; a < areas; a++)
    for (let c = 0; c < sites; c++)
      costs[a * sites + c] = Math.min(FAR, miles[candidates[c]! * areas + a]!)
  const { open } = solvePMedian(
    {
      customers: areas,
      sites,
      p,
      costs,
      weights: shaken ? demand.map((d) => d * Math.exp(SHAKEN * random.normal())) : demand,
      mustOpen: taken.map((_, c) => c),
    },
    { seed: Math.floor(random.next() * 2 ** 31), settings: QUICK },
  )
  return [...open].filter((c) => c >= taken.length).map((c) => candidates[c]!)
}

/** One stocked site for each area that is not given to a region. */
function freeSites({ capacityM3, siteArea }: RegionProblem, start: Int32Array): number[] {
  const used = new Set<number>()
  const free: number[] = []
  siteArea.forEach((area, s) => {
    if (!(capacityM3[s]! > 0) || start[area] !== -1 || used.has(area)) return
    used.add(area)
    free.push(s)
  })
  return free
}
