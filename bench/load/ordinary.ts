import { createRandom, type Random } from '../../src/core/random/random.ts'
import type { LoadHistory } from '../../src/load/index.ts'

/** Made-up load in which nothing happens that does not belong: what raises an alarm here is a false one. */
export interface OrdinaryKind {
  readonly name: string
  /** Load of steps 0 … count − 1, with `day` steps a day. */
  make(count: number, day: number, random: Random): Float64Array
}

/** An autoregression of order one with variance 1. */
function drift(random: Random, memory: number): () => number {
  const keep = Math.exp(-1 / memory)
  let value = random.normal()
  return () => {
    value = keep * value + Math.sqrt(1 - keep * keep) * random.normal()
    return value
  }
}

export const ORDINARY_KINDS: readonly OrdinaryKind[] = [
  {
    name: 'level with noise',
    make: (count, _, random) =>
      Float64Array.from({ length: count }, () => 100 + 5 * random.normal()),
  },
  {
    name: 'days and weeks, noise that lasts',
    make(count, day, random) {
      const slow = drift(random, day / 8)
      return Float64Array.from({ length: count }, (_, t) => {
        const weekend = Math.floor(t / day) % 7 > 4 ? 0.7 : 1
        const shape = 1 + 0.6 * Math.sin((2 * Math.PI * t) / day)
        return 1000 * weekend * shape * Math.exp(0.08 * slow() + 0.05 * random.normal())
      })
    },
  },
  {
    name: 'level that wanders over days',
    make(count, day, random) {
      const slow = drift(random, 3 * day)
      return Float64Array.from(
        { length: count },
        () => 50 * Math.exp(0.3 * slow()) + random.normal(),
      )
    },
  },
  {
    name: 'few requests, counted',
    make: (count, day, random) =>
      Float64Array.from({ length: count }, (_, t) => {
        const mean = 4 * (1 + 0.5 * Math.sin((2 * Math.PI * t) / day))
        return poisson(random, mean)
      }),
  },
  {
    name: 'heavy tails',
    make: (count, _, random) =>
      Float64Array.from({ length: count }, () => 60 * Math.exp(0.7 * random.normal())),
  },
  {
    name: 'bursts at any time',
    make(count, day, random) {
      const y = Float64Array.from({ length: count }, () => 2 + 0.1 * random.normal())
      for (let t = 0; t < count; t += 1 + Math.floor((-Math.log(1 - random.next()) * day) / 5)) {
        const height = 60 + 20 * random.normal()
        const end = t + 1 + Math.floor((-Math.log(1 - random.next()) * day) / 60)
        for (let s = t; s < Math.min(end, count); s++)
          y[s] = Math.max(0, height + 3 * random.normal())
      }
      return y
    },
  },
  {
    name: 'a spike each night',
    make(count, day, random) {
      const y = Float64Array.from({ length: count }, () => 0.1 + 0.02 * Math.abs(random.normal()))
      for (let t = Math.floor(day / 8); t < count; t += day) {
        const at = Math.min(count - 1, t + Math.floor(random.next() * Math.max(1, day / 100)))
        y[at] = 1.5 + 0.1 * random.normal()
      }
      return y
    },
  },
]

function poisson(random: Random, mean: number): number {
  let [count, product] = [0, random.next()]
  for (; product > Math.exp(-mean); count++) product *= random.next()
  return count
}

/** One history of a kind: `days` days in steps of `stepMs`, a multiple of which is a day. */
export function ordinaryHistory(
  kind: OrdinaryKind,
  days: number,
  stepMs: number,
  seed: number,
): LoadHistory {
  const day = Math.round(86_400_000 / stepMs)
  const count = days * day
  const values = kind
    .make(count, day, createRandom(`${kind.name} ${seed}`))
    .map((v) => Math.max(0, v))
  return { group: { series: kind.name }, axis: { startMs: 0, stepMs, count }, values }
}
