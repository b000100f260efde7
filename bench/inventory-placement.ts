/*
 * Placement: `npm run bench -- inventory-placement [--regions 8] [--room 1.2] [--seed 1]`: CPU time of
 * placing 100,000 products at 40 sites. Zipf demand of 300,000 orders a day with 1.8 units over 14
 * days, cases of 1 to 12, room for `--room` times the demand. --data is taken and not needed.
 */
import { createRandom } from '../src/core/random/random.ts'
import { type PlacementInput, placeStock } from '../src/inventory/index.ts'
import { argument, cpuSeconds, printFigure, rounded } from './figure.ts'

const PRODUCTS = 100_000
const SITES = 40
const UNITS = 300_000 * 1.8 * 14
const TARGET_SECONDS = 10
const regions = Number(argument('regions', '8'))
const room = Number(argument('room', '1.2'))
const seed = argument('seed', '1')

function makeInput(): PlacementInput {
  const random = createRandom(seed)
  const column = (make: (j: number) => number) =>
    Float64Array.from({ length: PRODUCTS }, (_, j) => make(j))
  const weight = column((j) => 1 / (j + 20) ** 0.95)
  const all = weight.reduce((sum, w) => sum + w, 0)
  const unitM3 = column(() => 0.003 * Math.exp(random.normal()))
  const demandMean = new Float32Array(PRODUCTS * regions)
  for (let e = 0; e < demandMean.length; e++)
    demandMean[e] = (UNITS * weight[e % PRODUCTS]!) / all / regions
  const need = unitM3.reduce((sum, m3, j) => sum + (m3 * UNITS * weight[j]!) / all, 0)
  return {
    products: PRODUCTS,
    regions,
    siteRegion: Int32Array.from({ length: SITES }, (_, s) => s % regions),
    capacityM3: new Float64Array(SITES).fill((need * room) / SITES),
    unitM3,
    casePack: column(() => [1, 4, 6, 12][random.int(4)]!),
    demandMean,
    dispersion: new Float64Array(PRODUCTS).fill(1.5),
    savedCents: new Float64Array(PRODUCTS).fill(400),
    idleCents: new Float64Array(PRODUCTS).fill(30),
  }
}

const input = makeInput()
const start = process.cpuUsage()
const plan = placeStock(input)
const seconds = cpuSeconds(start)
const units = plan.targetUnits.reduce((sum, u) => sum + u, 0)
printFigure({
  figure: 'inventory-placement/CPU',
  value: rounded(seconds),
  unit: 's',
  target: `≤ ${TARGET_SECONDS}`,
  met: seconds <= TARGET_SECONDS,
  data: `${PRODUCTS} products, ${SITES} sites, ${regions} regions, room ${room}: ${units} units in ${plan.site.length} lines, share of units met ${rounded(plan.unitShare[0]!)}`,
  seed,
})
