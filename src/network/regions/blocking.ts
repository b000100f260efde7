import { componentsOf } from './graph.ts'
import type { DenseLimits } from './limits.ts'
import { roomFor } from './order-model.ts'
import { nameOfArea } from './problem.ts'
import type { RegionProblem } from './types.ts'

/** A limit that stands in the way of every partition. */
export interface Blocker {
  readonly code:
    | 'cut_off'
    | 'area_too_large'
    | 'too_little_room'
    | 'too_few_sites'
    | 'not_reached'
    | 'fixed_apart'
    | 'pair_contradicts'
    | 'nowhere_allowed'
    | 'not_found'
  /** A sentence naming places and amounts, and one on what to do. */
  readonly message: string
  readonly next: string
  /** Areas it is about. */
  readonly areas: readonly number[]
}

/** Places named in a message before "and n more". */
const NAMED = 6

/** What proves that no partition into so many regions keeps all limits; empty where nothing does. */
export function findBlockers(problem: RegionProblem, limits: DenseLimits): Blocker[] {
  return [
    ...cutOff(problem, limits),
    ...tooLarge(problem, limits),
    ...tooFewSites(problem, limits),
    ...tooLittleRoom(problem, limits),
    ...notReached(problem, limits),
    ...fixedApart(problem, limits),
    ...contradictions(problem, limits),
  ]
}

