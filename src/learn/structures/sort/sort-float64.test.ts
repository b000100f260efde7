import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../core/random/random.ts'
import { withSortKernel } from './kernel.ts'
import { sortByRadix, sortFloat64, sortLearned } from './sort-float64.ts'

/** Equal to the last bit, but for the form of NaN. */
function sameOrder(sorted: Float64Array, given: Float64Array): void {
  const expected = Float64Array.from(given).sort()
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(sorted[i], expected[i])) {
      expect.fail(`place ${i} of ${expected.length} holds ${sorted[i]}, not ${expected[i]}`)
    }
  }
}

const SORTS = [
  ['sortFloat64', sortFloat64],
  ['sortLearned', sortLearned],
  ['sortByRadix', sortByRadix],
] as const

type Draw = (random: Random, i: number) => number

const SHAPES: Readonly<Record<string, Draw>> = {
  uniform: (random) => random.next(),
  normal: (random) => random.normal(),
  'normal far from zero': (random) => 1e9 + random.normal(),
  lognormal: (random) => Math.exp(4 * random.normal()),
  'both signs over many orders': (random) => random.normal() * Math.exp(20 * random.normal()),
  'bits at random': (random) => fromWords(random.next(), random.next()),
  'few values': (random) => Math.floor(8 * random.next()),
  'one value mostly': (random) => (random.next() < 0.9 ? 7 : random.normal()),
  'seconds of a week, again and again': (random) =>
    1.7e12 + 1000 * Math.floor(604_800 * random.next() ** 2),
  prices: (random) => Math.round(100 * Math.exp(3 + random.normal())) / 100,
  'Zipf, exponent about 1': (random) => Math.floor(Math.exp(14 * random.next())),
  rising: (_, i) => i,
  falling: (_, i) => -i,
  'nearly rising': (random, i) => (random.next() < 0.01 ? i + 1000 * random.next() : i),
  'zeros of both signs': (random) => (random.next() < 0.5 ? -0 : 0) + (random.next() < 0.2 ? 1 : 0),
  'a crowd in a gap of the sample': (random, i) =>
    i % 997 === 0 ? 1e300 * random.next() : 1e-300 * random.next(),
  'infinite, not a number, and the rest': (random) =>
    [Infinity, -Infinity, Number.NaN, 0, -0][Math.floor(20 * random.next())] ?? random.normal(),
}

function fromWords(a: number, b: number): number {
  return new Float64Array(new Uint32Array([a * 2 ** 32, b * 2 ** 32]).buffer)[0]!
}

describe.each(SORTS)('%s', (_, sort) => {
  it('runs on the compiled kernel (npm run build:wasm)', () => {
    expect(withSortKernel((kernel) => kernel)).toBeDefined()
  })

  it.each(Object.entries(SHAPES))('orders %s as the engine does', (name, draw) => {
    for (const length of [5_000, 60_000]) {
      const random = createRandom(`${name} ${length}`)
      const given = Float64Array.from({ length }, (_, i) => draw(random, i))
      const sorted = given.slice()
      sort(sorted)
      sameOrder(sorted, given)
    }
  })

  it('orders whatever it is given, short or long', () => {
    const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, Infinity, -Infinity))
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 9_000 }),
        fc.integer({ min: 1, max: 2 ** 31 }),
        (pool, length, seed) => {
          const random = createRandom(seed)
          const given = Float64Array.from(
            { length },
            () =>
              pool[Math.floor(pool.length * random.next())]! *
              (1 + (random.next() < 0.5 ? 0 : 1e-9 * random.next())),
          )
          const sorted = given.slice()
          sort(sorted)
          sameOrder(sorted, given)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('sortFloat64', () => {
  it('leaves an empty array and a single value as they are', () => {
    expect(sortFloat64(new Float64Array(0))).toBe('native')
    expect(sortFloat64(Float64Array.of(3))).toBe('native')
  })

  it('learns where a model pays', () => {
    const random = createRandom(1)
    expect(sortFloat64(Float64Array.from({ length: 20_000 }, () => random.normal()))).toBe(
      'learned',
    )
  })
})
