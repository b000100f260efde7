import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Field, Product } from '../catalogue/product.ts'
import { createIndex } from '../index/door.ts'
import type { Interpretation } from '../query/query.ts'
import { structuredArm } from './structured-arm.ts'
import { createUnderstanding, openUnderstanding, type Understanding } from './understanding.ts'

const FIELDS: readonly Field[] = [
  { name: 'title', role: 'title' },
  { name: 'category', role: 'category' },
  { name: 'brand', role: 'brand' },
  { name: 'colour', role: 'attribute' },
  { name: 'memory', role: 'number' },
  { name: 'price_cents', role: 'price' },
  { name: 'sold', role: 'popularity' },
  { name: 'released', role: 'date' },
  { name: 'wireless', role: 'attribute' },
]
const BRANDS = ['Norwick', 'Tamberly', 'Hal Forge', 'Ashdale']
const COLOURS = ['Black', 'White', 'Light Blue', 'Red']
const KINDS = [
  ['Electronics > Laptops', 'laptop', 90_000],
  ['Electronics > Phones', 'phone', 50_000],
  ['Home > Lamps', 'desk lamp', 4_000],
  ['Home > Mugs', 'mug', 900],
] as const

const PRODUCTS: Product[] = Array.from({ length: 640 }, (_, i) => {
  const [category, noun, price] = KINDS[i % 4]!
  const brand = BRANDS[(i >> 2) % 4]!
  const colour = COLOURS[(i >> 4) % 4]!
  const memory = [4, 8, 16, 32][(i >> 6) % 4]!
  const isDevice = i % 4 < 2
  return {
    id: `p${String(i).padStart(4, '0')}`,
    values: {
      title: `${brand} ${colour} ${noun}${isDevice ? ` ${memory} GB` : ''} no. ${i}`,
      category,
      brand,
      colour,
      price_cents: Math.round(price * (0.5 + (i % 100) / 100)),
      sold: i % 37,
      released: Date.UTC(1990 + (i % 30), 4, 1),
      ...(isDevice ? { memory, wireless: i % 8 < 4 ? 'yes' : 'no' } : {}),
    },
  }
})

const index = createIndex(FIELDS)
index.add(PRODUCTS)
const understanding = createUnderstanding(index)

function read(text: string, by: Understanding = understanding): readonly Interpretation[] {
  return by.read(index.analyze(text))
}

/** Slots of the likeliest reading, as texts. */
function slotsOf(text: string, by: Understanding = understanding): string[] {
  return read(text, by)[0]!.slots.map(({ field, meaning, negated }) => {
    const what = meaning.kind === 'value' ? meaning.value : `${meaning.from}…${meaning.to}`
    return `${negated ? 'not ' : ''}${field}: ${what}`
  })
}

