// Regionalization of the demo network of the United States, before and after, on orders that no plan
// has seen: npm run -s bench -- network-regionalization [--seeds 5] [--orders 1000000]
// [--products 100000] [--sensitivity 1] [--only NAME OF A VARIANT]. All is generated; --data is accepted and not read.
import { type NetworkFigures, studentInterval } from '../src/world/index.ts'
import { argument, printFigure } from './figure.ts'
import { type Assumptions, STANDARD } from './network-regionalization/case.ts'
import { type Arm, type Measured, measureSeed } from './network-regionalization/measure.ts'

type Name = keyof NetworkFigures

/** What is compared, as a difference or relative to before, and what it must reach. */
interface Row {
  readonly name: Name
  readonly figure: string
  readonly unit: string
  readonly relative?: true
  readonly target?: string
  readonly isMet?: (low: number, high: number) => boolean
}

const ROWS: readonly Row[] = [
  {
    name: 'wholeInRegionShare',
    figure: 'whole-in-region',
    unit: 'share of orders',
    target: 'up by 0.10 or more',
    isMet: (low) => low >= 0.1,
  },
  {
    name: 'lanesInUse',
    figure: 'lanes',
    unit: 'relative change',
    relative: true,
    target: 'down by 0.30 or more',
    isMet: (_, high) => high <= -0.3,
  },
  {
    name: 'directFill',
    figure: 'direct-fill',
    unit: 'share of room',
    target: 'up by 0.10 or more',
    isMet: (low) => low >= 0.1,
  },
  {
    name: 'promisedDays',
    figure: 'promised-days',
    unit: 'days',
    target: 'not later',
    isMet: (_, high) => high <= 0,
  },
  { name: 'deliveredDays', figure: 'delivered-days', unit: 'days' },
  { name: 'promisedIn1', figure: 'promised-next-day', unit: 'share of orders' },
  { name: 'promisedIn2', figure: 'promised-in-two-days', unit: 'share of orders' },
  { name: 'lateShare', figure: 'late', unit: 'share of orders' },
  { name: 'transportCents', figure: 'transport-cost', unit: 'relative change', relative: true },
  { name: 'totalCents', figure: 'total-cost', unit: 'relative change', relative: true },
  { name: 'truckMilesPerThousand', figure: 'truck-miles', unit: 'relative change', relative: true },
  { name: 'truckFill', figure: 'all-truck-fill', unit: 'share of room' },
  { name: 'parcelsPerOrder', figure: 'parcels-an-order', unit: 'parcels' },
  { name: 'lostUnitShare', figure: 'units-not-to-be-had', unit: 'share of units' },
]

/** One assumption changed at a time. */
const VARIANTS: readonly (readonly [
  name: string,
  change: (base: Assumptions) => Partial<Assumptions>,
])[] = [
  ['as it stands', () => ({})],
  ['baskets of one line', () => ({ basketShares: [1] })],
  ['larger baskets, 3.3 lines', () => ({ basketShares: [0.15, 0.2, 0.23, 0.2, 0.12, 0.1] })],
  ['half the stock: 15 days', () => ({ coverDays: 15 })],
  ['twice the stock: 60 days', () => ({ coverDays: 60 })],
  ['hardly any spare room: 1.05', () => ({ roomShare: 1.05 })],
  ['much spare room: 1.6', () => ({ roomShare: 1.6 })],
  ['a third of the products', ({ products }) => ({ products: Math.round(products / 3) })],
  ['three times the products', ({ products }) => ({ products: 3 * products })],
  ['popularity more even: power 0.6', () => ({ skew: 0.6 })],
  ['popularity steeper: power 1.4', () => ({ skew: 1.4 })],
  ['before, products at half as many centres', () => ({ spread: 0.5 })],
  ['before, products at twice as many centres', () => ({ spread: 2 })],
  ['smaller trucks: 40 m³', () => ({ truckM3: 40 })],
  ['larger trucks: 110 m³', () => ({ truckM3: 110 })],
  ['a quarter of the volume', (base) => ({ ordersPerReplayed: base.ordersPerReplayed / 4 })],
  ['four times the volume', (base) => ({ ordersPerReplayed: base.ordersPerReplayed * 4 })],
  ['30 centres', () => ({ centres: 30 })],
  ['110 centres', () => ({ centres: 110 })],
  ['4 regions', () => ({ regions: 4 })],
  ['12 regions', () => ({ regions: 12 })],
]

