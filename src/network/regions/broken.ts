import { type Blocker, nameAreas } from './blocking.ts'
import type { DenseLimits } from './limits.ts'
import type { Candidate } from './search.ts'
import type { RegionMeasures, RegionProblem } from './types.ts'

const ROUNDING = 1e-9
const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/**
 * Why the best partition found cannot be used: one blocker for each limit that it breaks. This is
 * no proof that all partitions break one, and the messages say so.
 */
export function describeBroken(
  problem: RegionProblem,
  limits: DenseLimits,
  candidate: Candidate,
): Blocker[] {
  const words = [
    ...candidate.measures.byRegion.flatMap((region, r) => regionWords(limits, region, r)),
    ...reachWords(problem, limits, candidate),
    ...handWords(problem, limits, candidate),
  ]
  return words.map(({ message, next, areas }) => ({
    code: 'not_found' as const,
    message: `the best partition found breaks a limit: ${message}`,
    next,
    areas,
  }))
}

interface Words {
  readonly message: string
  readonly next: string
  readonly areas: readonly number[]
}

function regionWords(limits: DenseLimits, region: RegionMeasures, r: number): Words[] {
  const words: Words[] = []
  const share = region.demand / limits.meanDemand
  if (
    region.demand > limits.demandHigh * (1 + ROUNDING) ||
    region.demand < limits.demandLow * (1 - ROUNDING)
  )
    words.push({
      message: `region ${r} has ${percent(share)} of the mean demand, outside ${percent(limits.demandLow / limits.meanDemand)} to ${percent(limits.demandHigh / limits.meanDemand)}`,
      next: 'Allow a larger tolerance of demand, or ask for another number of regions.',
      areas: [],
    })
  const due = limits.capacityPerOrder * region.demand
  const carry = limits.carryM3(region.demand)
  if (region.capacityM3 < due * (1 - ROUNDING))
    words.push({
      message: `region ${r} has ${region.capacityM3.toFixed(0)} m³, and ${due.toFixed(0)} m³ are due to its demand`,
      next: 'Allow a larger tolerance of capacity, ask for fewer regions, or add room there.',
      areas: [],
    })
  if (region.capacityM3 < carry * (1 - ROUNDING))
    words.push({
      message: `region ${r} has ${region.capacityM3.toFixed(0)} m³, and the ${limits.mustCarry} products it must carry need ${carry.toFixed(0)} m³`,
      next: 'Ask for fewer products or regions, or add room there.',
      areas: [],
    })
  return words
}

function reachWords(problem: RegionProblem, limits: DenseLimits, { plan }: Candidate): Words[] {
  const n = problem.demand.length
  const reached = new Uint8Array(n)
  plan.siteRegion.forEach((r, s) => {
    if (!(problem.capacityM3[s]! > 0)) return
    for (let a = 0; a < n; a++)
      if (plan.areaRegion[a] === r && problem.miles[s * n + a]! <= limits.reachMiles) reached[a] = 1
  })
  const areas = [...reached.keys()].filter((a) => reached[a] === 0)
  if (areas.length === 0) return []
  return [
    {
      message: `no site of their region reaches ${nameAreas(problem, areas)}`,
      next: 'Add a lane, allow longer ways, or ask for fewer regions.',
      areas,
    },
  ]
}

function handWords(
  problem: RegionProblem,
  limits: DenseLimits,
  { plan, moved }: Candidate,
): Words[] {
  const words: Words[] = []
  if (moved > limits.mostMoved)
    words.push({
      message: `${moved} areas change their region, ${limits.mostMoved} may`,
      next: 'Allow more changes.',
      areas: [],
    })
  const n = problem.demand.length
  const misplaced: number[] = []
  for (let a = 0; a < n; a++) {
    const r = plan.areaRegion[a]!
    const isForbidden = limits.forbidden.length > 0 && limits.forbidden[r * n + a] === 1
    if (isForbidden || (limits.fixed[a]! >= 0 && limits.fixed[a] !== r)) misplaced.push(a)
    for (let p = limits.pairStarts[a]!; p < limits.pairStarts[a + 1]!; p++)
      if ((plan.areaRegion[limits.pairOther[p]!] === r) !== limits.pairSign[p]! > 0)
        misplaced.push(a)
  }
  const areas = [...new Set(misplaced)]
  if (areas.length > 0)
    words.push({
      message: `${nameAreas(problem, areas)} lie against what was set by hand`,
      next: 'Take back what was fixed, forbidden or paired there.',
      areas,
    })
  return words
}
