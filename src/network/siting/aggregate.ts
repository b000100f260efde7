import type { KnobSettings } from '../../core/knobs.ts'
import { solvePMedian } from '../p-median/solve.ts'
import type { SitingProblem } from './problem.ts'

/** Groups need not be the best ones: a few swaps, no proof. */
const QUICK: KnobSettings = {
  'network.p-median-restarts': 1,
  'network.p-median-bound-rounds': 0,
  'network.p-median-nodes': 0,
}

/**
 * The problem with areas joined into at most `groups` groups that every site serves at about the
 * same cost (a p-median of areas by the difference of their costs, weighted by demand). A plan for
 * the groups is one for the areas, with all areas of a group served alike.
 */
export function joinAreas(problem: SitingProblem, groups: number): SitingProblem {
  const { areaIds, sites, transportCents, scenarios, years } = problem
  const areas = areaIds.length
  if (areas <= groups) return problem
  const weights = expectedDemand(problem)
  const costs = differences(problem)
  const search = { customers: areas, sites: areas, p: groups, costs, weights }
  const { open, assigned } = solvePMedian(search, { settings: QUICK })
  const groupOf = assigned.map((area) => open.indexOf(area))
  const joined = new Float64Array(sites.length * groups)
  const totals = new Float64Array(groups)
  groupOf.forEach((g, a) => {
    const weight = Math.max(weights[a]!, 1e-9)
    totals[g]! += weight
    for (let s = 0; s < sites.length; s++) {
      joined[s * groups + g]! += weight * transportCents[s * areas + a]!
    }
  })
  return {
    ...problem,
    areaIds: Array.from(open, (area) => `${areaIds[area]} and those like it`),
    transportCents: joined.map((cents, k) => cents / totals[k % groups]!),
    scenarios: scenarios.map((scenario) => {
      const demand = new Float64Array(years * groups)
      for (let t = 0; t < years; t++) {
        groupOf.forEach((g, a) => {
          demand[t * groups + g]! += scenario.demand[t * areas + a]!
        })
      }
      return { ...scenario, demand }
    }),
  }
}

function expectedDemand({ areaIds, scenarios, years }: SitingProblem): Float64Array {
  const areas = areaIds.length
  const result = new Float64Array(areas)
  for (const { demand, probability } of scenarios) {
    for (let k = 0; k < years * areas; k++) result[k % areas]! += probability * demand[k]!
  }
  return result
}

/** Σ over sites of the difference of costs; areas not reached by the same sites lie apart. */
function differences({ areaIds, sites, transportCents }: SitingProblem): Float64Array {
  const areas = areaIds.length
  const apart = transportCents.reduce((most, c) => (c < Infinity ? Math.max(most, c) : most), 1)
  const known = transportCents.map((cents) => Math.min(cents, 10 * apart))
  const result = new Float64Array(areas * areas)
  for (let s = 0; s < sites.length; s++) {
    const row = known.subarray(s * areas, (s + 1) * areas)
    for (let a = 0; a < areas; a++) {
      for (let b = 0; b < areas; b++) result[a * areas + b]! += Math.abs(row[a]! - row[b]!)
    }
  }
  return result
}
