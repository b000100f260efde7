/*
 * Assignment of orders to sites: `npm run -s bench -- fulfilment-assign [--data DIR] [--seed N]
 * [--seeds 10] [--levels 0.7,0.85,1,1.15,1.3] [--periods 10000] [--products 20] [--kinds 5]
 * [--drift 0]`. DIR holds cities.csv and fulfillment_centers.csv (or a folder `fulfilment` with them).
 *
 * The set-up of Jasin and Sinha (2015) and Ma (2023): 20 products, five kinds of order of each size 1
 * to 5, chances and centres that carry a product drawn, arrivals from cities by population, $8.759 a
 * parcel, $0.423 a unit and $0.000541 a unit and mile; a unit that no centre ships costs twice the
 * parcel and the farthest way. Stock is `level` times the expected demand of the nearest centre that
 * carries a product. Strategies see what is left, past orders of another path of the same length, and
 * how much of the horizon is left; with --drift, kinds of order were bought at other chances in the
 * past. The clairvoyant is the basket LP over the orders that came: a bound; the cost of its solution
 * rounded to whole orders says how near it can be attained.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadSolver } from '../src/core/optimize/linear/solver.ts'
import { argument, cpuSeconds, dataFolder, meanInterval, printFigure, rounded } from './figure.ts'
import { clairvoyant } from './fulfilment-assign/clairvoyant.ts'
import { pastOrders, replay } from './fulfilment-assign/replay.ts'
import { resolveCost } from './fulfilment-assign/resolve-cost.ts'
import { makeRunners } from './fulfilment-assign/runners.ts'
import {
  drawOrders,
  drifted,
  makeSetUp,
  PUBLISHED,
  readPlaces,
  stockAt,
} from './fulfilment-assign/set-up.ts'

const TARGET_CLOSED = 0.5
const TARGET_MS = 0.2
const firstSeed = Number(argument('seed', '1'))
const seeds = Number(argument('seeds', '10'))
const levels = argument('levels', '0.7,0.85,1,1.15,1.3').split(',').map(Number)
const periods = Number(argument('periods', '10000'))
const drift = Number(argument('drift', '0'))
const size = {
  ...PUBLISHED,
  products: Number(argument('products', String(PUBLISHED.products))),
  kindsPerSize: Number(argument('kinds', String(PUBLISHED.kindsPerSize))),
}
const folder = dataFolder()
const places = readPlaces(
  existsSync(join(folder, 'fulfilment')) ? join(folder, 'fulfilment') : folder,
)
const solver = await loadSolver()
const data = `${places.cities.length} cities, ${places.centres.length} centres, ${size.products} products, ${5 * size.kindsPerSize} kinds of order, ${periods} periods${drift > 0 ? `, chances of the past off by exp(${drift} × normal)` : ''}`
const seedNames = `${firstSeed}-${firstSeed + seeds - 1}`

const overBound = new Map<string, number[]>()
const closed = new Map<string, number[]>()
const msPerOrder = new Map<string, number[]>()
const add = (to: Map<string, number[]>, key: string, value: number) => {
  to.set(key, [...(to.get(key) ?? []), value])
}

for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
  const setUp = makeSetUp(places, String(seed), size)
  const orders = drawOrders(setUp, `${seed}-now`, periods)
  const before = drift > 0 ? drifted(setUp, String(seed), drift) : setUp
  const past = pastOrders(setUp, drawOrders(before, `${seed}-before`, periods))
  for (const level of levels) {
    const stock = stockAt(setUp, level, periods)
    const best = clairvoyant(solver, setUp, stock, orders)
    add(overBound, `clairvoyant rounded/${level}`, best.roundedCents / best.boundCents - 1)
    const cents = new Map<string, number>()
    for (const make of makeRunners(solver, setUp, past)) {
      const begun = process.cpuUsage()
      using runner = make()
      const total = replay(setUp, stock, orders, runner)
      const { name } = runner.strategy
      add(msPerOrder, name, (1000 * cpuSeconds(begun)) / orders.length)
      add(overBound, `${name}/${level}`, total / best.boundCents - 1)
      cents.set(name, total)
    }
    const now = cents.get('cheapest-now')!
    for (const [name, total] of cents) {
      add(closed, `${name}/${level}`, (now - total) / (now - best.boundCents))
    }
  }
}

for (const [key, values] of overBound) {
  const { mean, interval } = meanInterval(values.map((value) => 100 * value))
  const [name, level] = key.split('/')
  printFigure({
    figure: `fulfilment-assign/cost over the LP bound, ${name}, stock ${level} of demand`,
    ...{ value: rounded(mean), unit: '%', interval: [rounded(interval[0]), rounded(interval[1])] },
    ...{ data, seed: seedNames },
  })
}
for (const [key, values] of closed) {
  const { mean, interval } = meanInterval(values)
  const [name, level] = key.split('/')
  const ours = name === 'storewright'
  printFigure({
    figure: `fulfilment-assign/gap closed from cheapest-now to the bound, ${name}, stock ${level} of demand`,
    ...{ value: rounded(mean), unit: 'share' },
    interval: [rounded(interval[0]), rounded(interval[1])],
    ...(ours ? { target: `≥ ${TARGET_CLOSED}, no run below 0`, met: isMet(mean, values) } : {}),
    ...{ data: `${data}; least run ${rounded(Math.min(...values))}`, seed: seedNames },
  })
}
for (const [name, values] of msPerOrder) {
  const { mean, interval } = meanInterval(values)
  const ours = name === 'storewright'
  printFigure({
    figure: `fulfilment-assign/CPU an order, ${name}`,
    ...{ value: rounded(mean), unit: 'ms' },
    interval: [rounded(interval[0]), rounded(interval[1])],
    ...(ours ? { target: `≤ ${TARGET_MS}`, met: mean <= TARGET_MS } : {}),
    ...{ data: `${data}; worths, plans and the replay's own work counted`, seed: seedNames },
  })
}

const LARGER = 1_000
const larger = resolveCost(solver, makeSetUp(places, 'larger', size), LARGER)
for (const [name, { first, again }] of Object.entries(larger)) {
  printFigure({
    figure: `fulfilment-assign/CPU of pricing the stock of ${LARGER} products again, ${name} worths`,
    ...{ value: rounded(again), unit: 's' },
    data: `${LARGER} products on up to 6 sites, ${10 * LARGER} past orders; the first time ${rounded(first)} s`,
    seed: 'larger',
  })
}

function isMet(mean: number, values: readonly number[]): boolean {
  return mean >= TARGET_CLOSED && Math.min(...values) >= 0
}
