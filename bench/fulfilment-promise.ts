// Promises in process at full size: 110 sites × 885 areas with 64 routes a pair, a million products at
// 1 to 12 sites each, room on departures and in buildings checked. Worlds are made from seeds, so that
// --data is not needed. `--rounds N` minutes are measured, `--seed N` makes another world.
import os from 'node:os'
import { promiseSettings } from '../src/fulfilment/promise/knobs.ts'
import { createPromiser } from '../src/fulfilment/promise/promiser.ts'
import { argument, printFigure, rounded } from './figure.ts'
import { fullWorld } from './fulfilment-promise/full-world.ts'
import { type Draw, measurePromises, REQUESTS } from './fulfilment-promise/speeds.ts'

const SIZE = { sites: 110, areas: 885, entries: 64, departures: 140_000 }
const PRODUCTS = 1_000_000
const ROUNDS = Number(argument('rounds', '12'))
const SEED = Number(argument('seed', '1'))
const load = () => `load ${os.loadavg()[0]!.toFixed(1)} on ${os.cpus().length} cores`

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

/** The middle nine tenths of the values. */
function spread(values: readonly number[]): readonly [number, number] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => rounded(sorted[Math.round(share * (sorted.length - 1))]!, 3)
  return [at(0.05), at(0.95)]
}

function benchSpeeds(): void {
  const world = fullWorld(SEED, SIZE, PRODUCTS)
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

benchSpeeds()
