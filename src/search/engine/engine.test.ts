import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { Field, Product } from '../catalogue/product.ts'
import type { PastSearch } from '../feedback/events.ts'
import { trainSearch, untrainedSearch } from '../learning/door.ts'
import { learnedPolicy } from '../policy/door.ts'
import { prepareRules } from '../ranker/door.ts'
import { createStoreEngine } from './door.ts'
import { matchesOf } from './matches.ts'

const FIELDS: readonly Field[] = [
  { name: 'title', role: 'title' },
  { name: 'category', role: 'category' },
  { name: 'brand', role: 'brand' },
  { name: 'price', role: 'price' },
  { name: 'sold', role: 'popularity' },
]
const NOUNS = ['mug', 'pan', 'kettle', 'bowl', 'lamp', 'chair']
const COLOURS = ['red', 'blue', 'green', 'black']
const BRANDS = ['Norvane', 'Tamwick', 'Halford']

const PRODUCTS: readonly Product[] = Array.from({ length: 216 }, (_, i) => {
  const [noun, colour, brand] = [
    NOUNS[i % 6]!,
    COLOURS[Math.floor(i / 6) % 4]!,
    BRANDS[Math.floor(i / 24) % 3]!,
  ]
  return {
    id: `P${String(i).padStart(3, '0')}`,
    values: {
      title: `${brand} ${colour} ${noun} ${i}`,
      category: `Home > ${noun}s`,
      brand,
      price: 5 + (i % 40),
      sold: (i * 37) % 100,
    },
  }
})
const NOW = Date.UTC(2026, 3, 1)
const base = { from: 0, size: 10, now: NOW, seed: 1 }

const models = untrainedSearch({ fields: FIELDS, products: PRODUCTS, now: NOW })
const engine = createStoreEngine(models)

