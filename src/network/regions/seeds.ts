import type { Random } from '../../core/random/random.ts'
import { growRegions } from './grow.ts'
import type { DenseLimits } from './limits.ts'
import type { RegionProblem } from './types.ts'

/**
 * A partition to start from: one site a region is chosen by the p-median objective (demand × miles
 * to the nearest), and regions grow from them. Regions to which areas are fixed by hand grow from
 * these. Different random streams give different starts.
 */
export function seedPartition(
  problem: RegionProblem,
  limits: DenseLimits,
  random: Random,
): Int32Array {
  const areas = problem.demand.length
  const k = limits.regions
  const start = limits.fixed.slice()
  const centres = new Int32Array(k).fill(-1)
  start.forEach((r, a) => {
    if (r >= 0 && centres[r] === -1) centres[r] = nearestSite(problem, a)
  })
  connectFixed(problem, start)
  const taken = [...centres].filter((s) => s >= 0)
  const open = centres.reduce((count, s) => count + (s < 0 ? 1 : 0), 0)
  const chosen = medianSites(problem, taken, open, start, random)
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

/** Sweeps of swaps in the p-median search: a start needs no more. */
const SWEEPS = 3

/**
 * `count` sites beside those `taken`, in different free areas, that bring the demand near: a random
 * choice by demand nearby, then swaps of one site for another while they help (Teitz and Bart).
 */
function medianSites(
  problem: RegionProblem,
  taken: readonly number[],
  count: number,
  start: Int32Array,
  random: Random,
): number[] {
  const { capacityM3, siteArea } = problem
  const used = new Set<number>()
  const candidates: number[] = []
  for (let s = 0; s < capacityM3.length; s++) {
    const area = siteArea[s]!
    if (!(capacityM3[s]! > 0) || start[area] !== -1 || used.has(area)) continue
    used.add(area)
    candidates.push(s)
  }
  shuffle(candidates, random)
  const chosen = candidates.slice(0, count)
  const rest = candidates.slice(count)
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    if (!improveBySwaps(problem, taken, chosen, rest)) break
  return chosen
}

function improveBySwaps(
  problem: RegionProblem,
  taken: readonly number[],
  chosen: number[],
  rest: number[],
): boolean {
  let improved = false
  let cost = medianCost(problem, [...taken, ...chosen])
  for (let i = 0; i < chosen.length; i++)
    for (let j = 0; j < rest.length; j++) {
      const [out, into] = [chosen[i]!, rest[j]!]
      chosen[i] = into
      const swapped = medianCost(problem, [...taken, ...chosen])
      if (swapped < cost - 1e-9 * cost) {
        cost = swapped
        rest[j] = out
        improved = true
      } else chosen[i] = out
    }
  return improved
}

/** Demand × miles to the nearest of the sites. */
function medianCost({ miles, demand }: RegionProblem, sites: readonly number[]): number {
  const n = demand.length
  let cost = 0
  for (let a = 0; a < n; a++) {
    let near = 1e6
    for (const s of sites) if (miles[s * n + a]! < near) near = miles[s * n + a]!
    cost += demand[a]! * near
  }
  return cost
}

/** Fisher–Yates. */
export function shuffle(list: number[], random: Random): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.int(i + 1)
    const other = list[j]!
    list[j] = list[i]!
    list[i] = other
  }
}
