import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../core/random/random.ts'
import { buildStructure } from './build-structure.ts'
import { growingIndex } from './growing-index.ts'
import { lookupKernel, WAYS } from './kernel.ts'
import { plainIndex } from './plain-index.ts'
import { findKey, indexSorted, rangeOf } from './sorted-index.ts'

const KINDS = [undefined, 'table', 'blocks', 'segments', 'tree', 'binary'] as const

type Draw = (random: Random, i: number) => number
const SHAPES: Readonly<Record<string, Draw>> = {
  uniform: (random) => 1e9 * random.next(),
  lognormal: (random) => Math.exp(4 * random.normal()),
  'both signs over many orders': (random) => random.normal() * Math.exp(40 * random.normal()),
  'seconds with duplicates': (random) => 1.7e12 + 1000 * Math.floor(20_000 * random.next() ** 2),
  'ids in blocks': (_, i) => Math.floor(i / 500) * 1e6 * (1 + Math.floor(i / 5000)) + (i % 500) * 3,
  'few values': (random) => Math.floor(5 * random.next()),
  'one value': () => 7,
  zeros: (random) => (random.next() < 0.5 ? -0 : 0),
  'infinite and one outlier': (random, i) =>
    i === 0
      ? 1e308
      : ([Infinity, -Infinity, -1e308][Math.floor(6 * random.next())] ?? random.next()),
  'not normal': (random) => Math.floor(1e4 * random.normal()) * Number.MIN_VALUE,
}

function sortedKeys(draw: Draw, length: number, seed: string): Float64Array {
  const random = createRandom(seed)
  return Float64Array.from({ length }, (_, i) => draw(random, i)).sort()
}

/** Keys that are there, beside them, between them and outside. */
function queriesFor(keys: Float64Array, seed: string): Float64Array {
  const random = createRandom(seed)
  const pick = () => keys[Math.floor(keys.length * random.next())]!
  const queries = Float64Array.from({ length: 5_000 }, (_, i) =>
    i % 3 === 0
      ? pick()
      : i % 3 === 1
        ? pick() + (pick() - pick()) * random.next()
        : pick() * (1 + 1e-15),
  )
  queries.set([
    Infinity,
    -Infinity,
    Number.NaN,
    0,
    -0,
    keys[0]!,
    keys[keys.length - 1]!,
    Number.MAX_VALUE,
  ])
  return queries
}

/** Ids in blocks whose distances grow by orders of magnitude. */
function blocksFarApart(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    const block = Math.floor(i / 1000)
    return 2 ** (block / 4) * 1e6 + (i % 1000) * (1 + (block % 7))
  }).sort()
}

/** Sums of powers far apart: crowds, in each of them crowds, and so on down. */
function crowdsOfCrowds(length: number): Float64Array {
  const sum = (i: number): number => (i === 0 ? 0 : (i & 1) + 7 * sum(i >> 1))
  return Float64Array.from({ length }, (_, i) => sum(i)).sort()
}

function unevenKeys(): readonly Float64Array[] {
  const drawn = ['lognormal', 'seconds with duplicates', 'ids in blocks']
  return [
    ...drawn.map((name) => sortedKeys(SHAPES[name]!, 50_000, 'uneven')),
    blocksFarApart(50_000),
  ]
}

