import { expect, test } from 'vitest'
import { describeArm, FIELDS, NOW, PRODUCTS } from '../arms/testing/arm.contract.ts'
import { createIndex } from '../index/door.ts'
import { encodeQuery } from './encoder.ts'
import { fillVectors } from './fill.ts'
import { type LearnedVectors, learnVectors } from './learn.ts'
import { withLookAlikes } from './look-alikes.ts'
import { createPersonalArm, createVectorArm, type QueryVector } from './vector-arm.ts'
import { createVectorStore, type VectorStore } from './vector-store.ts'

const settings = {
  'search.vector-width': 16,
  'search.vector-buckets': 2048,
  'search.vector-steps': 20,
}
const learning = learnVectors(PRODUCTS, FIELDS, [], { seed: 1, settings })

function parts({ encoder }: LearnedVectors): { store: VectorStore; queryVector: QueryVector } {
  const store = createVectorStore(encoder.width)
  fillVectors(store, encoder, PRODUCTS, FIELDS)
  return { store, queryVector: ({ text }) => encodeQuery(encoder, text) }
}

describeArm('vectors', {
  async create(index) {
    const { store, queryVector } = parts(await learning)
    return createVectorArm(index, store, queryVector)
  },
})
describeArm('vectors-personal', {
  async create(index) {
    const { store, queryVector } = parts(await learning)
    return createPersonalArm(index, store, queryVector)
  },
})

test('look-alikes are what the words find and nobody wanted, beside those known', () => {
  const index = createIndex(FIELDS)
  index.add(PRODUCTS)
  const mugs = PRODUCTS.filter(({ values }) => values['title'] === 'red mug').map(({ id }) => id)
  const query = { text: 'red mug', positives: mugs.slice(0, 2), negatives: ['known'] }
  const [learned] = withLookAlikes(index, [query], 4)
  expect(learned).toMatchObject({ text: 'red mug', positives: mugs.slice(0, 2) })
  expect(learned!.negatives).toHaveLength(5)
  expect(learned!.negatives).toEqual(expect.arrayContaining(['known', mugs[2]]))
  for (const id of query.positives) expect(learned!.negatives).not.toContain(id)
})

test('what a customer looked at draws the results near it', async () => {
  const index = createIndex(FIELDS)
  index.add(PRODUCTS)
  const { store, queryVector } = parts(await learning)
  const arm = createPersonalArm(index, store, queryVector, { 'search.vector-asker-share': 5 })
  const liked = PRODUCTS.filter(({ values }) => values['title'] === 'blue chair').map(
    ({ id }) => id,
  )
  const ask = (asker: object) => ({
    query: index.analyze('chair'),
    count: 3,
    now: NOW,
    seed: 1,
    asker,
  })
  const { docs } = arm.retrieve(ask({ recentProducts: liked }))
  expect([...docs].map((doc) => index.valueOf(doc, 'title'))).toEqual(Array(3).fill('blue chair'))
  expect(arm.retrieve(ask({ recentProducts: ['gone'] })).docs).toHaveLength(0)
})
