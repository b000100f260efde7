// npm run bench -- world-replay
// Product-days a CPU-second that the replay runs of a base-stock policy, on generated demand, with
// weekly and with daily reviews; the plain replay of the same policy is the baseline, and the bare
// reading of the demand, 8 bytes a product-day, the physical limit.
import { createRandom } from '../src/core/random/random.ts'
import {
  baseStockPolicy,
  createWorld,
  discretize,
  leadTimesOf,
  luckOf,
  type ReplayInput,
  readReplayParams,
  replayBaseStock,
  replayPlain,
  studentInterval,
  type World,
} from '../src/world/index.ts'
import { printFigure } from './figure.ts'

const PRODUCTS = 10_000
const DAYS = 365
const SEEDS = [1, 2, 3, 4, 5]
const PASSES = 8
const TARGET = 20e6

interface Shop {
  readonly input: ReplayInput
  /** Units a day. */
  readonly rate: Float64Array
}

/** Daily rates spread over three decades; packs, uncertain lead times, split deliveries. */
function createShop(seed: number, reviewPeriodDays: number): Shop {
  const random = createRandom(seed)
  const each = (value: (p: number) => number) =>
    Float64Array.from({ length: PRODUCTS }, (_, p) => value(p))
  const rate = each(() => Math.exp(0.5 + 1.2 * random.normal()))
  const leadTimes = [7, 14, 21].map((days) => discretize((u) => days * (0.6 + 0.8 * u), 100))
  const input: ReplayInput = {
    products: {
      ids: Array.from({ length: PRODUCTS }, (_, p) => `p${p}`),
      unitCostCents: each(() => 50 + random.int(2000)),
      minimumQuantity: each(() => 1),
      casePack: each(() => 1 + random.int(12)),
      quotedLeadTimeDays: each((p) => 7 * (1 + (p % 3))),
      volumeM3: each(() => 0.05 * random.next()),
    },
    priceCents: each(() => 200 + random.int(4000)),
    leadTimes: leadTimesOf(
      leadTimes,
      each((p) => p % 3),
    ),
    firstDay: 20_000,
    days: DAYS,
    demand: drawDemand(seed, rate),
    history: { firstDay: 20_000, days: 0, stride: 0, units: new Float64Array(0) },
    initialStock: each((p) => Math.ceil(rate[p]! * 21)),
    reviewPeriodDays,
  }
  return { input, rate }
}

function drawDemand(seed: number, rate: Float64Array): Float64Array {
  const random = createRandom(seed).split('demand')
  return Float64Array.from({ length: PRODUCTS * DAYS }, (_, i) => {
    const mean = rate[Math.floor(i / DAYS)]!
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()))
  })
}

/** Mean and 1.6 standard deviations of Poisson demand over lead time and review. */
function levelsFor({ input, reviewDays }: World, rate: Float64Array): Float64Array {
  const reviews = reviewDays.length
  return Float64Array.from({ length: PRODUCTS * reviews }, (_, i) => {
    const p = Math.floor(i / reviews)
    const mean = rate[p]! * (input.products.quotedLeadTimeDays[p]! + input.reviewPeriodDays)
    return Math.round(mean + 1.6 * Math.sqrt(mean))
  })
}

/** Product-days a CPU-second of `pass`, which goes over all of them once. */
function speedOf(passes: number, pass: () => void): number {
  const before = process.cpuUsage()
  for (let i = 0; i < passes; i++) pass()
  const { user, system } = process.cpuUsage(before)
  return (passes * PRODUCTS * DAYS) / ((user + system) / 1e6)
}

function sumOf(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum
}

function measureSeed(seed: number, reviewPeriodDays: number) {
  const { input, rate } = createShop(seed, reviewPeriodDays)
  const world = createWorld(input, readReplayParams())
  const levels = levelsFor(world, rate)
  const luck = luckOf(seed)
  const wanted = sumOf(world.demand)
  // The first pass warms up, and shows that the run is a real one.
  const fillRate = sumOf(replayBaseStock(world, luck, levels).products.soldUnits) / wanted
  let read = 0
  const fast = speedOf(PASSES, () => replayBaseStock(world, luck, levels))
  const plain = speedOf(1, () => replayPlain(world, luck, baseStockPolicy('levels', levels)))
  const limit = speedOf(PASSES, () => {
    read += sumOf(world.demand)
  })
  if (read !== PASSES * wanted) throw new Error('the sums of the demand differ')
  return { fast, plain, limit, fillRate }
}

function measure(reviewPeriodDays: number, name: string): void {
  const runs = SEEDS.map((seed) => measureSeed(seed, reviewPeriodDays))
  const mean = (field: keyof (typeof runs)[number]) =>
    studentInterval(runs.map((run) => run[field]))
  const { mean: value, low, high } = mean('fast')
  const baseline = mean('plain').mean
  const limit = mean('limit').mean
  printFigure({
    figure: name,
    value: Math.round(value),
    unit: 'product-days/CPU-s',
    interval: [Math.round(low), Math.round(high)],
    baseline: Math.round(baseline),
    ratio: value / baseline,
    target: TARGET,
    met: low >= TARGET,
    data: `generated, ${PRODUCTS} products × ${DAYS} days, review every ${reviewPeriodDays} days, fill rate ${mean('fillRate').mean.toFixed(3)}; interval: 95 % over the seeds; baseline: the plain replay; reading the demand alone runs at ${(limit / 1e6).toFixed(0)} million, of which this is ${((100 * value) / limit).toFixed(1)} %`,
    seed: SEEDS.join(','),
  })
}

measure(7, 'world-replay-weekly-review')
measure(1, 'world-replay-daily-review')
