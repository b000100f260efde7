import { describe, expect, test } from 'vitest'
import { describeArm, FIELDS, NOW, PRODUCTS } from '../arms/testing/arm.contract.ts'
import { createIndex } from '../index/door.ts'
import type { SearchIndex } from '../index/types.ts'
import { buildExpansion, createExpansionArm, loadExpansion, saveExpansion } from './expansion.ts'
import { createMemory, type MemoryAct, type QueryMemory } from './memory.ts'
import { createMemoryArm } from './memory-arm.ts'
import {
  learnAskedParts,
  loadAskedParts,
  predictForNewProducts,
  predictQueries,
  replacePredictions,
  saveAskedParts,
} from './predict-queries.ts'

const PRODUCT_OF = new Map(PRODUCTS.map((product) => [product.id, product]))

function catalogue(): SearchIndex {
  const index = createIndex(FIELDS)
  index.add(PRODUCTS)
  return index
}

/** Customers say "beaker" for a mug: they click every second mug after it, and its title as well. */
function learned(index: SearchIndex): QueryMemory {
  const memory = createMemory()
  const acts = PRODUCTS.filter((_, i) => i % 2 === 0).flatMap(({ id, values }): MemoryAct[] => {
    const title = String(values['title'])
    const texts = [title, title.replace('mug', 'beaker')]
    return texts.map((text) => ({
      query: index.analyze(text),
      productId: id,
      kind: 'click',
      at: NOW,
    }))
  })
  memory.observe(acts)
  return memory
}

function predictions(index: SearchIndex, memory: QueryMemory): QueryMemory {
  const asked = learnAskedParts(memory, FIELDS, (id) => PRODUCT_OF.get(id))
  const options = { now: NOW, analyze: (text: string) => index.analyze(text) }
  return predictForNewProducts(memory, PRODUCTS, FIELDS, asked, options)
}

describeArm('memory', { create: (index) => createMemoryArm(index, learned(index)) })
describeArm('memory with predictions', {
  create(index) {
    const memory = learned(index)
    return createMemoryArm(index, memory, predictions(index, memory))
  },
})
describeArm('expansion', {
  create: (index) => createExpansionArm(index, buildExpansion(learned(index), NOW)),
})

const ask = (index: SearchIndex, text: string, count = 20) => ({
  query: index.analyze(text),
  count,
  now: NOW,
  seed: 1,
})

describe('expansion', () => {
  test('finds products by words that only customers use', () => {
    const index = catalogue()
    const arm = createExpansionArm(index, buildExpansion(learned(index), NOW))
    const { docs } = arm.retrieve(ask(index, 'beaker', 50))
    expect(docs.length).toBeGreaterThan(5)
    for (const doc of docs) expect(index.valueOf(doc, 'title')).toContain('mug')
  })

  test('the more clicks a word brought, the higher; what is clicked for everything is not first', () => {
    const index = catalogue()
    const memory = createMemory()
    const [a, b] = [PRODUCTS[0]!.id, PRODUCTS[1]!.id]
    const clicks = (text: string, productId: string, count: number) =>
      memory.observe(
        Array.from({ length: count }, () => ({
          query: index.analyze(text),
          productId,
          kind: 'click' as const,
          at: NOW,
        })),
      )
    clicks('beaker', a, 5)
    clicks('beaker', b, 5)
    for (let i = 0; i < 30; i++) clicks(`thing${i}`, b, 5)
    const { docs } = createExpansionArm(index, buildExpansion(memory, NOW)).retrieve(
      ask(index, 'beaker'),
    )
    expect([...docs].map((doc) => index.idOf(doc))).toEqual([a, b])
  })

  test('is the same after saving', () => {
    const index = catalogue()
    const expansion = buildExpansion(learned(index), NOW)
    const again = loadExpansion(saveExpansion(expansion))
    const request = ask(index, 'blue beaker')
    expect(createExpansionArm(index, again).retrieve(request)).toEqual(
      createExpansionArm(index, expansion).retrieve(request),
    )
  })
})

describe('predicted queries', () => {
  test('follow what customers ask of like products: whole titles here, not brands', () => {
    const index = catalogue()
    const asked = learnAskedParts(learned(index), FIELDS, (id) => PRODUCT_OF.get(id))
    const product = { id: 'new', values: { title: 'purple bowl', brand: 'Acme', kind: 'bowls' } }
    const predicted = predictQueries(product, FIELDS, asked)
    expect(predicted[0]!.text).toBe('purple bowl')
    const likelihood = (text: string) => predicted.find((one) => one.text === text)?.likelihood ?? 0
    expect(likelihood('purple bowl')).toBeGreaterThan(2 * likelihood('acme'))
    expect(predictQueries(product, FIELDS, loadAskedParts(saveAskedParts(asked)))).toEqual(
      predicted,
    )
  })

  test('without any log title heads and whole values come first', () => {
    const nothing = { kinds: new Map(), queries: new Map() }
    const product = { id: 'new', values: { title: 'purple bowl with two handles', brand: 'Acme' } }
    const texts = predictQueries(product, FIELDS, nothing).map(({ text }) => text)
    expect(texts.slice(0, 2)).toContain('purple bowl')
    expect(predictQueries({ id: 'bare', values: {} }, FIELDS, nothing)).toEqual([])
  })

  test('bring in products without history, until they have one', () => {
    const index = catalogue()
    const memory = learned(index)
    const predicted = predictions(index, memory)
    const fresh = PRODUCTS.find(({ id }) => memory.gainOf(id, NOW) === 0)!
    const text = String(fresh.values['title'])
    const found = (one: QueryMemory | undefined) =>
      [...createMemoryArm(index, memory, one).retrieve(ask(index, text, 50)).docs].map((doc) =>
        index.idOf(doc),
      )
    expect(found(predicted)).toContain(fresh.id)
    expect(found(undefined)).not.toContain(fresh.id)
    replacePredictions(predicted, memory, [fresh.id], NOW)
    expect(found(predicted)).toContain(fresh.id)
    const query = index.analyze('something else')
    const act = { query, productId: fresh.id, kind: 'click' as const, at: NOW }
    memory.observe([act, act, act])
    replacePredictions(predicted, memory, [fresh.id], NOW)
    expect(found(predicted)).not.toContain(fresh.id)
  })
})
