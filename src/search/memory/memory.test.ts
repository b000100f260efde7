import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMemory, type MemoryAct, type QueryMemory } from './memory.ts'
import { recallProducts } from './recall.ts'
import { loadMemory, saveMemory } from './save.ts'
import { similarQueries } from './similar.ts'

const DAY = 86_400_000
const query = (text: string) => ({ text, terms: text === '' ? [] : text.split(' ') })
const act = (text: string, productId: string, kind: MemoryAct['kind'], at = 0): MemoryAct => ({
  query: query(text),
  productId,
  kind,
  at,
})

function recalled(memory: QueryMemory, text: string, now = 0): Record<string, number> {
  const scores = recallProducts(memory, query(text), now)
  return Object.fromEntries([...scores].map(([slot, score]) => [memory.slots.idOf(slot), score]))
}

/** `clicks` of `views` at a product. */
function watched(text: string, id: string, views: number, clicks: number): MemoryAct[] {
  const all = Array.from({ length: views }, () => act(text, id, 'view'))
  return [...all, ...Array.from({ length: clicks }, () => act(text, id, 'click'))]
}

describe('what a query did for products', () => {
  test('the rate of clicks is shrunk towards the prior: (gain + k · prior) / (views + k)', () => {
    const memory = createMemory()
    memory.observe(watched('red mug', 'a', 16, 8))
    expect(recalled(memory, 'red mug')['a']).toBeCloseTo((8 + 4 * 0.05) / (16 + 4), 12)
  })

  test('one lucky click in one view stands behind many in many', () => {
    const memory = createMemory()
    memory.observe([...watched('mug', 'lucky', 1, 1), ...watched('mug', 'proven', 100, 60)])
    const { lucky, proven } = recalled(memory, 'mug')
    expect(proven!).toBeGreaterThan(lucky!)
  })

  test('clicks at places hardly looked at count for more', () => {
    const memory = createMemory({ examination: [1, 0.5, 0.1] })
    const seen = (id: string, position: number) =>
      watched('mug', id, 100, 10).map((one) => ({ ...one, position }))
    memory.observe([...seen('first', 1), ...seen('third', 3), ...seen('ninth', 9)])
    const { first, third, ninth } = recalled(memory, 'mug')
    expect(first).toBeCloseTo((10 + 0.2) / (100 + 4), 12)
    expect(third).toBeCloseTo((10 + 0.2) / (10 + 4), 12)
    expect(ninth).toBe(third)
  })

  test('a purchase counts for more than a cart, a cart more than a click', () => {
    const memory = createMemory()
    const acts = (['click', 'add_to_cart', 'purchase'] as const).map((kind) =>
      act('mug', kind, kind),
    )
    memory.observe([...acts, ...acts.flatMap(({ productId }) => watched('mug', productId, 9, 0))])
    const scores = recalled(memory, 'mug')
    expect(scores['purchase']!).toBeGreaterThan(scores['add_to_cart']!)
    expect(scores['add_to_cart']!).toBeGreaterThan(scores['click']!)
  })

  test('amounts halve in a half-life, whatever the order in which they come', () => {
    const settings = { 'search.memory-half-life': 10 }
    const acts = [act('mug', 'a', 'click', 0), act('mug', 'a', 'click', 10 * DAY)]
    for (const order of [acts, acts.toReversed()]) {
      const memory = createMemory({ settings })
      memory.observe(order)
      expect(memory.gainOf('a', 20 * DAY)).toBeCloseTo(0.25 + 0.5, 12)
    }
  })

  test('thousands of half-lives later the memory still works', () => {
    const memory = createMemory({ settings: { 'search.memory-half-life': 1 } })
    memory.observe([act('mug', 'old', 'click', 0), act('mug', 'new', 'click', 5000 * DAY)])
    expect(memory.gainOf('new', 5000 * DAY)).toBeCloseTo(1, 9)
    expect(memory.gainOf('old', 5000 * DAY)).toBeLessThan(1e-100)
  })
})

