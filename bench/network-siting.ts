/*
 * Siting over years: `npm run bench -- network-siting [--only NAME]`, on made problems: areas and
 * sites drawn on a plane of 4,000 × 2,500 km, four large sites open today, two sizes, demand that
 * grows by 2, 15 or 30 % a year with chances 1/4, 1/2, 1/4, two committed years, four changes a year.
 *
 * One JSON line a size: value (expected discounted dollars), bound, gapPercent, whether proven, and
 * cpuSeconds for the plan with its bound and its reasons. Three draws a size.
 */
import { createRandom, type Random } from '../src/core/random/random.ts'
import { siting } from '../src/network/index.ts'
import { argument, cpuSeconds, describeMachine, rounded } from './figure.ts'

interface Size {
  readonly name: string
  readonly areas: number
  readonly sites: number
  readonly years: number
}

const SIZES: readonly Size[] = [
  { name: 'small', areas: 20, sites: 8, years: 3 },
  { name: 'large', areas: 100, sites: 20, years: 5 },
]
const DRAWS = 3
const GROWTH: readonly (readonly [name: string, rate: number, probability: number])[] = [
  ['slow', 1.02, 0.25],
  ['middle', 1.15, 0.5],
  ['fast', 1.3, 0.25],
]
const UNITS_TODAY = 10e6

function makeProblem({ areas, sites, years }: Size, random: Random): siting.SitingProblem {
  const point = () => [random.next() * 4000, random.next() * 2500] as const
  const places = Array.from({ length: areas }, () => ({
    at: point(),
    size: 1 + 20 * random.next() ** 3,
  }))
  const points = Array.from({ length: sites }, point)
  const total = places.reduce((sum, { size }) => sum + size, 0)
  const transportCents = Float64Array.from({ length: sites * areas }, (_, k) => {
    const [from, to] = [points[Math.floor(k / areas)]!, places[k % areas]!.at]
    return 150 + 0.25 * Math.hypot(from[0] - to[0], from[1] - to[1])
  })
  return {
    years,
    areaIds: places.map((_, a) => `A${a}`),
    sites: points.map((_, s) => makeSite(s)),
    scenarios: GROWTH.map(([name, rate, probability]) => ({
      name,
      probability,
      demand: Float64Array.from({ length: years * areas }, (_, k) => {
        return (UNITS_TODAY * places[k % areas]!.size * rate ** Math.floor(k / areas)) / total
      }),
    })),
    transportCents,
    committedYears: 2,
    maxChangesPerYear: 4,
    discountRate: 0.08,
  }
}

const makeSite = (s: number): siting.SitingSite => ({
  id: `S${s}`,
  sizes: [
    { name: 'small', capacity: 1.5e6, yearlyCents: 2e8, buildCents: 4e8 },
    { name: 'large', capacity: 4e6, yearlyCents: 4e8, buildCents: 5e8 },
  ],
  today: s < 4 ? 1 : -1,
  closeCents: 3e8,
})

async function measure(size: Size, draw: number): Promise<void> {
  const problem = makeProblem(size, createRandom(`siting ${size.name} ${draw}`))
  const start = process.cpuUsage()
  const plan = await siting.solveSiting(problem, { seed: draw })
  console.log(
    JSON.stringify({
      figure: 'network-siting',
      instance: `${size.name}-${draw}: ${size.areas} areas, ${size.sites} sites, ${size.years} years, ${GROWTH.length} scenarios`,
      value: rounded(plan.costCents / 100, 8),
      bound: rounded(plan.boundCents / 100, 8),
      gapPercent: rounded(100 * plan.gap),
      proven: plan.proven,
      method: plan.method,
      steps: plan.changes.length,
      cpuSeconds: rounded(cpuSeconds(start)),
      seed: draw,
      machine: describeMachine(),
    }),
  )
}

const only = argument('only', '')
for (const size of SIZES.filter(({ name }) => only === '' || name === only)) {
  for (let draw = 1; draw <= DRAWS; draw++) await measure(size, draw)
}