/** Names of areas for a message. */
export function nameAreas(problem: RegionProblem, areas: readonly number[]): string {
  const named = areas.slice(0, NAMED).map((a) => nameOfArea(problem, a))
  const more = areas.length - named.length
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ')
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** Parts of the map that no whole number of regions within the band can cover. */
function cutOff(problem: RegionProblem, limits: DenseLimits): Blocker[] {
  const { part, sizes } = componentsOf(problem.adjacency)
  if (sizes.length === 1) return []
  const total = problem.demand.reduce((sum, d) => sum + d, 0)
  const main = sizes.indexOf(Math.max(...sizes))
  const blockers: Blocker[] = []
  sizes.forEach((size, p) => {
    const areas = [...part.keys()].filter((a) => part[a] === p)
    const demand = areas.reduce((sum, a) => sum + problem.demand[a]!, 0)
    const least = Math.max(1, Math.ceil(demand / limits.demandHigh - 1e-9))
    if (least * limits.demandLow <= demand * (1 + 1e-9) && sizes.length <= limits.regions) return
    if (p === main && sizes.length > limits.regions) return
    blockers.push({
      code: 'cut_off',
      message: `${size} areas (${nameAreas(problem, areas)}) are cut off from the rest and hold ${percent(demand / total)} of demand, no whole number of regions of ${percent(limits.demandLow / total)} to ${percent(limits.demandHigh / total)}`,
      next: 'Declare a bridge to them in the adjacency, or let islands be joined.',
      areas,
    })
  })
  return blockers
}

function tooLarge(problem: RegionProblem, limits: DenseLimits): Blocker[] {
  const areas = [...problem.demand.keys()].filter(
    (a) => problem.demand[a]! > limits.demandHigh * (1 + 1e-9),
  )
  if (areas.length === 0) return []
  const worst = Math.max(...areas.map((a) => problem.demand[a]!)) / limits.meanDemand
  return [
    {
      code: 'area_too_large',
      message: `${nameAreas(problem, areas)}: one area alone has ${worst.toFixed(2)} times the demand of a mean region, more than the tolerance allows`,
      next: 'Ask for fewer regions, allow a larger tolerance, or split the area.',
      areas,
    },
  ]
}

function tooFewSites({ siteArea, capacityM3 }: RegionProblem, limits: DenseLimits): Blocker[] {
  const places = new Set(siteArea.filter((_, s) => capacityM3[s]! > 0)).size
  if (places >= limits.regions || limits.capacityPerOrder <= 0) return []
  return [
    {
      code: 'too_few_sites',
      message: `${limits.regions} regions need a site with stock each, and sites lie in ${places} areas`,
      next: 'Ask for fewer regions or open sites.',
      areas: [],
    },
  ]
}

/** Room that k regions need at least: sums of √demand are least where one region has it all. */
function tooLittleRoom(problem: RegionProblem, limits: DenseLimits): Blocker[] {
  const total = problem.demand.reduce((sum, d) => sum + d, 0)
  const room = problem.capacityM3.reduce((sum, v) => sum + v, 0)
  if (limits.mustCarry <= 0) return []
  const fixed = roomFor(problem.orders, limits.mustCarry, 0)
  const need = roomFor(problem.orders, limits.mustCarry, total) + (limits.regions - 1) * fixed
  if (need <= room) return []
  return [
    {
      code: 'too_little_room',
      message: `${limits.regions} regions with ${limits.mustCarry} products each need at least ${need.toFixed(0)} m³ for their demand, and all sites have ${room.toFixed(0)} m³`,
      next: 'Ask for fewer products or fewer regions, cover fewer days, or add room.',
      areas: [],
    },
  ]
}

function notReached(problem: RegionProblem, limits: DenseLimits): Blocker[] {
  const { miles, capacityM3, demand } = problem
  const areas = [...demand.keys()].filter((a) =>
    capacityM3.every(
      (room, s) => !(room > 0) || !(miles[s * demand.length + a]! <= limits.reachMiles),
    ),
  )
  if (areas.length === 0) return []
  const within =
    limits.reachMiles < Number.MAX_VALUE ? ` within ${limits.reachMiles.toFixed(0)} miles` : ''
  return [
    {
      code: 'not_reached',
      message: `no site with stock reaches ${nameAreas(problem, areas)}${within}`,
      next: 'Add a lane or a site, or allow longer ways.',
      areas,
    },
  ]
}

/** Areas fixed to one region between which only areas fixed to others lie. */
function fixedApart(problem: RegionProblem, limits: DenseLimits): Blocker[] {
  const blockers: Blocker[] = []
  for (const r of new Set(limits.fixed.filter((region) => region >= 0))) {
    const open = limits.fixed.map((region) => (region === r || region === -1 ? 1 : 0))
    const { part } = componentsOf(problem.adjacency, open)
    const areas = [...limits.fixed.keys()].filter((a) => limits.fixed[a] === r)
    if (new Set(areas.map((a) => part[a])).size <= 1) continue
    blockers.push({
      code: 'fixed_apart',
      message: `areas fixed to region ${r} (${nameAreas(problem, areas)}) have no way to each other that is not fixed to other regions`,
      next: 'Free an area between them.',
      areas,
    })
  }
  return blockers
}

function contradictions(problem: RegionProblem, limits: DenseLimits): Blocker[] {
  const n = problem.demand.length
  const blockers: Blocker[] = []
  const root = groupsTogether(limits)
  const fixedOf = new Map<number, number>()
  for (let a = 0; a < n; a++) {
    const known = fixedOf.get(root[a]!)
    if (limits.fixed[a]! < 0) continue
    if (known !== undefined && known !== limits.fixed[a]) blockers.push(pair(problem, a, root[a]!))
    fixedOf.set(root[a]!, limits.fixed[a]!)
  }
  for (let a = 0; a < n; a++)
    for (let p = limits.pairStarts[a]!; p < limits.pairStarts[a + 1]!; p++) {
      const b = limits.pairOther[p]!
      if (limits.pairSign[p]! > 0 || b < a) continue
      if (root[a] === root[b]) blockers.push(pair(problem, a, b))
      else if (limits.fixed[a]! >= 0 && limits.fixed[a] === limits.fixed[b])
        blockers.push(pair(problem, a, b))
    }
  return [...blockers, ...nowhere(problem, limits)]
}

function pair(problem: RegionProblem, a: number, b: number): Blocker {
  return {
    code: 'pair_contradicts',
    message: `${nameAreas(problem, [a, b])} must be together and apart at once, by pairs or by fixed areas`,
    next: 'Take one of the wishes back.',
    areas: [a, b],
  }
}

function groupsTogether({ fixed, pairStarts, pairOther, pairSign }: DenseLimits): Int32Array {
  const root = Int32Array.from(fixed, (_, a) => a)
  const find = (a: number): number => (root[a] === a ? a : find(root[a]!))
  for (let a = 0; a < root.length; a++)
    for (let p = pairStarts[a]!; p < pairStarts[a + 1]!; p++)
      if (pairSign[p]! > 0) root[find(a)] = find(pairOther[p]!)
  return root.map((_, a) => find(a))
}

function nowhere(problem: RegionProblem, limits: DenseLimits): Blocker[] {
  if (limits.forbidden.length === 0) return []
  const n = problem.demand.length
  const allowed = (a: number, r: number) =>
    limits.forbidden[r * n + a] === 0 && (limits.fixed[a]! < 0 || limits.fixed[a] === r)
  const areas = [...problem.demand.keys()].filter((a) =>
    Array.from({ length: limits.regions }, (_, r) => allowed(a, r)).every((ok) => !ok),
  )
  if (areas.length === 0) return []
  return [
    {
      code: 'nowhere_allowed',
      message: `${nameAreas(problem, areas)} may be in no region at all`,
      next: 'Allow one of the regions.',
      areas,
    },
  ]
}
