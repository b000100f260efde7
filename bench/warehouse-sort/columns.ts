// The columns that sorts are measured on: distributions of stores, as each type of number.
import { createRandom, type Random } from '../../src/core/random/random.ts'
import type { structures } from '../../src/learn/index.ts'

export type Draw = (random: Random, i: number) => number

/** What a type of key is measured on, and how much faster than the engine it is to be. */
export interface Column {
  readonly type: string
  readonly name: string
  readonly hasPayload: boolean
  /** Times the engine and times our radix at 10 million; undefined where nothing is asked. */
  readonly timesEngine: number
  readonly timesRadix: number | undefined
  readonly keys: (seed: string, size: number) => structures.Keys
}

const DAY_S = 86_400

/** Seconds of a year: more in summer and towards Christmas, most at eight in the evening. */
function seasonalSecond(random: Random): number {
  const day = Math.floor(365 * Math.sqrt(random.next()))
  const hour = (20 + 3 * random.normal() + 24) % 24
  return 1.7e9 + day * DAY_S + Math.floor(hour * 3600)
}

const cents = (random: Random) => Math.round(100 * Math.exp(3 + random.normal()))
const nearly: Draw = (random, i) => (random.next() < 0.01 ? i + 1000 * (random.next() - 0.5) : i)
const zipf: Draw = (random) => Math.floor(Math.exp(random.next() * Math.log(1e6)))

/** The shapes that have a target on floats. */
const ASKED: Readonly<Record<string, Draw>> = {
  uniform: (random) => random.next(),
  normal: (random) => random.normal(),
  lognormal: (random) => Math.exp(random.normal()),
  'seasonal timestamps with duplicates': (random) => 1000 * seasonalSecond(random),
  prices: (random) => cents(random) / 100,
}
const FLOATS: Readonly<Record<string, Draw>> = {
  ...ASKED,
  'nearly sorted': nearly,
  Zipf: zipf,
  'one value mostly': (random) => (random.next() < 0.9 ? 0 : random.normal()),
  'two values': (random) => (random.next() < 0.5 ? 1 : 0),
  'over many orders': (random) => Math.exp(100 * random.normal()),
}
const INTS: Readonly<Record<string, Draw>> = {
  uniform: (random) => 2 ** 32 * random.next() - 2 ** 31,
  normal: (random) => 1e6 * random.normal(),
  lognormal: (random) => 1e5 * Math.exp(random.normal()),
  'seasonal seconds': seasonalSecond,
  'prices in cents': cents,
  'nearly sorted': nearly,
  Zipf: zipf,
  'one value mostly': (random) => (random.next() < 0.9 ? 0 : 1e6 * random.normal()),
  'over many orders': (random) => Math.exp(21 * random.next()),
}
const UNSIGNED: Readonly<Record<string, Draw>> = {
  hashes: (random) => 2 ** 32 * random.next(),
  'prices in cents': cents,
  'ids with gaps': (random) => 1e9 * random.next() ** 3 + (random.next() < 0.5 ? 2e9 : 0),
}
const TIMES: Readonly<Record<string, Draw>> = {
  'seasonal milliseconds': (random) => 1000 * seasonalSecond(random) + random.int(1000),
  'seasonal timestamps with duplicates': (random) => 1000 * seasonalSecond(random),
  'nearly sorted': (random, i) => 1.7e12 + Math.floor(1000 * nearly(random, i)),
  Zipf: zipf,
}

function fill<T extends Float64Array | Int32Array | Uint32Array>(
  keys: T,
  draw: Draw,
  seed: string,
): T {
  const random = createRandom(seed)
  for (let i = 0; i < keys.length; i++) keys[i] = draw(random, i)
  return keys
}

function fillBig(size: number, draw: Draw, seed: string): BigInt64Array {
  const random = createRandom(seed)
  const keys = new BigInt64Array(size)
  for (let i = 0; i < size; i++) keys[i] = BigInt(Math.floor(draw(random, i)))
  return keys
}

function wide(size: number, seed: string): BigInt64Array {
  const random = createRandom(seed)
  const words = new Uint32Array(2 * size)
  for (let i = 0; i < words.length; i++) words[i] = 2 ** 32 * random.next()
  return new BigInt64Array(words.buffer)
}

function columnsOf(
  type: string,
  shapes: Readonly<Record<string, Draw>>,
  make: (draw: Draw, seed: string, size: number) => structures.Keys,
  hasPayload = false,
): Column[] {
  return Object.entries(shapes).map(([name, draw]) => {
    const isAsked = type === 'Float64' && name in ASKED
    return {
      ...{ type, name, hasPayload, timesEngine: isAsked ? 7 : 1 },
      timesRadix: isAsked ? 1.2 : undefined,
      keys: (seed, size) => make(draw, `${seed} ${name} ${size}`, size),
    }
  })
}

export const COLUMNS: readonly Column[] = [
  ...columnsOf('Float64', FLOATS, (draw, seed, size) => fill(new Float64Array(size), draw, seed)),
  ...columnsOf('Int32', INTS, (draw, seed, size) => fill(new Int32Array(size), draw, seed)),
  ...columnsOf('Uint32', UNSIGNED, (draw, seed, size) => fill(new Uint32Array(size), draw, seed)),
  ...columnsOf('BigInt64', TIMES, (draw, seed, size) => fillBig(size, draw, seed)),
  ...columnsOf('BigInt64', { 'hashes of 64 bits': () => 0 }, (_, seed, size) => wide(size, seed)),
  ...columnsOf(
    'Float64 and row',
    { uniform: FLOATS['uniform']!, prices: FLOATS['prices']! },
    (draw, seed, size) => fill(new Float64Array(size), draw, seed),
    true,
  ),
  ...columnsOf(
    'Int32 and row',
    { 'seasonal seconds': INTS['seasonal seconds']!, Zipf: zipf },
    (draw, seed, size) => fill(new Int32Array(size), draw, seed),
    true,
  ),
]

/** A column of given numbers, as each type that holds all of them. */
export function columnsOfGiven(name: string, values: Float64Array): readonly Column[] {
  const asks = { name, hasPayload: false, timesEngine: 1, timesRadix: undefined }
  const isWhole = values.every(Number.isSafeInteger)
  const isWithin = (low: number, high: number) =>
    isWhole && values.every((value) => value >= low && value <= high)
  return [
    { ...asks, type: 'Float64', keys: () => values },
    { ...asks, type: 'Float64 and row', hasPayload: true, keys: () => values },
    ...(isWithin(-(2 ** 31), 2 ** 31 - 1)
      ? [{ ...asks, type: 'Int32', keys: () => Int32Array.from(values) }]
      : []),
    ...(isWithin(0, 2 ** 32 - 1)
      ? [{ ...asks, type: 'Uint32', keys: () => Uint32Array.from(values) }]
      : []),
    ...(isWhole
      ? [{ ...asks, type: 'BigInt64', keys: () => BigInt64Array.from(values, BigInt) }]
      : []),
  ]
}
