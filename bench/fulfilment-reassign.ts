/**
 * Re-evaluation and joining on the demo store's orders, against what the click decided alone.
 * node bench/fulfilment-reassign.ts [--seed N] [--seeds 5] [--orders 2000] [--days 14] [--sensitivity no]
 *
 * Knobs were set on seeds 101 to 106; after seeds 1 to 5 had been judged they were set once more (on 105
 * and 106), and judged on 11 to 15, the default. Each seed is another network, catalogue, stock and stream of orders. All arms use the same
 * strategy (cheapest now) and meet the same orders, picks 6 to 18 hours later, wishes and luck.
 *
 *   click       assignment at the click, parcels priced by the tariff of lanes
 *   clickRoom   the same, priced by the room of departures at the margin
 *   alone       every hour each order by itself again, at the tariff: the plain baseline
 *   ours        every hour re-evaluated with joining and exchanges at the price of room; trucks
 *               filled at the dock inside promises
 */
import { studentInterval } from '../src/core/distributions/student.ts'
import { afterIterations } from '../src/core/optimize/stop.ts'
import { createCheapestNow, reevaluate, waitMarginMinutes } from '../src/fulfilment/index.ts'
import {
  createDemoOrders,
  type OrdersFigures,
  type OrdersPolicy,
  replayOrders,
} from '../src/world/index.ts'
import { argument, cpuSeconds, printFigure, rounded } from './figure.ts'

const first = Number(argument('seed', '11'))
const seeds = Array.from({ length: Number(argument('seeds', '5')) }, (_, k) => first + k)
const OPTIONS = {
  products: Number(argument('products', '4000')),
  ordersPerDay: Number(argument('orders', '2000')),
  days: Number(argument('days', '14')),
  warmUpDays: 8,
  coverDays: 30,
  ordersPerReplayed: 100,
}
/** Assignments that one look at all open orders may cost: bounded work. */
const MOST_ASSIGNED = 20_000

const strategy = createCheapestNow()
const work = { seconds: 0, assigned: 0 }
const lookAgain =
  (knobs: Readonly<Record<string, number>>): NonNullable<OrdersPolicy['reevaluate']> =>
  (open, situation) => {
    const start = process.cpuUsage()
    const found = reevaluate(open, situation, strategy, {
      ...{ stop: afterIterations(MOST_ASSIGNED), knobs },
    })
    work.seconds += cpuSeconds(start)
    work.assigned += found.assigned
    return found
  }

const CLICK: OrdersPolicy = {
  ...{ name: 'click', strategy, waitMarginMinutes: undefined },
  ...{ clickPrices: 'tariff', reevaluatePrices: 'tariff' },
}
const eachAlone = lookAgain({
  'fulfilment.reevaluate-exchange-tries': 0,
  'fulfilment.reevaluate-parcel-worth': 0,
})
const ALONE: OrdersPolicy = {
  ...{ ...CLICK, name: 'alone' },
  // Without customers nothing is joined.
  reevaluate: (open, situation) =>
    eachAlone(
      open.map((order) => ({ ...order, customer: undefined })),
      situation,
    ),
}
const OURS: OrdersPolicy = {
  ...{ ...CLICK, name: 'ours', reevaluatePrices: 'room' },
  ...{ reevaluate: lookAgain({}), waitMarginMinutes: waitMarginMinutes() },
}
const ARMS = [CLICK, { ...CLICK, name: 'clickRoom', clickPrices: 'room' } as const, ALONE, OURS]

type Results = Record<string, OrdersFigures[]>

/** Figures of each arm, seed by seed. */
function measure(arms: readonly OrdersPolicy[], comesBackShare?: number): Results {
  const results: Results = {}
  for (const seed of seeds) {
    const params = comesBackShare === undefined ? {} : { comesBackShare }
    const world = createDemoOrders(seed, { ...OPTIONS, params })
    for (const arm of arms) {
      Object.assign(work, { seconds: 0, assigned: 0 })
      const figures = replayOrders(world, arm, seed)
      results[arm.name] ??= []
      results[arm.name]!.push(figures)
      const spent = { reevaluateCpuSeconds: rounded(work.seconds), assigned: work.assigned }
      console.log(JSON.stringify({ seed, arm: arm.name, comesBackShare, ...figures, ...spent }))
    }
  }
  return results
}

/** Relative change of a figure, arm over base, seed by seed, with its 95 % interval over seeds. */
function change(results: Results, arm: string, base: string, name: keyof OrdersFigures) {
  const ratios = results[arm]!.map(
    (figures, k) => 100 * (figures[name] / results[base]![k]![name] - 1),
  )
  const mean = ratios.reduce((a, b) => a + b, 0) / ratios.length
  const { low, high } = studentInterval(ratios)
  return { mean, interval: [rounded(low), rounded(high)] as const }
}

function tell(results: Results, arm: string, base: string, note: string): void {
  const share = results[arm]![0]!
  const data = `demo network, ${OPTIONS.products} products, ${OPTIONS.ordersPerDay} orders a day, ${share.orders} counted a seed; ${note}`
  const seed = `${seeds[0]}–${seeds.at(-1)}`
  for (const [name, figure, target] of [
    ['shipmentsPerOrder', 'shipments per order', -5],
    ['outboundCents', 'outbound cost', -2],
  ] as const) {
    const { mean, interval } = change(results, arm, base, name)
    printFigure({
      ...{ figure: `fulfilment-reassign: ${figure}, ${arm} against ${base}` },
      ...{ value: rounded(mean), unit: '% change', interval, target: `≤ ${target}` },
      ...{ met: mean <= target, data, seed },
    })
  }
  const broken = (of: string) =>
    results[of]!.reduce((sum, { brokenShare, orders }) => sum + brokenShare * orders, 0)
  printFigure({
    ...{ figure: `fulfilment-reassign: broken promises, ${arm} against ${base}` },
    ...{ value: Math.round(broken(arm)), unit: 'orders of all seeds' },
    ...{ baseline: Math.round(broken(base)), target: 'not up', met: broken(arm) <= broken(base) },
    ...{ data, seed },
  })
}

const results = measure(ARMS)
tell(results, 'ours', 'click', '4 % of orders followed by one of the same customer')
tell(results, 'ours', 'clickRoom', 'the click priced by room too')
tell(results, 'alone', 'click', 'plain baseline: each order again by itself')
if (argument('sensitivity', 'yes') !== 'no') {
  for (const comesBackShare of [0, 0.095]) {
    const other = measure([CLICK, OURS], comesBackShare)
    tell(
      other,
      'ours',
      'click',
      `${100 * comesBackShare} % of orders followed by one of the same customer`,
    )
  }
}
