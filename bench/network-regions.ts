/*
 * Regions: `npm run bench -- network-regions [--data DIR] [--seeds 1] [--counts 2-16] [--steps N]`.
 * 885 areas (us-zip3.csv in DIR, DIR/geo or DIR/../geo; else 885 areas joined from the embedded
 * counties), 40 sites drawn where people live, a catalogue of 100,000 products with baskets: all
 * drawn from the seed. The whole curve of k = 2 … 16 is searched, each k is set beside four other
 * partitions made to keep the same limits, and each partition is checked by plain code.
 *
 * One JSON line a k and seed: value is the objective in cents an order, optimum is not known, bestOther
 * the best of the others that keeps the limits (null where none does), gapPercent how far above that
 * we are (below 0: better). Then one line a seed for the curve.
 */
import { regions } from '../src/network/index.ts'
import { usAreas } from '../src/world/index.ts'
import { argument, cpuSeconds, dataFolder, describeMachine, rounded } from './figure.ts'
import { type Baseline, runBaselines } from './network-regions/baselines.ts'
import { makeInstance, type Places, readPlaces } from './network-regions/instance.ts'

const TARGET_CPU_SECONDS = 300
const SITES = Number(argument('sites', '40'))
const [first = 2, last = 16] = argument('counts', '2-16').split('-').map(Number)
const counts = Array.from({ length: last - first + 1 }, (_, i) => first + i)
const steps = argument('steps', '')
const settings = steps === '' ? {} : { 'network.region-steps': Number(steps) }

/** Whether a plan is contiguous and keeps the bands, by definition alone. */
function checkPlan(
  problem: regions.RegionProblem,
  { plan, measures }: regions.Candidate,
  limits: regions.DenseLimits,
) {
  const contiguous = regions.isContiguous(problem, plan.areaRegion, plan.regions)
  const balanced = measures.byRegion.every(
    ({ demand, capacityM3 }) =>
      demand >= limits.demandLow * (1 - 1e-9) &&
      demand <= limits.demandHigh * (1 + 1e-9) &&
      capacityM3 >= limits.capacityPerOrder * demand * (1 - 1e-9),
  )
  return { contiguous, balanced }
}

function milesBetween(places: Places, from: number, to: number): number {
  const { lat, lon } = places
  return regions.milesBetween(lat[from]!, lon[from]!, lat[to]!, lon[to]!)
}

const objectiveOf = ({ measures }: regions.Candidate) => measures.total.objectiveCents

/** Objectives of the others, and null where one could not be made to keep the limits. */
function othersOf(
  problem: regions.RegionProblem,
  limits: regions.DenseLimits,
  others: readonly Baseline[],
) {
  const objectives = others.map(({ candidate }) => {
    const { contiguous, balanced } = checkPlan(problem, candidate, limits)
    return contiguous && balanced ? objectiveOf(candidate) : null
  })
  const kept = objectives.filter((value) => value !== null)
  return {
    best: kept.length > 0 ? Math.min(...kept) : null,
    byMethod: Object.fromEntries(
      others.map(({ method }, i) => [
        method,
        objectives[i] === null ? null : rounded(objectives[i]!),
      ]),
    ),
    seconds: others.reduce((sum, other) => sum + other.cpuSeconds, 0),
  }
}

async function measure(places: Places, seed: string): Promise<boolean> {
  const problem = makeInstance(places, {
    sites: SITES,
    products: 100_000,
    orders: 200_000,
    ordersADay: 300_000,
    seed,
  })
  const start = process.cpuUsage()
  const wall = performance.now()
  const { curve, prices, chosen, reasons } = await regions.planRegions(problem, {
    counts,
    settings,
    seed,
  })
  const seconds = cpuSeconds(start)
  const wallSeconds = (performance.now() - wall) / 1000
  const good = curve.map((point) => printPoint(problem, places, point, prices, seed))
  const met = good.every((one) => one) && seconds <= TARGET_CPU_SECONDS
  console.log(
    JSON.stringify({
      figure: 'network-regions/curve',
      instance: `${problem.demand.length} areas, ${SITES} sites, k = ${first}…${last}, seed ${seed}`,
      value: chosen.plan.regions,
      optimum: null,
      gapPercent: null,
      cpuSeconds: rounded(seconds),
      wallSeconds: rounded(wallSeconds),
      target: `≤ ${TARGET_CPU_SECONDS} s, contiguous, balanced, beaten by no other`,
      met,
      unbeaten: good.filter((one) => one).length,
      points: good.length,
      reason: reasons.find((reason) => reason.startsWith('chosen')),
      machine: describeMachine(),
    }),
  )
  return met
}

function printPoint(
  problem: regions.RegionProblem,
  places: Places,
  point: regions.CurvePoint,
  prices: regions.RegionPrices,
  seed: string,
): boolean {
  const limits = regions.denseLimits(problem, point.regions, {}, settings)
  const others = runBaselines(problem, limits, prices, (a, b) => milesBetween(places, a, b))
  const { best, byMethod, seconds } = othersOf(problem, limits, others)
  const [ours] = point.candidates
  const kept = ours !== undefined && ours.violation === 0
  const checked = kept ? checkPlan(problem, ours, limits) : { contiguous: false, balanced: false }
  const value = kept ? objectiveOf(ours) : null
  const gap = value === null || best === null ? null : 100 * (value / best - 1)
  const total = ours?.measures.total
  const unbeaten = checked.contiguous && checked.balanced && (gap === null || gap <= 1e-6)
  console.log(
    JSON.stringify({
      figure: 'network-regions',
      instance: `k = ${point.regions}, seed ${seed}`,
      value: value === null ? null : rounded(value, 5),
      optimum: null,
      bestOther: best === null ? null : rounded(best, 5),
      gapPercent: gap === null ? null : rounded(gap, 3),
      ...checked,
      others: byMethod,
      othersCpuSeconds: rounded(seconds, 3),
      wholeShare: total && rounded(total.wholeShare),
      promisedShare: total && rounded(total.promisedShare),
      costCents: total && rounded(total.costCents),
      breadth: total && Math.round(total.breadth),
      lanes: total?.lanes,
      outsideLinesADay: total && Math.round(total.outsideLines),
      ...(kept ? {} : { blockers: point.blockers.map(({ message }) => message) }),
    }),
  )
  return unbeaten
}

/** 885 areas joined from the counties that come with the project. */
function embeddedPlaces(): Places {
  const { areas, adjacency } = usAreas(885)
  return { ...areas, adjacency }
}

const read = readPlaces(dataFolder())
if (read === undefined)
  console.error('no us-zip3.csv in the data folder: 885 areas joined from counties instead')
const places = read ?? embeddedPlaces()
let allMet = true
for (let seed = 1; seed <= Number(argument('seeds', '1')); seed++)
  allMet = (await measure(places, String(seed))) && allMet
if (!allMet) process.exitCode = 1