const orders = Number(argument('orders', String(STANDARD.orders)))
/** Fewer orders stand for more of the store's, so that trucks load alike. */
const assumptions: Assumptions = {
  ...STANDARD,
  orders,
  products: Number(argument('products', String(STANDARD.products))),
  ordersPerReplayed: (STANDARD.ordersPerReplayed * STANDARD.orders) / orders,
}

function changeOf({ name, relative }: Row, from: NetworkFigures, to: NetworkFigures): number {
  const change = to[name] - from[name]
  return relative === true ? change / from[name] : change
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}

function short(value: number): number {
  return Number(value.toPrecision(4))
}

function printRow(row: Row, runs: readonly Measured[], seeds: readonly number[]): void {
  const changes = runs.map(({ figures }) => changeOf(row, figures.before, figures.after))
  const { mean: value, low, high } = studentInterval(changes)
  const of = (arm: Arm) => mean(runs.map(({ figures }) => figures[arm][row.name])).toPrecision(4)
  printFigure({
    figure: `network-regionalization-${row.figure}`,
    value: short(value),
    unit: row.unit,
    interval: [short(low), short(high)],
    baseline: Number(of('before')),
    target: row.target,
    met: row.isMet?.(low, high),
    data: `generated, ${assumptions.orders} orders of ${assumptions.products} products; before ${of('before')}, with the same stock ${of('sameStock')}, with lanes by a plain rule ${of('plainLanes')}, with the planned lanes at today's times ${of('todaysTimes')}, after ${of('after')}; 95 % interval of the change over seeds`,
    seed: seeds.join(','),
  })
}

async function measureAll(seeds: readonly number[]): Promise<void> {
  const runs: Measured[] = []
  for (const seed of seeds) runs.push(await measureSeed(seed, assumptions))
  for (const row of ROWS) printRow(row, runs, seeds)
  const replay = studentInterval(runs.map(({ replayCpuSeconds }) => replayCpuSeconds))
  printFigure({
    figure: 'network-replay-cpu',
    value: short(replay.mean),
    unit: 'CPU s a policy and seed',
    interval: [short(replay.low), short(replay.high)],
    target: '≤ 120',
    met: replay.high <= 120,
    data: `generated, ${assumptions.orders} orders counted and a warm-up; planning ${mean(runs.map((run) => run.planCpuSeconds)).toFixed(1)} CPU s`,
    seed: seeds.join(','),
  })
}

/** A quarter of the products and orders, each standing for four times as many: trucks load alike. */
const QUARTER: Assumptions = {
  ...assumptions,
  orders: Math.round(assumptions.orders / 4),
  products: Math.round(assumptions.products / 4),
  ordersPerReplayed: 4 * assumptions.ordersPerReplayed,
}

/** What one changed assumption does to the changes, on the first seed. */
async function printVariant(name: string, change: Partial<Assumptions>): Promise<void> {
  const { figures } = await measureSeed(1, { ...QUARTER, ...change })
  const { before, after, plainLanes } = figures
  const changesOf = (arm: NetworkFigures) =>
    [
      ...ROWS.slice(0, 4).map((row) => `${row.figure} ${short(changeOf(row, before, arm))}`),
      `transport ${short(arm.transportCents / before.transportCents - 1)}`,
    ].join(', ')
  printFigure({
    figure: 'network-regionalization-sensitivity',
    value: short(after.wholeInRegionShare - before.wholeInRegionShare),
    unit: 'share of orders',
    baseline: short(before.wholeInRegionShare),
    data: `${name}: ${changesOf(after)}; with lanes by a plain rule: ${changesOf(plainLanes)}; parcels ${short(before.parcelsPerOrder)} to ${short(after.parcelsPerOrder)}, direct fill before ${short(before.directFill)}; ${QUARTER.orders} orders of ${QUARTER.products} products`,
    seed: 1,
  })
}

const count = Number(argument('seeds', '5'))
if (count > 0) await measureAll(Array.from({ length: count }, (_, i) => i + 1))
if (argument('sensitivity', '1') === '1') {
  const only = argument('only', '')
  for (const [name, change] of VARIANTS)
    if (name.includes(only)) await printVariant(name, change(QUARTER))
}
