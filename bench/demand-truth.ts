/**
 * What is estimated of a store against the truth behind a generated one: lost sales, substitution,
 * new products; and new products of the online retail data, from origins before its last 84 days.
 * node bench/demand-truth.ts [--data DIR] [--seeds 4,5,6] [--products 1000]
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Panel, panelEnd } from '../src/core/panel.ts'
import { estimateLostSales, estimateSubstitution, fitDemand } from '../src/demand/index.ts'
import { writeTables } from '../src/feed/index.ts'
import { readPanelContext } from '../src/loop/inputs/panel-context.ts'
import { readSales } from '../src/loop/inputs/sales.ts'
import { makeDemandFacts } from '../src/loop/steps/demand-facts.ts'
import { type DemoTruth, generateDemoStore } from '../src/world/index.ts'
import { type ColdScore, HORIZON, judgeCold, LEVELS, unitsOn } from './demand-truth/cold.ts'
import { inMemory } from './demand-truth/in-memory.ts'
import { readRetail } from './demand-truth/retail.ts'
import { argument, cpuSeconds, dataFolder, meanInterval, printFigure, rounded } from './figure.ts'

const seeds = argument('seeds', '4,5,6').split(',').map(Number)
const products = Number(argument('products', '1000'))

interface Shop {
  readonly panel: Panel
  readonly truth: DemoTruth
  /** Row of the truth of each series. */
  readonly row: Int32Array
  readonly origin: number
}

async function makeShop(seed: number, count: number): Promise<Shop> {
  const { tables, truth } = generateDemoStore({ seed, products: count })
  const names = ['products', 'sales', 'prices', 'events', 'closed_days']
  return inMemory(async (database) => {
    await writeTables(database, Object.fromEntries(names.map((name) => [name, tables[name]!])))
    const sales = await readSales(database)
    const panel = await readPanelContext(database, sales)
    const rowOf = new Map(truth.productIds.map((id, row) => [id, row]))
    const row = Int32Array.from(panel.ids, (id) => rowOf.get(id)!)
    return { panel, truth, row, origin: sales.lastDay + 1 }
  })
}

/** Units wanted of a series on a day. */
function wantedAt({ truth, row }: Shop, i: number, day: number): number {
  return truth.demand[row[i]! * truth.totalDays + day - truth.firstDay]!
}

interface LostScore {
  readonly total: number
  readonly byProduct: number
  readonly naive: number
  readonly known: number
}

/** Errors of the units missed on days out of stock, over the true sum. */
function judgeLost(shop: Shop): LostScore {
  const { panel, truth, row } = shop
  const found = estimateLostSales(panel)
  const n = panel.ids.length
  const own = meanInStock(panel)
  const sums = { truth: new Float64Array(n), ours: new Float64Array(n), mean: new Float64Array(n) }
  const oracle = new Float64Array(n)
  found.series.forEach((i, k) => {
    const day = found.bucket[k]!
    const sold = found.sold[k]!
    const missed = Math.max(0, wantedAt(shop, i, day) - sold)
    sums.truth[i]! += missed
    sums.ours[i]! += found.lost[k]!
    sums.mean[i]! += Math.max(0, own[i]! - sold)
    const mean = truth.mean[row[i]! * truth.totalDays + day - truth.firstDay]!
    oracle[i]! += sold > 0 ? missed : mean
  })
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0)
  const off = (values: Float64Array) =>
    values.reduce((total, v, i) => total + Math.abs(v - sums.truth[i]!), 0) / sum(sums.truth)
  return {
    total: sum(sums.ours) / sum(sums.truth) - 1,
    byProduct: off(sums.ours),
    naive: off(sums.mean),
    known: off(oracle),
  }
}

function meanInStock({ ids, offsets, values }: Panel): Float64Array {
  return Float64Array.from(ids, (_, i) => {
    const seen = values.subarray(offsets[i]!, offsets[i + 1]!).filter((v) => !Number.isNaN(v))
    return seen.reduce((a, b) => a + b, 0) / Math.max(1, seen.length)
  })
}

interface SubstitutionScore {
  readonly precision: number
  readonly recall: number
  /** Mean share that moves from a product with pairs. */
  readonly share: number
  readonly pairs: number
}

function judgeSubstitution({ panel, truth, row }: Shop): SubstitutionScore {
  const found = estimateSubstitution(panel, { model: fitDemand(panel) })
  const group = (i: number) => truth.substituteGroup[row[i]!]!
  const sizes = new Map<number, number>()
  panel.ids.forEach((_, i) => {
    sizes.set(group(i), (sizes.get(group(i)) ?? 0) + 1)
  })
  let real = 0
  for (const size of sizes.values()) real += size * (size - 1)
  const right = found.series.filter((i, k) => group(i) === group(found.substitute[k]!)).length
  const total = new Map<number, number>()
  found.series.forEach((i, k) => {
    total.set(i, (total.get(i) ?? 0) + found.probability[k]!)
  })
  const share = [...total.values()].reduce((a, b) => a + b, 0) / Math.max(1, total.size)
  const pairs = found.series.length
  return { precision: right / Math.max(1, pairs), recall: right / real, share, pairs }
}

