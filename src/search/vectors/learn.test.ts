import { describe, expect, test } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { Field, Product } from '../catalogue/product.ts'
import { encodeProduct, encodeQuery, loadEncoder, saveEncoder } from './encoder.ts'
import { factorizeTexts, orthonormalize } from './factorize.ts'
import { learnVectors } from './learn.ts'
import { bagsOf, wordsOf } from './product-bags.ts'
import { trainTowers } from './train.ts'

const FIELDS: readonly Field[] = [
  { name: 'title', role: 'title' },
  { name: 'kind', role: 'category' },
]
const THINGS = ['mug', 'plate', 'lamp', 'chair', 'towel', 'knife', 'vase', 'clock']
const COLOURS = ['red', 'blue', 'green', 'black', 'white', 'yellow']
/** What customers say in place of the words of the catalogue. */
const CALLED: Readonly<Record<string, string>> = {
  mug: 'beaker',
  plate: 'dish',
  lamp: 'light',
  chair: 'seat',
  towel: 'cloth',
  knife: 'blade',
  vase: 'pot',
  clock: 'timepiece',
}

const PRODUCTS: readonly Product[] = THINGS.flatMap((thing) =>
  COLOURS.map((colour) => ({
    id: `${colour}-${thing}`,
    values: { title: `${colour} ${thing}`, kind: `household ${thing}s` },
  })),
)
const QUERIES = PRODUCTS.flatMap(({ id }) => {
  const [colour, thing] = id.split('-') as [string, string]
  return [
    { text: `${colour} ${CALLED[thing]}`, positives: [id] },
    { text: `${CALLED[thing]} ${colour}`, positives: [id] },
  ]
})
const settings = {
  'search.vector-width': 16,
  'search.vector-buckets': 2048,
  'search.vector-steps': 60,
  'search.vector-learning-rate': 0.02,
}
const learn = (workers = 1, seed = 1) =>
  learnVectors(PRODUCTS, FIELDS, QUERIES, { seed, settings, workers })

describe('two towers', () => {
  test('learn what customers call a product, where factors of the texts cannot', async () => {
    const { chosen, recall, encoder } = await learn()
    expect(chosen).toBe('towers')
    expect(recall.towers).toBeGreaterThan(recall.factors)
    const query = encodeQuery(encoder, 'beaker')
    const likeness = PRODUCTS.map((product) => {
      const vector = encodeProduct(encoder, bagsOf(wordsOf(product, FIELDS, 60), encoder.buckets))
      return { id: product.id, score: vector.reduce((sum, value, i) => sum + value * query[i]!, 0) }
    })
    const best = likeness.toSorted((a, b) => b.score - a.score).slice(0, COLOURS.length)
    expect(best.map(({ id }) => id.split('-')[1])).toEqual(COLOURS.map(() => 'mug'))
  })

  test('are the same to the bit with one thread and two, and others with another seed', async () => {
    const [one, two, other] = [await learn(1), await learn(2), await learn(1, 2)]
    expect(two.encoder).toEqual(one.encoder)
    expect(other.encoder.table).not.toEqual(one.encoder.table)
  })

  test('stop when they are told to', async () => {
    const signal = AbortSignal.abort()
    await expect(
      learnVectors(PRODUCTS, FIELDS, QUERIES, { seed: 1, settings, signal }),
    ).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  })
})

test('a store without any log learns from its titles alone', async () => {
  const { judged, recall } = await learnVectors(PRODUCTS, FIELDS, [], { seed: 1, settings })
  expect(judged).toBeGreaterThan(0)
  expect(Math.max(recall.factors, recall.towers)).toBeGreaterThan(0.7)
})

test('an empty catalogue and products without words make vectors of nothing', async () => {
  const { encoder } = await learnVectors([], FIELDS, QUERIES, { seed: 1, settings })
  expect([...encodeQuery(encoder, 'mug')].every(Number.isFinite)).toBe(true)
  const bare = bagsOf(wordsOf({ id: 'x', values: {} }, FIELDS, 60), encoder.buckets)
  expect(encodeProduct(encoder, bare).every((value) => value === 0)).toBe(true)
  for (const text of ['', '\u0000', '!?', 'ü'.repeat(400)]) {
    expect([...encodeQuery(encoder, text)].every(Number.isFinite)).toBe(true)
  }
})

test('training starts from where it stands: no steps, no change', async () => {
  const bags = PRODUCTS.map((product) => bagsOf(wordsOf(product, FIELDS, 60), 2048))
  const factors = factorizeTexts(bags, {
    buckets: 2048,
    width: 8,
    titleShare: 0.6,
    restWords: 60,
    products: 100,
    seed: 1,
  })
  const words = PRODUCTS.map((product) => wordsOf(product, FIELDS, 60))
  const pairs = { words, bags, queries: [] }
  const options = { seed: 1, steps: 0, learningRate: 0.01, scale: 20, pieces: 1, workers: 1 }
  const towers = await trainTowers(factors, pairs, options)
  const [before, after] = [encodeQuery(factors, 'red mug'), encodeQuery(towers, 'red mug')]
  for (const [i, value] of before.entries()) expect(after[i]).toBeCloseTo(value, 5)
  expect(loadEncoder(saveEncoder(towers))).toEqual(towers)
  expect(loadEncoder(saveEncoder(factors))).toEqual(factors)
})

test('columns become orthonormal, those of a lower rank empty', () => {
  const random = createRandom(1)
  const [rows, width] = [30, 4]
  // Every third row of a larger table; the others do not count and stay.
  const at = Int32Array.from({ length: rows }, (_, r) => 3 * r + 1)
  const whole = Float64Array.from({ length: 3 * rows * width }, () => random.normal())
  const other = whole[0]!
  const cell = (r: number, c: number) => at[r]! * width + c
  for (let r = 0; r < rows; r++) {
    whole[cell(r, 3)] = whole[cell(r, 0)]! - 2 * whole[cell(r, 1)]!
  }
  orthonormalize(whole, at, width)
  expect(whole[0]).toBe(other)
  for (let a = 0; a < width; a++) {
    for (let b = 0; b < width; b++) {
      let along = 0
      for (let r = 0; r < rows; r++) along += whole[cell(r, a)]! * whole[cell(r, b)]!
      expect(along).toBeCloseTo(a === b && a !== 3 ? 1 : 0, 10)
    }
  }
})
