import { createRandom } from '../../src/core/random/random.ts'
import { pMedian, regions } from '../../src/network/index.ts'
import { cpuSeconds } from '../figure.ts'
import { spectralPartition } from './spectral.ts'

/** Rounds of the capacitated p-median: its assignment is repaired afterwards, its proof not asked for. */
const ROUNDS = 10

/** A partition made by another method, then made to keep the limits. */
export interface Baseline {
  readonly method: string
  readonly candidate: regions.Candidate
  readonly cpuSeconds: number
}

/** All baselines for one number of regions. */
export function runBaselines(
  problem: regions.RegionProblem,
  limits: regions.DenseLimits,
  prices: regions.RegionPrices,
  milesOf: (from: number, to: number) => number,
): Baseline[] {
  const k = limits.regions
  const spectral = (weightOf: (from: number, to: number) => number) => () =>
    spectralPartition(problem, k, weightOf, createRandom(`spectral-${k}`))
  const methods: readonly (readonly [string, () => Int32Array])[] = [
    ['p-median', () => medianPartition(problem, limits, false)],
    ['capacitated p-median', () => medianPartition(problem, limits, true)],
    ['spectral', spectral(() => 1)],
    ['spectral by nearness', spectral((from, to) => 1 / (10 + milesOf(from, to)))],
  ]
  return methods.map(([method, make]) => {
    const start = process.cpuUsage()
    const random = createRandom(`repair-${method}-${k}`)
    const candidate = regions.repairPartition(problem, make(), limits, prices, random)
    return { method, candidate, cpuSeconds: cpuSeconds(start) }
  })
}

/** k of the sites by the p-median objective; each area belongs to the site that serves it. */
function medianPartition(
  { miles, demand, siteArea }: regions.RegionProblem,
  { regions: p, demandHigh }: regions.DenseLimits,
  capacitated: boolean,
): Int32Array {
  const customers = demand.length
  const sites = siteArea.length
  const costs = new Float64Array(customers * sites)
  for (let a = 0; a < customers; a++)
    for (let s = 0; s < sites; s++) costs[a * sites + s] = miles[s * customers + a]!
  const problem = { customers, sites, p, costs, weights: demand }
  const { open, assigned } = capacitated
    ? pMedian.solveCapacitatedPMedian(
        { ...problem, demands: demand, capacities: new Float64Array(sites).fill(demandHigh) },
        { settings: { 'network.p-median-capacitated-rounds': ROUNDS } },
      )
    : pMedian.solvePMedian(problem)
  const regionOf = new Map([...open].map((site, r) => [site, r]))
  return assigned.map((site) => regionOf.get(site)!)
}