/** Prints the mean over the seeds of one number. */
function report(
  name: string,
  values: readonly number[],
  more: {
    unit: string
    target?: string
    met?: (mean: number) => boolean
    baseline?: readonly number[]
  },
  data: string,
): void {
  const { mean, interval } = meanInterval(values)
  const baseline = more.baseline && meanInterval(more.baseline).mean
  printFigure({
    figure: `demand-truth/${name}`,
    value: rounded(mean),
    unit: more.unit,
    ...(values.length > 1
      ? { interval: [rounded(interval[0]), rounded(interval[1])] as const }
      : {}),
    ...(baseline === undefined
      ? {}
      : { baseline: rounded(baseline), ratio: rounded(mean / baseline) }),
    ...(more.target === undefined ? {} : { target: more.target, met: more.met!(mean) }),
    data,
    seed: seeds.join(','),
  })
}

function reportCold(name: string, scores: readonly ColdScore[], data: string): void {
  const all = (pick: (score: ColdScore) => number) => scores.map(pick)
  report(
    `${name}: WAPE of 28-day totals of young products, against the mean of products of the same age`,
    all((s) => s.wape),
    {
      unit: 'share',
      baseline: all((s) => s.ofAge),
      target: '≤ 0.85 times the mean of the same age',
      met: (mean) => mean <= 0.85 * meanInterval(all((s) => s.ofAge)).mean,
    },
    data,
  )
  report(
    `${name}: the same against their own sales so far carried on`,
    all((s) => s.wape),
    { unit: 'share', baseline: all((s) => s.carried) },
    data,
  )
  report(
    `${name}: bias`,
    all((s) => s.bias),
    { unit: 'share' },
    data,
  )
  LEVELS.forEach((level, l) => {
    report(
      `${name}: share of days at or below the ${level} quantile, where above zero`,
      all((s) => s.below[l]!),
      { unit: 'share', target: `${level} ± 0.06`, met: (mean) => Math.abs(mean - level) <= 0.06 },
      data,
    )
  })
}

async function demo(): Promise<void> {
  const lost: LostScore[] = []
  const moved: SubstitutionScore[] = []
  const cold: ColdScore[] = []
  for (const seed of seeds) {
    const shop = await makeShop(seed, products)
    lost.push(judgeLost(shop))
    moved.push(judgeSubstitution(shop))
    const origins = [1, 3, 5, 7, 9].map((months) => shop.origin - months * HORIZON)
    cold.push(judgeCold(shop.panel, origins, (i, day) => wantedAt(shop, i, day)))
  }
  const data = `demo store, ${products} products, two years`
  report(
    'lost sales: error of the total',
    lost.map((s) => s.total),
    { unit: 'share', target: 'within 0.1', met: (mean) => Math.abs(mean) <= 0.1 },
    data,
  )
  report(
    'lost sales: error by product, against the mean of days in stock (zeros as demand: 1)',
    lost.map((s) => s.byProduct),
    { unit: 'share of units missed', baseline: lost.map((s) => s.naive) },
    data,
  )
  report(
    'lost sales: the same had the true mean been known',
    lost.map((s) => s.known),
    { unit: 'share of units missed' },
    data,
  )
  report(
    'substitution: pairs found that are real',
    moved.map((s) => s.precision),
    { unit: 'share', target: '≥ 0.8', met: (mean) => mean >= 0.8 },
    data,
  )
  report(
    'substitution: real pairs found',
    moved.map((s) => s.recall),
    { unit: 'share' },
    data,
  )
  report(
    'substitution: share moved by products with pairs (truth: 0.4)',
    moved.map((s) => s.share),
    { unit: 'share' },
    data,
  )
  reportCold('new products', cold, `${data}, five origins`)
}

async function retail(): Promise<void> {
  const file = join(dataFolder(), 'retail/online-retail.csv.gz')
  if (!existsSync(file)) {
    console.error(`No data at ${file}; give the folder with --data DIR.`)
    return
  }
  const panel = await readRetail(file)
  const end = panelEnd(panel)
  const wanted = (i: number, day: number) => unitsOn(panel, i, day)
  const early = [4, 5, 6, 7].map((months) => end - months * HORIZON)
  reportCold(
    'retail, earlier origins',
    [judgeCold(panel, early, wanted)],
    'online retail, four origins',
  )
  const late = [1, 2, 3].map((months) => end - months * HORIZON)
  reportCold(
    'retail, last origins',
    [judgeCold(panel, late, wanted)],
    'online retail, three origins',
  )
}

async function speed(): Promise<void> {
  const { panel, origin } = await makeShop(seeds[0]!, 4000)
  const before = process.cpuUsage()
  makeDemandFacts(panel, { origin })
  printFigure({
    figure: 'demand-truth/CPU of the four fact tables',
    value: rounded(cpuSeconds(before)),
    unit: 's',
    data: 'demo store, 4,000 products, two years',
    seed: seeds[0]!,
  })
}

await demo()
await retail()
await speed()