describe('indexSorted', () => {
  it('runs on the compiled kernel (npm run build:wasm)', () => {
    expect(lookupKernel()).toBeDefined()
  })

  describe.each(KINDS)('built as %s', (kind) => {
    it.each(Object.entries(SHAPES))('finds what binary search finds in %s', (name, draw) => {
      for (const length of [1, 2, 17, 3_000, 40_000]) {
        const keys = sortedKeys(draw, length, name)
        const queries = queriesFor(keys, name)
        const index = indexSorted(keys, kind === undefined ? {} : { kind })
        const expected = plainIndex(keys).lowerBounds(queries)
        expect(index.lowerBounds(queries)).toEqual(expected)
        expect(Uint32Array.from(queries, index.lowerBound)).toEqual(expected)
      }
    })
  })

  it('finds what binary search finds, whatever the keys', () => {
    const key = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.integer({ min: 0, max: 5 }))
    fc.assert(
      fc.property(
        fc.array(key, { minLength: 1, maxLength: 300 }),
        fc.array(fc.oneof(key, fc.double()), { maxLength: 100 }),
        fc.constantFrom(...KINDS),
        fc.integer({ min: 1, max: 40 }),
        (given, asked, kind, error) => {
          const keys = Float64Array.from(given).sort()
          const queries = Float64Array.from([...asked, ...given])
          const index = indexSorted(keys, kind === undefined ? { error } : { kind, error })
          const expected = plainIndex(keys).lowerBounds(queries)
          expect(index.lowerBounds(queries)).toEqual(expected)
          expect(index.chained(queries.filter((query) => !Number.isNaN(query)))).toEqual(
            expected.filter((_, i) => !Number.isNaN(queries[i]!)),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it('takes whole numbers of 32 and of 53 bits', () => {
    expect(indexSorted(Int32Array.of(-5, 1, 1, 9)).lowerBound(1)).toBe(1)
    expect(indexSorted(Uint32Array.of(1, 4_000_000_000)).lowerBound(4e9)).toBe(1)
    expect(indexSorted(BigInt64Array.of(-(2n ** 53n) + 1n, 3n)).lowerBound(3)).toBe(1)
  })

  it('refuses keys that fall, are no numbers or no floats, and says where', () => {
    expect(() => indexSorted(Float64Array.of(1, 3, 2))).toThrow(/place 2/)
    expect(() => indexSorted(Float64Array.of(1, Number.NaN))).toThrow(/place 1/)
    expect(() => indexSorted(BigInt64Array.of(2n ** 60n))).toThrow(/2⁵³/)
    expect(() => indexSorted(Float64Array.of(1), { error: 0 })).toThrow(/error: 0/)
  })

  it('takes a model that fits: a table for even keys, singly while caches hold them, else blocks', () => {
    const even = sortedKeys(SHAPES['uniform']!, 100_000, 'even')
    expect(indexSorted(even)).toMatchObject({ kind: 'table', batchKind: 'table' })
    const many = Float64Array.from({ length: 1_000_001 }, (_, i) => 3 * i)
    const index = indexSorted(many)
    expect(index).toMatchObject({ kind: 'blocks', batchKind: 'table' })
    const queries = queriesFor(many, 'many')
    const expected = plainIndex(many).lowerBounds(queries)
    expect(index.lowerBounds(queries)).toEqual(expected)
    expect(Uint32Array.from(queries, index.lowerBound)).toEqual(expected)
    for (const keys of [blocksFarApart(100_000), crowdsOfCrowds(100_000)]) {
      expect(indexSorted(keys)).toMatchObject({ kind: 'blocks', batchKind: 'blocks' })
    }
  })

  it('keeps models small, whatever the keys', () => {
    for (const draw of Object.values(SHAPES)) {
      const keys = sortedKeys(draw, 100_000, 'small')
      expect(indexSorted(keys).modelBytes).toBeLessThan(0.8 * keys.length)
    }
  })

  it('keeps segments within their error at every first of equal keys', () => {
    for (const keys of unevenKeys()) {
      for (const error of [1, 4, 32]) {
        const kernel = lookupKernel()!
        const built = buildStructure(kernel, keys, 64, 'segments', error)
        expect(built?.kind).toBe('segments')
        expect(kernel.errorOfSegments()).toBeLessThanOrEqual(error + 1)
      }
    }
  })

  it('starts no further before a place than the error of its blocks', () => {
    for (const keys of [...unevenKeys(), crowdsOfCrowds(50_000)]) {
      const kernel = lookupKernel()!
      const built = buildStructure(kernel, keys, 64, 'blocks', 1)!
      const off = queriesFor(keys, 'off')
        .filter((query) => query <= keys.at(-1)!)
        .map((query) => kernel.one(WAYS.blocks, query) - kernel.guessByBlocks(query))
      expect(Math.min(...off)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...off)).toBeLessThanOrEqual(built.error)
      expect(built.error).toBeLessThanOrEqual(512)
    }
  })

  it('finds keys and ranges of them; an empty index finds nothing', () => {
    const index = indexSorted(Float64Array.of(1, 2, 2, 5))
    expect([findKey(index, 2), findKey(index, 3), findKey(index, 9)]).toEqual([1, -1, -1])
    expect(rangeOf(index, 2, 5)).toEqual([1, 3])
    expect(rangeOf(index, 5, 2)).toEqual([3, 3])
    expect(indexSorted(new Float64Array(0)).lowerBound(3)).toBe(0)
  })
})

describe('growingIndex', () => {
  it('counts as a sorted list does, through additions, removals and a merge in steps', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.integer({ min: 1, max: 400 }),
        (seed, budget) => {
          const random = createRandom(seed)
          const draw = () => Math.floor(400 * random.normal())
          const start = Float64Array.from({ length: 500 }, draw).sort()
          const index = growingIndex(start)
          const list = [...start]
          const change = () => {
            const key = draw()
            const at = list.indexOf(key)
            if (random.next() < 0.6) {
              index.add(key)
              list.push(key)
            } else {
              expect(index.remove(key)).toBe(at >= 0)
              if (at >= 0) list.splice(at, 1)
            }
          }
          const check = () => {
            const key = draw()
            expect(index.lowerBound(key)).toBe(list.filter((one) => one < key).length)
            expect(index.countOf(key)).toBe(list.filter((one) => one === key).length)
            expect(index.size()).toBe(list.length)
          }
          for (let i = 0; i < 700; i++) change()
          check()
          for (const _ of index.merge(budget)) {
            change()
            check()
          }
          check()
          for (const _ of index.merge(1e6)) check()
          expect(index.pending()).toBe(0)
          check()
        },
      ),
      { numRuns: 30 },
    )
  })
})
