// The learned sort beside the engine's sort and our own radix, on seven distributions and three
// sizes: interleaved rounds, CPU time, each round on a fresh copy of the same values.
//
//   npm run -s bench -- warehouse-sort [--rounds 5] [--seed 1] [--sizes 10000000,1000000,100000]
import { createRandom, type Random } from '../src/core/random/random.ts'
import { structures } from '../src/learn/index.ts'
import { argument, cpuSeconds, median, printFigure, rounded } from './figure.ts'

const SEED = argument('seed', '1')
const ROUNDS = Number(argument('rounds', '5'))
const SIZES = argument('sizes', '10000000,1000000,100000').split(',').map(Number)
const DAY = 86_400_000

/** Targets: how many times faster than the engine, and than our radix where that is asked. */
interface Shape {
  readonly draw: (random: Random, i: number, n: number) => number
  readonly timesEngine: number
  readonly timesRadix: number | undefined
}
const learned = { timesEngine: 7, timesRadix: 1.2 }
const SHAPES: Readonly<Record<string, Shape>> = {
  uniform: { ...learned, draw: (random) => random.next() },
  normal: { ...learned, draw: (random) => random.normal() },
  lognormal: { ...learned, draw: (random) => Math.exp(random.normal()) },
  'seasonal timestamps with duplicates': { ...learned, draw: seasonalTime },
  prices: { ...learned, draw: (random) => Math.round(100 * Math.exp(3 + random.normal())) / 100 },
  'nearly sorted': {
    ...{ timesEngine: 1, timesRadix: undefined },
    draw: (random, i) => (random.next() < 0.01 ? i + 1000 * (random.next() - 0.5) : i),
  },
  Zipf: {
    ...{ timesEngine: 1, timesRadix: undefined },
    draw: (random) => Math.floor(Math.exp(random.next() * Math.log(1e6))),
  },
}

/** Seconds of a year: more in summer and towards Christmas, most at eight in the evening. */
function seasonalTime(random: Random): number {
  const day = Math.floor(365 * Math.sqrt(random.next()))
  const hour = (20 + 3 * random.normal() + 24) % 24
  return 1.7e12 + day * DAY + Math.floor(hour * 3600) * 1000
}

function milliseconds(values: Float64Array, sort: (values: Float64Array) => unknown): number {
  const copy = values.slice()
  const since = process.cpuUsage()
  sort(copy)
  const spent = 1000 * cpuSeconds(since)
  for (let i = 1; i < copy.length; i++) {
    if (copy[i - 1]! > copy[i]!) throw new Error(`place ${i} is out of order`)
  }
  return spent
}

for (const size of SIZES) {
  for (const [name, { draw, timesEngine, timesRadix }] of Object.entries(SHAPES)) {
    const random = createRandom(`${SEED} ${name} ${size}`)
    const values = Float64Array.from({ length: size }, (_, i) => draw(random, i, size))
    const method = structures.sortFloat64(values.slice())
    // The first round warms up.
    const rounds = Array.from({ length: ROUNDS + 1 }, () => ({
      ours: milliseconds(values, structures.sortFloat64),
      engine: milliseconds(values, (copy) => copy.sort()),
      radix: milliseconds(values, structures.sortByRadix),
    })).slice(1)
    const faster = rounds.map(({ ours, engine }) => engine / ours)
    const overRadix = median(rounds.map(({ ours, radix }) => radix / ours))
    const value = median(faster)
    const isMeasured = size >= 10_000_000
    const target = `≥ ${timesEngine} × the engine${timesRadix === undefined ? '' : `, ≥ ${timesRadix} × our radix`}`
    printFigure({
      figure: 'warehouse-sort',
      value: rounded(value, 3),
      unit: `times faster than Float64Array.sort; ${rounded(overRadix, 3)} times our radix; ${rounded(median(rounds.map(({ ours }) => ours)), 3)} CPU ms, copies in and out of the kernel counted`,
      interval: [rounded(Math.min(...faster), 3), rounded(Math.max(...faster), 3)],
      baseline: rounded(median(rounds.map(({ engine }) => engine)), 4),
      ...(isMeasured
        ? { target, met: value >= timesEngine && overRadix >= (timesRadix ?? 0) }
        : { target: `${target} at 10 M` }),
      data: `generated: ${name}, ${size} values, by ${method}, ${ROUNDS} rounds`,
      seed: SEED,
    })
  }
}
