import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Field, Product } from '../../catalogue/product.ts'
import { createIndex } from '../../index/door.ts'
import type { DocSet, SearchIndex } from '../../index/types.ts'
import type { Arm, ArmRequest } from '../arm.ts'

export const FIELDS: readonly Field[] = [
  { name: 'title', role: 'title' },
  { name: 'text', role: 'text' },
  { name: 'kind', role: 'category' },
  { name: 'brand', role: 'brand' },
  { name: 'sold', role: 'popularity' },
  { name: 'since', role: 'date' },
]

const DAY = 86_400_000
export const NOW = 20_000 * DAY
const THINGS = ['mug', 'plate', 'lamp', 'chair', 'towel', 'knife', 'vase', 'clock']
const COLOURS = ['red', 'blue', 'green', 'black', 'white', 'yellow', 'grey']
const BRANDS = ['Acme', 'Borealis', 'Crane']

/** 168 products, many of them equal but for the id; some without text, date or popularity. */
export const PRODUCTS: readonly Product[] = THINGS.flatMap((thing, t) =>
  COLOURS.flatMap((colour, c) =>
    BRANDS.map((brand, b): Product => {
      const number = (t * 7 + c) * 3 + b
      return {
        id: `p${(number * 61) % 997}`,
        values: {
          title: `${colour} ${thing}`,
          kind: `household ${thing}s`,
          brand,
          ...(number % 3 === 0 ? {} : { text: `A ${colour} ${thing} by ${brand} for every day.` }),
          ...(number % 5 === 0 ? {} : { sold: number % 11 }),
          ...(number % 4 === 0 ? {} : { since: NOW - number * DAY }),
        },
      }
    }),
  ),
)

const HOSTILE = [
  '',
  ' ',
  '\u0000\u0007\u001b[31m',
  '__proto__ constructor hasOwnProperty',
  "'; DROP TABLE products; --",
  '(((((((((((((((((((([[[[[[',
  '\\x00 %s %n {{7*7}}',
  '\ud800\udfff\ud800',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'red '.repeat(3000),
  'x'.repeat(10_240),
  'ثﻼثﺔ أكواب',
  '赤いマグカップ',
  'é'.normalize('NFD').repeat(200),
  '"red mug" -blue +plate title:lamp',
  '-1e308 NaN Infinity',
]

const ASKED = ['red mug', 'lamp', 'acme chair', 'household', 'yelow towl', 'every day', '']

export interface ArmContract {
  /** Makes the arm over an index, as a shop would, with all it has learned. */
  readonly create: (index: SearchIndex) => Arm | Promise<Arm>
  /** A query that the arm must have something to say on. */
  readonly asks?: string
}

function indexOf(products: readonly Product[]): SearchIndex {
  const index = createIndex(FIELDS)
  index.add(products)
  return index
}

function requestOf(index: SearchIndex, text: string, more: Partial<ArmRequest> = {}): ArmRequest {
  const asker = { recentProducts: ['p61', 'gone'], pastProducts: ['p122'] }
  return { query: index.analyze(text), count: 20, now: NOW, seed: 1, asker, ...more }
}

function setOf(index: SearchIndex, keeps: (doc: number) => boolean): DocSet {
  const words = new Uint32Array(Math.ceil(index.capacity / 32))
  let count = 0
  for (let doc = 0; doc < index.capacity; doc++) {
    if (index.idOf(doc) === undefined || !keeps(doc)) continue
    words[doc >>> 5]! |= 1 << (doc & 31)
    count++
  }
  return { words, count }
}

/** What every arm must hold to, whatever the query; fails the test that calls it otherwise. */
function checkAnswer(arm: Arm, index: SearchIndex, request: ArmRequest): void {
  const { docs, scores } = arm.retrieve(request)
  expect(docs).toBeInstanceOf(Int32Array)
  expect(scores).toBeInstanceOf(Float32Array)
  expect(scores.length).toBe(docs.length)
  expect(docs.length).toBeLessThanOrEqual(request.count)
  expect(new Set(docs).size).toBe(docs.length)
  for (let i = 0; i < docs.length; i++) {
    const id = index.idOf(docs[i]!)
    expect(id).toBeDefined()
    expect(Number.isFinite(scores[i])).toBe(true)
    if (request.allowed !== undefined) {
      expect((request.allowed.words[docs[i]! >>> 5]! >>> (docs[i]! & 31)) & 1).toBe(1)
    }
    if (i === 0) continue
    expect(scores[i]!).toBeLessThanOrEqual(scores[i - 1]!)
    if (scores[i] === scores[i - 1]) expect(id! > index.idOf(docs[i - 1]!)!).toBe(true)
  }
}

/** The tests that each retrieval arm runs. */
export function describeArm(name: string, { create, asks = 'red mug' }: ArmContract): void {
  describe(`arm ${name}`, async () => {
    const index = indexOf(PRODUCTS)
    const arm = await create(index)

    test('says what it is', () => {
      expect(arm.name).toMatch(/^[a-z][a-z0-9-]*$/)
      expect(arm.about.length).toBeGreaterThan(10)
    })

    test('has something to say, best first, ties by id', () => {
      const request = requestOf(index, asks)
      expect(arm.retrieve(request).docs.length).toBeGreaterThan(0)
      checkAnswer(arm, index, request)
      for (const text of ASKED) checkAnswer(arm, index, requestOf(index, text))
    })

    test('bears any query', () => {
      for (const text of HOSTILE) checkAnswer(arm, index, requestOf(index, text))
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) =>
          checkAnswer(arm, index, requestOf(index, text)),
        ),
        { numRuns: 40 },
      )
    })

    test('gives as many as asked for at most, and fewer are the first of more', () => {
      const more = arm.retrieve(requestOf(index, asks, { count: 50 }))
      for (const count of [0, 1, 2, 7]) {
        const request = requestOf(index, asks, { count })
        checkAnswer(arm, index, request)
        expect(arm.retrieve(request).docs).toEqual(more.docs.slice(0, count))
      }
    })

    test('brings what is allowed alone', () => {
      for (const every of [2, 5, 40]) {
        const allowed = setOf(index, (doc) => doc % every === 1)
        for (const text of [asks, ...ASKED])
          checkAnswer(arm, index, requestOf(index, text, { allowed }))
      }
      const none = { words: new Uint32Array(Math.ceil(index.capacity / 32)), count: 0 }
      expect(arm.retrieve(requestOf(index, asks, { allowed: none })).docs).toHaveLength(0)
    })

    test('gives the same again', async () => {
      const again = await create(indexOf(PRODUCTS))
      for (const text of [asks, ...ASKED]) {
        const request = requestOf(index, text)
        expect(arm.retrieve(request)).toEqual(arm.retrieve(request))
        expect(again.retrieve(request)).toEqual(arm.retrieve(request))
      }
    })

    test('does not bring back what was removed, nor fail on an empty catalogue', async () => {
      const shrinking = indexOf(PRODUCTS)
      const own = await create(shrinking)
      const request = requestOf(shrinking, asks)
      const first = shrinking.idOf(own.retrieve(request).docs[0]!)!
      shrinking.remove([first])
      checkAnswer(own, shrinking, request)
      shrinking.remove(PRODUCTS.map(({ id }) => id))
      for (const text of [asks, '', ...HOSTILE]) {
        expect(own.retrieve(requestOf(shrinking, text)).docs).toHaveLength(0)
      }
    })

    test('stays itself where nobody is known to ask', () => {
      const { asker: _, ...anonymous } = requestOf(index, asks)
      checkAnswer(arm, index, anonymous)
    })
  })
}
