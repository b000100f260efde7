import { describe, expect, test } from 'vitest'
import { createIndex } from '../index/door.ts'
import type { SearchIndex } from '../index/types.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { createUnderstanding, structuredArm } from '../understand/door.ts'
import { createExploringArm } from './exploring.ts'
import { createPopularArm } from './popular.ts'
import { createRecentArm } from './recent.ts'
import { createSeenProducts } from './seen.ts'
import { describeArm, FIELDS, NOW, PRODUCTS } from './testing/arm.contract.ts'
import { createTextArm, TEXT_ARMS } from './text.ts'

const DAY = 86_400_000

for (const spec of TEXT_ARMS) {
  describeArm(spec.name, { create: (index) => createTextArm(index, spec) })
}
describeArm('popular', { create: (index) => createPopularArm(index) })
describeArm('recent', { create: (index) => createRecentArm(index, createSeenProducts()) })
describeArm('exploring', { create: (index) => createExploringArm(index, createSeenProducts()) })

describeArm('structured', {
  asks: 'acme chair',
  create(index) {
    const understanding = createUnderstanding(index)
    const arm = structuredArm(index, understanding.slotDocs)
    const read = (query: AnalyzedQuery) => ({
      ...query,
      interpretations: understanding.read(query),
    })
    return {
      ...arm,
      retrieve: (request) => arm.retrieve({ ...request, query: read(request.query) }),
    }
  },
})

function catalogue(): SearchIndex {
  const index = createIndex(FIELDS)
  index.add(PRODUCTS)
  return index
}

const ask = (index: SearchIndex, text: string, count = 20, seed = 1) => ({
  query: index.analyze(text),
  count,
  now: NOW,
  seed,
})

const idsOf = (index: SearchIndex, docs: Int32Array) => [...docs].map((doc) => index.idOf(doc)!)

describe('what each arm is for', () => {
  const index = catalogue()

  test('misspelt words are found by the fuzzy arm', () => {
    const fuzzy = createTextArm(index, TEXT_ARMS.find(({ name }) => name === 'text-fuzzy')!)
    const [first] = fuzzy.retrieve(ask(index, 'yelow towl')).docs
    expect(index.valueOf(first!, 'title')).toBe('yellow towel')
  })

  test('the popular arm puts wanted matches first', () => {
    const wanted = ({ docs }: { readonly docs: Int32Array }) =>
      docs.reduce((sum, doc) => sum + index.quality()[doc]!, 0) / docs.length
    const popular = createPopularArm(index).retrieve(ask(index, 'mug', 5))
    const plain = createTextArm(index, TEXT_ARMS[0]!).retrieve(ask(index, 'mug', 5))
    expect(wanted(popular)).toBeGreaterThan(1.2 * wanted(plain))
    for (const doc of popular.docs) expect(index.valueOf(doc, 'title')).toContain('mug')
  })

  test('the recent arm puts the newest matches first, whatever their place by words', () => {
    const { docs } = createRecentArm(index, createSeenProducts()).retrieve(ask(index, 'lamp', 21))
    const since = index.numbers('since')
    const dates = [...docs].map((doc) => since[doc]!)
    const newest = dates.filter((date) => !Number.isNaN(date)).toSorted((a, b) => b - a)
    for (const date of dates.slice(0, 3)) expect(date).toBeGreaterThanOrEqual(newest[5]!)
    expect(dates[dates.length - 1]).toBeNaN()
  })

  test('without a date in the catalogue, what was seen last is new', () => {
    const fields = FIELDS.filter(({ role }) => role !== 'date')
    const undated = createIndex(fields)
    undated.add(['a', 'b', 'c'].map((id) => ({ id, values: { title: 'red mug' } })))
    const seen = createSeenProducts()
    seen.saw(['a', 'b', 'c'], NOW - 300 * DAY)
    undated.add([{ id: 'd', values: { title: 'red mug' } }])
    seen.saw(['a', 'b', 'c', 'd'], NOW)
    const { docs } = createRecentArm(undated, seen).retrieve(ask(undated, 'mug'))
    expect(idsOf(undated, docs)).toEqual(['d', 'a', 'b', 'c'])
  })

  test('exploring draws by the seed, among matches, the rarely shown more often', () => {
    const seen = createSeenProducts()
    const arm = createExploringArm(index, seen)
    const drawn = (seed: number) => idsOf(index, arm.retrieve(ask(index, 'red mug', 3, seed)).docs)
    expect(drawn(1)).toEqual(drawn(1))
    const draws = Array.from({ length: 200 }, (_, seed) => drawn(seed))
    expect(new Set(draws.flat()).size).toBeGreaterThan(10)
    const often = draws[0]![0]!
    const before = draws.flat().filter((id) => id === often).length
    for (let i = 0; i < 1000; i++) seen.shown(often)
    const after = Array.from({ length: 200 }, (_, seed) => drawn(seed)).flat()
    expect(after.filter((id) => id === often).length).toBeLessThan(before / 3)
  })
})