describe('an engine that has learned nothing', () => {
  it('finds what the words say, each product once, best first, and says which arms brought it', () => {
    const { items, arms, candidates } = engine.search({ ...base, text: 'red mug' })
    expect(items).toHaveLength(10)
    expect(new Set(items.map(({ id }) => id)).size).toBe(10)
    const titles = items.slice(0, 3).map(({ doc }) => String(models.index.valueOf(doc, 'title')))
    expect(titles.every((title) => title.includes('mug') && title.includes('red'))).toBe(true)
    expect(items.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(items.every((item) => item.arms.length > 0)).toBe(true)
    expect(
      arms.every(({ brought, alone }) => alone <= brought && brought <= candidates.length),
    ).toBe(true)
  })

  it('gives the same answer to the same request, and pages that follow each other', () => {
    const whole = engine.search({ ...base, size: 40, text: 'kettle' })
    const pages = [0, 10, 20, 30].flatMap(
      (from) => engine.search({ ...base, from, text: 'kettle' }).items,
    )
    expect(pages.map(({ id }) => id)).toEqual(whole.items.map(({ id }) => id))
    expect(engine.search({ ...base, text: 'kettle' })).toEqual(
      engine.search({ ...base, text: 'kettle' }),
    )
  })

  it('goes beyond the usual candidates where a page asks for it', () => {
    const { items } = engine.search({
      ...base,
      from: 120,
      size: 20,
      text: 'norvane tamwick halford',
    })
    expect(items).toHaveLength(20)
  })

  it('honours filters in every arm', () => {
    const filters = [
      { field: 'brand', oneOf: ['Norvane'] },
      { field: 'price', to: 20 },
    ]
    const { items } = engine.search({ ...base, text: 'blue lamp', filters })
    expect(items.length).toBeGreaterThan(0)
    for (const { doc } of items) {
      expect(models.index.valueOf(doc, 'brand')).toBe('Norvane')
      expect(Number(models.index.valueOf(doc, 'price'))).toBeLessThanOrEqual(20)
    }
    expect(() =>
      engine.search({ ...base, text: 'x', filters: [{ field: 'mood', oneOf: ['x'] }] }),
    ).toThrow('mood')
  })

  it('ranks given products, those that no arm brings too', () => {
    const docs = Int32Array.of(3, 5, 6, 200)
    const { items } = engine.rank({ text: 'pan 7', now: NOW, seed: 0 }, docs)
    expect(items.map(({ doc }) => doc).sort((a, b) => a - b)).toEqual([...docs])
    expect(items.every(({ arms }) => arms.every(({ arm }) => arm >= 0))).toBe(true)
  })

  it('lets rules have the last word', () => {
    const pin = { kind: 'pin', productId: 'P100', position: 2 } as const
    const rules = prepareRules(models.index, [{ name: 'push', action: pin }])
    const ruled = createStoreEngine(models, { rules }).search({ ...base, text: 'red mug' })
    expect(ruled.items[1]).toMatchObject({ id: 'P100', rule: 'push' })
  })

  it('bears any text, finishes, and counts matches that hold what it shows', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ maxLength: 400 }),
      fc
        .array(
          fc.constantFrom(...NOUNS, ...COLOURS, 'undr', 'under', '20', '"', '\u0000', '🫖', '日本'),
          { maxLength: 40 },
        )
        .map((words) => words.join(' ')),
      fc.constantFrom(
        '',
        ' ',
        'a'.repeat(10_000),
        '\ud800',
        'under under 5 5',
        'mug '.repeat(3000),
      ),
    )
    fc.assert(
      fc.property(text, fc.boolean(), (raw, unfinished) => {
        const before = process.cpuUsage()
        const answer = engine.search({ ...base, text: raw, unfinished })
        const matches = matchesOf(models.index, answer)
        const { user, system } = process.cpuUsage(before)
        // The budget is milliseconds; a slow machine is given a hundred times that.
        expect((user + system) / 1000).toBeLessThan(1000)
        expect(answer.items.length).toBeLessThanOrEqual(matches.total)
        for (const { score } of answer.items) expect(Number.isFinite(score)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('counts the documents that have the words as looking through all of them does', () => {
    const words = fc.array(fc.constantFrom(...NOUNS, ...COLOURS, ...BRANDS), {
      minLength: 1,
      maxLength: 3,
    })
    fc.assert(
      fc.property(words, fc.constantFrom('all', 'any'), (list, match) => {
        const { index } = models
        const { words: bits, count } = index.matching(index.analyze(list.join(' ')), match)
        const holds = (doc: number) => {
          const title = String(index.valueOf(doc, 'title')).toLowerCase()
          const has = (word: string) => title.includes(word.toLowerCase())
          return match === 'all' ? list.every(has) : list.some(has)
        }
        const expected = [...PRODUCTS.keys()].filter(holds)
        expect(count).toBe(expected.length)
        for (const doc of expected) expect((bits[doc >> 5]! >>> (doc & 31)) & 1).toBe(1)
      }),
    )
  })
})

describe('an engine that has learned', () => {
  /** Everyone who asks for a noun clicks its green ones, wherever they stand. */
  const past = (searches: number): PastSearch[] => {
    const random = createRandom('engine test')
    return Array.from({ length: searches }, (_, s) => {
      const noun = NOUNS[s % 6]!
      const brand = BRANDS[random.int(3)]!.toLowerCase()
      const raw = [noun, `${brand} ${noun}`, `${noun} ${brand}`][random.int(3)]!
      const shown = PRODUCTS.filter(({ values }) => String(values['title']).includes(` ${noun} `))
        .slice(0, 24)
        .map(({ id }) => id)
      const queryId = `q${s}`
      const at = NOW - (searches - s) * 60_000
      const events = shown.flatMap((productId, place) => {
        const product = PRODUCTS.find(({ id }) => id === productId)!
        const wanted = String(product.values['title']).includes('green')
        const clicks = random.next() < (wanted ? 0.6 : 0.02) / (1 + 0.1 * place)
        return clicks
          ? [{ kind: 'click' as const, queryId, productId, position: place + 1, at }]
          : []
      })
      const shares = [{ arm: 'text-sum-prior', count: 24 }]
      const record = {
        queryId,
        raw,
        text: raw,
        at,
        shown,
        broughtBy: [],
        shares,
        choice: 'default',
        propensity: 1,
        version: 0,
      }
      return { record, events }
    })
  }
  const input = { fields: FIELDS, products: PRODUCTS, past: past(1500), now: NOW, seed: 3 }

  it('shows first what customers choose, explains the order, and comes out the same again', async () => {
    const { models: learned, report } = await trainSearch(input)
    const trained = createStoreEngine(learned, { policy: learnedPolicy('thompson') })
    const green = (of: typeof trained) =>
      NOUNS.flatMap((text) => of.search({ ...base, text }).items).filter(({ doc }) =>
        String(learned.index.valueOf(doc, 'title')).includes('green'),
      ).length
    expect(green(createStoreEngine(learned))).toBeGreaterThan(green(engine) + 5)
    const { items } = trained.search({ ...base, text: 'bowl', explain: true })
    for (const { why, score } of items) {
      expect(why!.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 4)
    }
    expect(report.importance!.reduce((sum, { gain }) => sum + gain, 0)).toBeCloseTo(1)
    const again = createStoreEngine((await trainSearch(input)).models)
    const answer = (of: typeof trained) =>
      of.search({ ...base, text: 'halford chair', configuration: 'learned' })
    expect(answer(again).items).toEqual(answer(createStoreEngine(learned)).items)
  })
})

it('says which words were searched instead of misspelt ones', () => {
  const { index } = models
  const corrected = (text: string, unfinished = false) =>
    index.corrected(index.analyze(text, { unfinished }))
  expect(corrected('kettel')).toBe('kettle')
  expect(corrected('norvnae lamp')).toBe('norvane lamp')
  expect(corrected('red mug')).toBeUndefined()
  expect(corrected('kett', true)).toBeUndefined()
  expect(corrected('zzzzzz')).toBeUndefined()
  expect(corrected('')).toBeUndefined()
})