describe('read', () => {
  it('finds brands, categories and attributes, whatever the order, plural or case', () => {
    const expected = ['brand: Norwick', 'category: Electronics > Laptops', 'colour: Black']
    expect(slotsOf('Norwick black LAPTOPS').toSorted()).toEqual(expected)
    expect(slotsOf('laptop black norwick').toSorted()).toEqual(expected)
    expect(slotsOf('hal forge light blue mug')).toEqual([
      'brand: Hal Forge',
      'colour: Light Blue',
      'category: Home > Mugs',
    ])
    expect(slotsOf('electronics')).toEqual(['category: Electronics'])
  })

  it('reads misspelt words', () => {
    expect(slotsOf('norwik lptop')).toEqual(['brand: Norwick', 'category: Electronics > Laptops'])
    expect(slotsOf('tambrely mug')).toEqual(['brand: Tamberly', 'category: Home > Mugs'])
  })

  it('reads prices, in cents where the catalogue has cents', () => {
    expect(slotsOf('mug under 50')).toEqual([
      'category: Home > Mugs',
      'price_cents: -Infinity…5000',
    ])
    expect(slotsOf('between 20 and 30 dollars')).toEqual(['price_cents: 2000…3000'])
    expect(slotsOf('mug $5-$10')).toEqual(['category: Home > Mugs', 'price_cents: 500…1000'])
    expect(slotsOf('lamps 20-30 dollars')).toEqual([
      'category: Home > Lamps',
      'price_cents: 2000…3000',
    ])
    expect(slotsOf('at least 700 dollars')).toEqual(['price_cents: 70000…Infinity'])
  })

  it('takes cheap for the lower prices of the category named', () => {
    const [mug] = slotsOf('cheap mug')
    const [laptop] = slotsOf('cheap laptop')
    const limit = (text: string | undefined) => Number(text?.split('…')[1])
    expect(limit(mug)).toBeGreaterThan(400)
    expect(limit(mug)).toBeLessThan(900)
    expect(limit(laptop)).toBeGreaterThan(40_000)
    expect(limit(laptop)).toBeLessThan(90_000)
  })

  it('learns units from titles, and knows numbers by the name of their field', () => {
    expect(slotsOf('laptop 8gb')).toEqual(['category: Electronics > Laptops', 'memory: 7.84…8.16'])
    expect(slotsOf('16 gb phone')[0]).toBe('memory: 15.68…16.32')
    expect(slotsOf('laptop with memory over 8')).toContain('memory: 8…Infinity')
  })

  it('reads years and decades', () => {
    const year = (y: number) => Date.UTC(y, 0, 1)
    expect(slotsOf('lamp 1994')[1]).toBe(`released: ${year(1994)}…${year(1995) - 1}`)
    expect(slotsOf('lamp before 2000')[1]).toBe(`released: -Infinity…${year(2000) - 1}`)
    expect(slotsOf('1990s phones')[0]).toBe(`released: ${year(1990)}…${year(2000) - 1}`)
  })

  it('reads what is not wanted', () => {
    expect(slotsOf('laptop without black')).toEqual([
      'category: Electronics > Laptops',
      'not colour: Black',
    ])
    expect(slotsOf('wireless phone')).toContain('wireless: yes')
  })

  it('gives several readings whose likelihoods sum to one at most', () => {
    const readings = read('norwick light lamp')
    expect(readings.length).toBeGreaterThan(1)
    const sum = readings.reduce((total, { likelihood }) => total + likelihood, 0)
    expect(sum).toBeLessThanOrEqual(1 + 1e-9)
    expect(read('zzzz qqqq')).toEqual([{ slots: [], rest: [0, 1], likelihood: 1 }])
    expect(read('')).toEqual([{ slots: [], rest: [], likelihood: 1 }])
  })

  it('learns from clicks what no word of the catalogue says', () => {
    const learned = createUnderstanding(index)
    const notebooks = PRODUCTS.filter(({ values }) => values['category'] === KINDS[0][0])
    for (const { id } of notebooks.slice(0, 60)) learned.learn(index.analyze('notebook'), id)
    for (const { id } of PRODUCTS.slice(0, 300)) learned.learn(index.analyze('thing'), id)
    expect(slotsOf('norwick notebook', learned)).toEqual([
      'brand: Norwick',
      'category: Electronics > Laptops',
    ])
    expect(slotsOf('norwick notebook')).toEqual(['brand: Norwick'])
    const again = openUnderstanding(index, learned.toBytes())
    for (const text of ['norwick notebook', 'laptop 8gb', 'tambrely mug', 'cheap mug']) {
      expect(read(text, again)).toEqual(read(text, learned))
    }
    expect(() => openUnderstanding(index, new Uint8Array(10))).toThrow(/cannot be read/)
  })

  it('lets clicks decide between two meanings', () => {
    const learned = createUnderstanding(index)
    const red = PRODUCTS.filter(({ values }) => values['colour'] === 'Red')
    const before = read('red', learned)[0]!
    for (const { id } of red) learned.learn(index.analyze('red'), id)
    const after = read('red', learned)[0]!
    expect(after.slots[0]!.probability).toBeGreaterThanOrEqual(before.slots[0]!.probability)
  })

  it('never throws, and slots never overlap, whatever is typed', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        'norwick',
        'under',
        '50',
        '$',
        '8',
        'gb',
        'between',
        'and',
        '-',
        'no',
        'cheap',
        'constructor',
        '__proto__',
        '1990s',
        'black',
        '"',
        '999999999999',
      ),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const query = index.analyze(words.join(' '))
        const readings = understanding.read(query)
        for (const { slots, rest, likelihood } of readings) {
          expect(likelihood).toBeGreaterThanOrEqual(0)
          const covered = [...rest, ...slots.flatMap(({ from, to }) => range(from, to))]
          expect(covered.toSorted((a, b) => a - b)).toEqual(range(0, query.tokens.length))
          for (const { probability } of slots) {
            expect(probability).toBeGreaterThan(0)
            expect(probability).toBeLessThanOrEqual(1)
          }
        }
        const arm = structuredArm(index, understanding.slotDocs)
        arm.retrieve({ query: { ...query, interpretations: readings }, count: 5, now: 0, seed: 1 })
      }),
      { numRuns: 300 },
    )
  })
})

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
}

describe('structuredArm', () => {
  const retrieve = (text: string, count: number, knobs = {}) => {
    const query = { ...index.analyze(text), interpretations: read(text) }
    const arm = structuredArm(index, understanding.slotDocs, knobs)
    const { docs, scores } = arm.retrieve({ query, count, now: 0, seed: 1 })
    expect([...scores]).toEqual([...scores].toSorted((a, b) => b - a))
    expect(new Set(docs).size).toBe(docs.length)
    return Array.from(docs, (doc) => index.productOf(doc)!.values)
  }

  it('brings what fits all slots first, the better sold first, then what misses one', () => {
    const found = retrieve('norwick black laptop', 20)
    const fits = found.filter((v) => v['brand'] === 'Norwick' && v['colour'] === 'Black')
    expect(found.slice(0, 10)).toEqual(fits.slice(0, 10))
    expect(found).toHaveLength(20)
    expect(found[0]!['sold']).toBeGreaterThan(20)
  })

  it('keeps to conditions where it is told to', () => {
    const found = retrieve('norwick black laptop', 200, { 'search.constraint-softness': 0 })
    const sure = found.filter(
      (v) => v['brand'] === 'Norwick' && v['colour'] === 'Black' && v['category'] === KINDS[0][0],
    )
    expect(sure.length).toBe(10)
    expect(retrieve('laptop without black', 50).every((v) => v['colour'] !== 'Black')).toBe(true)
  })

  it('has nothing to say where nothing is understood', () => {
    expect(retrieve('zzzz', 10)).toEqual([])
    expect(retrieve('', 10)).toEqual([])
  })
})