describe('similar queries', () => {
  test('likeness is the weighted Jaccard of the terms, by hand', () => {
    const memory = createMemory()
    memory.observe([act('red mug', 'a', 'click'), act('blue mug', 'b', 'click')])
    const idf = (having: number) => Math.log(1 + 2 / having)
    const found = similarQueries(memory, query('red mug big'))
    const [red, mug] = [idf(1), idf(2)]
    expect(found.map(({ number }) => memory.entries[number]!.text)).toEqual(['red mug'])
    expect(found[0]!.likeness).toBeCloseTo((red + mug) / (red + mug + idf(1)), 12)
  })

  test('agree with comparing all queries in plain', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
    const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '))
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), text, (texts, asked) => {
        const memory = createMemory()
        memory.observe(texts.map((one) => act(one, 'p', 'click')))
        const fast = similarQueries(memory, query(asked)).map(({ number, likeness }) => [
          memory.entries[number]!.text,
          likeness.toFixed(9),
        ])
        expect(Object.fromEntries(fast)).toEqual(plainLikeness(texts, asked, 0.2))
      }),
    )
  })
})

function plainLikeness(texts: readonly string[], asked: string, least: number) {
  const all = [...new Set(texts)]
  const termsOf = (text: string) => [...new Set(text.split(' '))]
  const idf = (term: string) => {
    const having = all.filter((text) => termsOf(text).includes(term)).length
    return Math.log(1 + all.length / Math.max(1, having))
  }
  const sum = (terms: readonly string[]) => terms.reduce((total, term) => total + idf(term), 0)
  const own = termsOf(asked)
  const likeness = all.map((text): [string, number] => {
    const shared = termsOf(text).filter((term) => own.includes(term))
    const union = [...new Set([...own, ...termsOf(text)])]
    return [text, text === asked ? 1 : sum(shared) / sum(union)]
  })
  const kept = likeness.filter(([, value]) => value >= least - 1e-9)
  return Object.fromEntries(kept.map(([text, value]) => [text, value.toFixed(9)]))
}

describe('bounds', () => {
  test('the least useful queries are forgotten', () => {
    const memory = createMemory({ settings: { 'search.maximum-memory-queries': 100 } })
    memory.observe(watched('useful one', 'a', 0, 5))
    for (let i = 0; i < 1000; i++) memory.observe([act(`query ${i}`, `p${i}`, 'click')])
    expect(memory.size).toBeLessThanOrEqual(110)
    expect(memory.entries.length).toBeLessThanOrEqual(112)
    expect(memory.find('useful one')).toBeGreaterThanOrEqual(0)
    expect(memory.find('query 999')).toBeGreaterThanOrEqual(0)
  })

  test('a query keeps its best products', () => {
    const memory = createMemory({ settings: { 'search.maximum-memory-products': 5 } })
    memory.observe(watched('mug', 'best', 3, 3))
    for (let i = 0; i < 50; i++) memory.observe(watched('mug', `p${i}`, 1, 0))
    memory.observe(watched('mug', 'other', 1, 1))
    expect(Object.keys(recalled(memory, 'mug')).sort()).toEqual(['best', 'other'])
  })

  test('products that are gone are forgotten, and queries that led to nothing else', () => {
    const memory = createMemory()
    memory.observe([act('mug', 'a', 'click'), act('cup', 'a', 'click'), act('cup', 'b', 'click')])
    memory.forgetProducts(['a', 'unknown'])
    expect([memory.size, recalled(memory, 'mug'), Object.keys(recalled(memory, 'cup'))]).toEqual([
      1,
      {},
      ['b'],
    ])
    expect(memory.gainOf('a', 0)).toBe(0)
  })
})

test('hostile texts are remembered like others, and an empty one not at all', () => {
  const memory = createMemory()
  const texts = ['__proto__', 'constructor toString', '\u0000', 'x'.repeat(5000)]
  memory.observe(texts.map((text) => act(text, '__proto__', 'click', 5)))
  memory.observe([act('', 'a', 'click'), act('nan', 'a', 'click', Number.NaN)])
  expect(memory.size).toBe(4)
  for (const text of texts) expect(recallProducts(memory, query(text), 5).size).toBe(1)
})

test('a saved memory answers as before and goes on learning', () => {
  const memory = createMemory()
  memory.observe([...watched('red mug', 'a', 5, 2), ...watched('mug', 'b', 3, 3)])
  memory.observe([act('gone', 'c', 'click')])
  memory.forgetProducts(['c'])
  const again = loadMemory(saveMemory(memory))
  expect([again.slots.find('c'), again.terms.find('gone')]).toEqual([-1, -1])
  expect(recalled(again, 'red mug', DAY)).toEqual(recalled(memory, 'red mug', DAY))
  for (const one of [memory, again]) one.observe(watched('mug', 'd', 9, 9))
  expect(recalled(again, 'mug')).toEqual(recalled(memory, 'mug'))
  expect(() => loadMemory(saveMemory(memory).subarray(1))).toThrow(/no good/)
})
