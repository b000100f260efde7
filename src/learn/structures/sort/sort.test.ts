import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../core/random/random.ts'
import { withSortKernel } from './kernel.ts'
import type { Keys } from './keys.ts'
import { mergeOrder } from './merge.ts'
import { runNearly } from './nearly.ts'
import { asKeys, hiddenFrom, SHAPES } from './shapes.ts'
import {
  sortBigInt64,
  sortedOrder,
  sortFloat64,
  sortInt32,
  sortUint32,
  sortWithPayload,
} from './sort.ts'
import { sortColumns, type Way } from './sort-columns.ts'

const KINDS = ['float', 'int', 'uint', 'big'] as const
const WAYS: readonly Way[] = ['choose', 'learned', 'radix']

/** Equal to the last bit, but for the form of NaN. */
function expectSame(sorted: Keys, expected: Keys): void {
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(sorted[i], expected[i])) {
      expect.fail(`place ${i} of ${expected.length} holds ${sorted[i]}, not ${expected[i]}`)
    }
  }
}

function expectSorted(given: Keys, way: Way): void {
  const sorted = given.slice()
  sortColumns(sorted, undefined, way)
  expectSame(sorted, given.slice().sort())
}

/** Keys as alone, and rows as the plain merge has them: that is, stable. */
function expectSortedPairs(given: Keys, way: Way): void {
  const keys = given.slice()
  const rows = Uint32Array.from({ length: given.length }, (_, row) => row)
  sortColumns(keys, rows, way)
  expectSame(keys, given.slice().sort())
  expectSame(rows, mergeOrder(given))
}

