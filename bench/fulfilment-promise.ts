// Promises in process at full size: 110 sites × 885 areas with 64 routes a pair, a million products at
// 1 to 12 sites each, room on departures and in buildings checked. Worlds are made from seeds, so that
// --data is not needed. `--rounds N` minutes are measured, `--seed N` makes another world, `--only
// speed|kept|carts` runs one part.
import os from 'node:os'
import { promiseSettings } from '../src/fulfilment/promise/knobs.ts'
import { createPromiser } from '../src/fulfilment/promise/promiser.ts'
import { buildRouteSet } from '../src/network/routes/build.ts'
import { argument, median, printFigure, rounded, spread } from './figure.ts'
import { measureKept } from './fulfilment-promise/calibration.ts'
import { measureCarts } from './fulfilment-promise/carts.ts'
import { type FullWorld, fullWorld } from './fulfilment-promise/full-world.ts'
import { type Draw, measurePromises, REQUESTS } from './fulfilment-promise/speeds.ts'
import { measureReads } from './network-routes/look-ups.ts'
import { makeTimetable } from './network-routes/made-timetable.ts'

const SIZE = { sites: 110, areas: 885, entries: 64, departures: 140_000 }
const PRODUCTS = 1_000_000
const ROUNDS = Number(argument('rounds', '12'))
const SEED = Number(argument('seed', '1'))
const load = () => `load ${os.loadavg()[0]!.toFixed(1)} on ${os.cpus().length} cores`

const only = argument('only', 'all')
const wants = (part: string) => only === 'all' || only === part

function benchSpeeds(world: FullWorld): void {
  const { baseMinute: base } = world.set
  const range = { products: PRODUCTS, areas: SIZE.areas, base, span: 4 * 1440 }
  const draws: readonly Draw[] = [
    { products: 'uniform', clock: 'moving' },
    { products: 'zipf', clock: 'moving' },
    { products: 'uniform', clock: 'any' },
  ]
  for (const draw of draws) {
    const promiser = createPromiser(world, promiseSettings())
    const speeds = measurePromises(promiser, range, draw, ROUNDS)
    const name = draw.clock === 'any' ? 'any-minute' : draw.products
    for (const how of ['batch', 'single'] as const) {
      const values = speeds[how]
      printFigure({
        figure: `fulfilment-promise-${name}-${how}`,
        value: rounded(median(values), 3),
        unit: 'M promises/s a core, CPU',
        interval: spread(values),
        ...(draw.clock === 'moving' ? { target: '≥ 1.5', met: median(values) >= 1.5 } : {}),
        data: `110 × 885 pairs of 64 routes, 1 M products at 6.5 sites each (1 to 12), areas uniform, earliest and cheapest each; ${rounded(speeds.offered, 4)} offered; ${ROUNDS} minutes, ${REQUESTS} requests each; ${load()}`,
        seed: SEED,
      })
    }
    printFigure({
      figure: `fulfilment-promise-${name}-p99`,
      value: rounded(speeds.p99 / 1000, 3),
      unit: 'µs, wall, one by one',
      ...(draw.clock === 'moving' ? { target: '≤ 5', met: speeds.p99 <= 5000 } : {}),
      data: `timer included; p50 ${rounded(speeds.p50 / 1000, 3)} µs; ${load()}`,
      seed: SEED,
    })
  }
}

/** What memory allows: reads that wait for each other, and reads that do not. */
function benchReads(): void {
  const [large, front] = [measureReads(32 << 20), measureReads(2 << 20)]
  printFigure({
    figure: 'fulfilment-promise-memory',
    value: rounded(large.chained, 3),
    unit: 'ns a read of 128 MB that depends on the one before',
    data: `where it depends on nothing ${rounded(large.free, 3)}; in 8 MB ${rounded(front.chained, 3)} and ${rounded(front.free, 3)}; a promise reads about 12 lines of 64 bytes: index, size, 1.9 of cells, 6.5 of the front, 2 of legs; ${load()}`,
    seed: SEED,
  })
}

/** Share of promises that simulated parcels keep, on route sets built from made timetables. */
function benchKept(): void {
  const size = { centres: 30, sorts: 21, stations: 141, areas: 250, departures: 24_000 }
  const seeds = [1, 2, 3, 4, 5]
  const built = seeds.map((seed) => {
    const timetable = makeTimetable(seed, size)
    const baseMinute = 29_540_160
    return { timetable, ...buildRouteSet(timetable, { version: `seed-${seed}`, baseMinute }) }
  })
  for (const chance of [0.5, 0.9, 0.95, 0.99]) {
    const all = built.map(({ timetable, set, book }, i) =>
      measureKept(seeds[i]!, timetable.network, set, book, chance, 20_000),
    )
    const shares = all.map(({ kept, promises }) => kept / promises)
    const missed = all.reduce((sum, one) => sum + one.missed, 0) / (20_000 * seeds.length)
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length
    printFigure({
      figure: `fulfilment-promise-kept-${chance}`,
      value: rounded(mean, 4),
      unit: 'share of promises kept',
      interval: [rounded(Math.min(...shares), 4), rounded(Math.max(...shares), 4)],
      target: `${chance}, at most one point off`,
      met: Math.abs(mean - chance) <= 0.01,
      data: `earliest date of a pair at a random minute, 5 made timetables of 30 centres and 250 areas, 20,000 parcels each; ${rounded(missed, 3)} missed a connection and took the next run`,
      seed: seeds.join(', '),
    })
  }
}

function benchCarts(world: FullWorld): void {
  for (const lines of [3, 5, 8]) {
    const { gaps, exactMs, greedyMs } = measureCarts(world, PRODUCTS, lines, 200)
    printFigure({
      figure: `fulfilment-promise-cart-${lines}`,
      value: rounded(100 * (gaps.reduce((a, b) => a + b, 0) / gaps.length), 3),
      unit: '% dearer than the proven optimum, mean',
      interval: [rounded(100 * Math.min(...gaps), 3), rounded(100 * Math.max(...gaps), 3)],
      data: `greedy, cheapest date of 200 carts of ${lines} lines, interval: least and most; CPU ms a cart ${rounded(greedyMs, 3)}, exact ${rounded(exactMs, 3)} (earliest and cheapest); ${load()}`,
      seed: SEED,
    })
  }
}

if (wants('speed') || wants('carts')) {
  const world = fullWorld(SEED, SIZE, PRODUCTS)
  if (wants('speed')) {
    benchReads()
    benchSpeeds(world)
  }
  if (wants('carts')) benchCarts(world)
}
if (wants('kept')) benchKept()
