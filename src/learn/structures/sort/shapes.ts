// Inputs that sorts meet and inputs made against them, for tests.
import type { Random } from '../../../core/random/random.ts'
import type { Keys } from './keys.ts'
import { samplePlaces } from './sample.ts'

/** A value for place `i` of `n`. */
export type Draw = (random: Random, i: number, n: number) => number

/** Distributions of floats. */
export const SHAPES: Readonly<Record<string, Draw>> = {
  uniform: (random) => random.next(),
  normal: (random) => random.normal(),
  'normal far from zero': (random) => 1e9 + random.normal(),
  lognormal: (random) => Math.exp(4 * random.normal()),
  'both signs over many orders': (random) => random.normal() * Math.exp(20 * random.normal()),
  'spread of exponents': (random) => 2 ** Math.floor(2000 * random.next() - 1000),
  'bits at random': (random) => fromWords(random.next(), random.next()),
  'not normal': (random) => Math.floor(1e6 * random.normal()) * Number.MIN_VALUE,
  'few values': (random) => Math.floor(8 * random.next()),
  'one value mostly': (random) => (random.next() < 0.9 ? 7 : random.normal()),
  'one value only': () => 3,
  'one outlier': (random, i, n) => (i === n >> 1 ? 1e300 : random.next()),
  'seconds of a week, again and again': (random) =>
    1.7e12 + 1000 * Math.floor(604_800 * random.next() ** 2),
  prices: (random) => Math.round(100 * Math.exp(3 + random.normal())) / 100,
  'Zipf, exponent about 1': (random) => Math.floor(Math.exp(14 * random.next())),
  rising: (_, i) => i,
  falling: (_, i) => -i,
  'organ pipes': (_, i, n) => Math.min(i, n - i),
  sawtooth: (_, i) => i % 61,
  'long sawtooth': (_, i) => i % 2047,
  'against quicksort by the median of three': (_, i, n) => (i < n / 2 ? 2 * i : 2 * (n - i) + 1),
  'in the order of their bits turned round': (_, i) => turnedBits(i),
  'nearly rising': (random, i) => (random.next() < 0.01 ? i + 1000 * random.next() : i),
  'two runs joined': (_, i, n) => (i < n / 2 ? i : i - n / 2),
  'zeros of both signs': (random) => (random.next() < 0.5 ? -0 : 0) + (random.next() < 0.2 ? 1 : 0),
  'only zeros': (random) => (random.next() < 0.5 ? -0 : 0),
  'a crowd in a gap of the sample': (random, i) =>
    i % 997 === 0 ? 1e300 * random.next() : 1e-300 * random.next(),
  'infinite, not a number, and the rest': (random) =>
    [Infinity, -Infinity, Number.NaN, 0, -0][Math.floor(20 * random.next())] ?? random.normal(),
  'half not a number': (random) => (random.next() < 0.5 ? Number.NaN : random.normal()),
  'nothing finite': (random) => [Infinity, -Infinity, Number.NaN][Math.floor(3 * random.next())]!,
  'NaN of many forms': (random) =>
    random.next() < 0.3 ? fromWords(random.next(), 0.9998 * random.next()) : nanOf(random.next()),
}

function fromWords(a: number, b: number): number {
  return new Float64Array(new Uint32Array([a * 2 ** 32, b * 2 ** 32]).buffer)[0]!
}

function nanOf(share: number): number {
  const upper = (share < 0.5 ? 0x7ff8_0000 : 0xfff8_0000) + Math.floor(share * 1000)
  return new Float64Array(new Uint32Array([share * 2 ** 32, upper]).buffer)[0]!
}

function turnedBits(i: number): number {
  let turned = 0
  for (let bit = 0; bit < 16; bit++) turned |= ((i >> bit) & 1) << (15 - bit)
  return turned
}

/** Values that a sample of the learned sort sees one distribution of, while the rest has another. */
export function hiddenFrom(length: number, seen: () => number, rest: () => number): Float64Array {
  const values = Float64Array.from({ length }, rest)
  // Sample sizes are those of arrays up to a million: all of them are shown the same.
  for (const place of samplePlaces(length, 1024)) values[place] = seen()
  return values
}

/** The same values as another kind of column; what is not finite becomes 0. */
export function asKeys(values: Float64Array, kind: 'float' | 'int' | 'uint' | 'big'): Keys {
  if (kind === 'float') return values.slice()
  const scaled = values.map((value) => (Number.isFinite(value) ? value : 0))
  let most = 1
  for (const value of scaled) most = Math.max(most, Math.abs(value))
  if (kind === 'big') return BigInt64Array.from(scaled, (value) => wideWhole(value))
  const by = most > 2 ** 30 ? 2 ** 30 / most : most < 1e4 ? 1e5 : 1
  const whole = scaled.map((value) => Math.trunc(value * by))
  return kind === 'int' ? Int32Array.from(whole) : Uint32Array.from(whole)
}

function wideWhole(value: number): bigint {
  const most = 2 ** 62
  return BigInt(
    Math.trunc(Math.max(-most, Math.min(most, Math.abs(value) < 100 ? value * 1e6 : value))),
  )
}