describe('sortColumns', () => {
  it('runs on the compiled kernel (npm run build:wasm)', () => {
    expect(withSortKernel((kernel) => kernel)).toBeDefined()
  })

  describe.each(WAYS)('by way of %s', (way) => {
    it.each(KINDS)('orders every shape of %s as the engine does', (kind) => {
      for (const [name, draw] of Object.entries(SHAPES)) {
        const length = 9_000
        const random = createRandom(`${name} ${kind}`)
        const values = Float64Array.from({ length }, (_, i) => draw(random, i, length))
        expectSorted(asKeys(values, kind), way)
        expectSortedPairs(asKeys(values, kind), way)
      }
    })
  })

  it('orders buckets of many values', () => {
    for (const name of [
      'one value mostly',
      'Zipf, exponent about 1',
      'lognormal',
      'half not a number',
    ]) {
      const random = createRandom(name)
      const length = 90_000
      const values = Float64Array.from({ length }, (_, i) => SHAPES[name]!(random, i, length))
      for (const kind of KINDS) {
        expectSorted(asKeys(values, kind), 'learned')
        expectSortedPairs(asKeys(values, kind), 'learned')
      }
    }
  })

  it.each(KINDS)(
    'orders a thousand inputs of %s made against it: cut, joined, shifted, hidden from the sample',
    (kind) => {
      const draws = Object.values(SHAPES)
      for (let seed = 0; seed < 1000; seed++) {
        const random = createRandom(`adversary ${kind} ${seed}`)
        const pick = () => draws[Math.floor(draws.length * random.next())]!
        const length = 4_000 + Math.floor(3_000 * random.next())
        const [first, second] = [pick(), pick()]
        const values =
          seed % 2 === 0
            ? hiddenFrom(
                length,
                () => first(random, Math.floor(length * random.next()), length),
                () => second(random, Math.floor(length * random.next()), length),
              )
            : Float64Array.from({ length }, (_, i) =>
                (i < length / 2 ? first : second)(random, i, length),
              )
        const keys = asKeys(values, kind)
        expectSorted(keys, seed % 3 === 0 ? 'learned' : 'choose')
        if (seed % 5 === 0) expectSortedPairs(keys, 'learned')
      }
    },
  )

  it('orders whatever it is given, short or long', () => {
    const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, Infinity, -Infinity))
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 9_000 }),
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.constantFrom(...KINDS),
        (pool, length, seed, kind) => {
          const random = createRandom(seed)
          const nudge = () => (random.next() < 0.5 ? 0 : 1e-9 * random.next())
          const given = Float64Array.from(
            { length },
            () => pool[Math.floor(pool.length * random.next())]! * (1 + nudge()),
          )
          expectSorted(asKeys(given, kind), 'choose')
          expectSortedPairs(asKeys(given, kind), 'choose')
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('the sorts of each type', () => {
  it('leave an empty array and a single value as they are', () => {
    expect(sortFloat64(new Float64Array(0))).toBe('presorted')
    expect(sortInt32(Int32Array.of(3))).toBe('presorted')
  })

  it('learn where a model pays, and see what is in order already', () => {
    const random = createRandom(1)
    const draw = (scale: number) =>
      Float64Array.from({ length: 500_000 }, () => scale * random.normal())
    expect(sortFloat64(draw(1))).toBe('learned')
    expect(sortInt32(Int32Array.from(draw(1e8)))).toBe('learned')
    expect(sortUint32(Uint32Array.from(draw(1e6), (value) => value + 1e7))).toBe('learned')
    expect(sortBigInt64(BigInt64Array.from(draw(1e12), (value) => BigInt(Math.round(value))))).toBe(
      'learned',
    )
    expect(sortFloat64(Float64Array.from({ length: 50_000 }, (_, i) => -i))).toBe('presorted')
    const nearly = BigInt64Array.from({ length: 200_000 }, (_, i) => BigInt(i))
    nearly[100_000] = 5n
    expect(sortBigInt64(nearly)).toBe('nearly')
    const narrow = BigInt64Array.from({ length: 600_000 }, (_, i) => BigInt((i * 7919) % 100_003))
    expect(sortBigInt64(narrow)).toBe('radix')
  })

  it('sort whole numbers of the full 64 bits', () => {
    const random = createRandom(2)
    const word = () => BigInt(Math.floor(2 ** 32 * random.next()))
    const wide = BigInt64Array.from({ length: 20_000 }, () =>
      BigInt.asIntN(64, (word() << 32n) | word()),
    )
    wide.set([-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n])
    for (const way of WAYS) expectSorted(wide, way)
    expectSortedPairs(wide, 'choose')
  })
})

describe('runNearly', () => {
  /** Rising numbers of which some are moved: singly, in runs, far up or down, at the ends. */
  function disturbed(random: Random, length: number, share: number): BigInt64Array {
    const step = 1 + Math.floor(3 * random.next())
    const keys = BigInt64Array.from({ length }, (_, i) => BigInt(Math.floor(i / step) - length))
    for (let moved = 0; moved < share * length; ) {
      const run = 1 + Math.floor(20 * random.next() ** 4)
      const at = Math.floor((length - run) * random.next())
      const by = BigInt(Math.floor(length * (random.next() - 0.5) * random.next() ** 3))
      for (let i = at; i < at + run; i++) keys[i] = keys[i]! + by
      moved += run
    }
    if (random.next() < 0.3) keys.set([2n ** 63n - 1n, -(2n ** 63n)], length >> 1)
    return keys
  }

  it('orders as the engine does, or leaves the keys as they are', () => {
    let done = 0
    for (let seed = 0; seed < 1000; seed++) {
      const random = createRandom(`nearly ${seed}`)
      const keys = disturbed(random, 40 + Math.floor(4000 * random.next()), 0.2 * random.next())
      const given = keys.slice()
      const isDone = withSortKernel((kernel) => runNearly(kernel!, keys))
      if (isDone) done++
      expectSame(keys, isDone ? given.sort() : given)
    }
    expect(done).toBeGreaterThan(300)
    expect(done).toBeLessThan(1000)
  })
})

describe('sortWithPayload', () => {
  it.each([Float64Array, Float32Array, Int32Array, Uint32Array])(
    'moves a payload of %o along',
    (Column) => {
      const random = createRandom(3)
      const keys = Float64Array.from({ length: 6_000 }, () => Math.floor(500 * random.next()))
      const payload = new Column(keys.length).map((_, row) => row)
      const given = keys.slice()
      sortWithPayload(keys, payload)
      expect(Uint32Array.from(payload)).toEqual(mergeOrder(given))
    },
  )

  it('refuses a payload of another length', () => {
    expect(() => sortWithPayload(new Float64Array(2), new Int32Array(3))).toThrow(
      /payload: 3 values/,
    )
  })
})

describe('sortedOrder', () => {
  it('leaves the keys and gives equal ones by row', () => {
    const keys = Int32Array.of(5, 1, 5, -2, 1)
    expect([...sortedOrder(keys)]).toEqual([3, 1, 4, 0, 2])
    expect([...keys]).toEqual([5, 1, 5, -2, 1])
  })
})
