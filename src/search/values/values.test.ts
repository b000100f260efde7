import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Field, Product } from '../catalogue/product.ts'
import type { DocSet, Filter } from '../index/types.ts'
import { type Columns, columnsFromBytes, createColumns, textsOf } from './columns.ts'
import { countFacets } from './count-facets.ts'
import { docSetOf, docsOf, hasDoc, intersect, subtract, unite } from './doc-set.ts'
import { createFacetScratch, topOf } from './facets.ts'
import { filterDocs } from './filter.ts'
import { foldValue, LEVEL } from './fold-value.ts'
import { histogramOf } from './histogram.ts'
import { checkPage } from './page.ts'
import { qualityOf } from './quality.ts'
import { sortDocs } from './sort.ts'

const FIELDS: readonly Field[] = [
  { name: 'category', role: 'category' },
  { name: 'colour', role: 'attribute' },
  { name: 'price', role: 'price' },
  { name: 'since', role: 'date' },
]
type Values = Product['values']

const path = fc
  .array(fc.constantFrom('A', 'b', 'C'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(LEVEL))
const colour = fc.constantFrom('Red', 'red', 'BLUE', 'Blue', 'light  blue', 'grün')
const product: fc.Arbitrary<Values> = fc
  .record(
    {
      category: fc.oneof(path, fc.uniqueArray(path, { minLength: 2, maxLength: 3 })),
      colour: fc.oneof(colour, fc.uniqueArray(colour, { minLength: 2, maxLength: 3 })),
      price: fc.integer({ min: -5, max: 40 }).map((value) => value / 2),
      since: fc.integer({ min: 0, max: 10 }).map((day) => day * 86_400_000),
    },
    { requiredKeys: [] },
  )
  .map((values) => ({ ...values }))
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ field: fc.constant('category'), oneOf: fc.array(path, { maxLength: 2 }) }),
  fc.record({ field: fc.constant('colour'), oneOf: fc.array(colour, { maxLength: 2 }) }),
  fc.record({ field: fc.constant('price'), from: fc.integer({ min: -3, max: 20 }) }),
  fc.record({ field: fc.constant('price'), to: fc.integer({ min: -3, max: 20 }) }),
  fc.record({ field: fc.constantFrom('price', 'colour', 'category'), missing: fc.boolean() }),
)
const filter: fc.Arbitrary<Filter> = fc.oneof(
  leaf,
  leaf.map((not) => ({ not })),
  fc
    .array(
      fc.oneof(
        leaf,
        leaf.map((not) => ({ not })),
      ),
      { maxLength: 3 },
    )
    .map((any) => ({ any })),
)

/** Columns after some changes, and what each document holds then (undefined where removed). */
const store = fc
  .array(fc.tuple(fc.nat({ max: 69 }), fc.option(product, { nil: undefined })), { maxLength: 120 })
  .map((changes) => {
    const columns = createColumns(FIELDS)
    const docs: (Values | undefined)[] = []
    for (const [doc, values] of changes) {
      docs[doc] = values
      if (values === undefined) columns.clear(doc)
      else columns.set(doc, values)
      // Now and then a reader in between: changes must not hang on when they are read.
      if (doc % 7 === 0) columns.valueField('colour')!.docsByCode()
    }
    const live = docSetOf(
      docs.flatMap((values, doc) => (values === undefined ? [] : [doc])),
      70,
    )
    return { columns, docs, live }
  })

/** The plain reading of a filter. */
function meets(values: Values, one: Filter): boolean {
  if ('not' in one) return !meets(values, one.not)
  if ('any' in one) return one.any.some((part) => meets(values, part))
  const value = values[one.field]
  if ('missing' in one) return one.missing === (value === undefined)
  if ('oneOf' in one) {
    const own = textsOf(value).map(foldValue)
    return one.oneOf
      .map(foldValue)
      .some((wanted) => own.some((text) => text === wanted || text.startsWith(wanted + LEVEL)))
  }
  return (
    typeof value === 'number' && value >= (one.from ?? -Infinity) && value <= (one.to ?? Infinity)
  )
}

function plainFilter(docs: readonly (Values | undefined)[], filters: readonly Filter[]): number[] {
  return [...docs.keys()].filter((doc) => {
    const values = docs[doc]
    return values !== undefined && filters.every((one) => meets(values, one))
  })
}

function plainCounts(
  docs: readonly (Values | undefined)[],
  found: readonly number[],
  field: string,
): Map<string, number> {
  const counts = new Map<string, number>()
  for (const doc of found) {
    for (const value of new Set(textsOf(docs[doc]![field]).map(foldValue))) {
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
  }
  return counts
}

describe('document sets', () => {
  it('agree with sets of numbers', () => {
    const list = fc.uniqueArray(fc.nat({ max: 99 }))
    fc.assert(
      fc.property(list, list, (a, b) => {
        const [x, y] = [docSetOf(a, 100), docSetOf(b, 100)]
        const rising = (docs: Iterable<number>) => [...docs].toSorted((p, q) => p - q)
        const same = (set: DocSet, docs: Set<number>) => {
          expect([...docsOf(set)]).toEqual(rising(docs))
          expect(set.count).toBe(docs.size)
        }
        same(unite(x, y), new Set([...a, ...b]))
        same(intersect(x, y), new Set(a.filter((doc) => b.includes(doc))))
        same(subtract(x, y), new Set(a.filter((doc) => !b.includes(doc))))
        for (const doc of a) expect(hasDoc(x, doc)).toBe(true)
        expect(hasDoc(x, 5000)).toBe(false)
      }),
    )
  })
})

describe('filterDocs', () => {
  it('agrees with the plain reading, after any changes and after bytes', () => {
    fc.assert(
      fc.property(store, fc.array(filter, { maxLength: 3 }), ({ columns, docs, live }, filters) => {
        const expected = plainFilter(docs, filters)
        expect([...docsOf(filterDocs(columns, filters, live))]).toEqual(expected)
        const again = columnsFromBytes(columns.toBytes())
        expect([...docsOf(filterDocs(again, filters, live))]).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })

  it('refuses unknown fields, wrong kinds, ranges that are none, and endless nesting', () => {
    const columns = createColumns(FIELDS)
    const live = docSetOf([], 10)
    const refuses = (one: Filter, message: RegExp) =>
      expect(() => filterDocs(columns, [one], live)).toThrow(message)
    refuses({ field: 'color', oneOf: ['red'] }, /no field color/)
    refuses({ field: 'price', oneOf: ['red'] }, /no field price with values/)
    refuses({ field: 'colour', from: 1 }, /no field colour with numbers/)
    refuses({ field: 'price', from: Number.NaN }, /no range/)
    let deep: Filter = { field: 'price', missing: true }
    for (let i = 0; i < 20; i++) deep = { not: deep }
    refuses(deep, /too deeply/)
  })
})

describe('countFacets', () => {
  it('counts values as plain counting does, leaving out a field’s own filters', () => {
    fc.assert(
      fc.property(store, fc.array(leaf, { maxLength: 3 }), ({ columns, docs, live }, filters) => {
        const scratch = createFacetScratch()
        for (const field of ['category', 'colour']) {
          const others = filters.filter((one) => !('field' in one) || one.field !== field)
          const counts = plainCounts(docs, plainFilter(docs, others), field)
          const requests = [
            { field, count: 100 },
            { field, count: 2 },
          ]
          const [all, two] = countFacets(columns, { matches: live, filters, requests }, scratch)
          if (all?.kind !== 'values' || two?.kind !== 'values') throw new Error('no values')
          expect(new Map(all.values.map(({ value, count }) => [foldValue(value), count]))).toEqual(
            counts,
          )
          expect(all.distinct).toBe(counts.size)
          expect(two.values).toEqual(all.values.slice(0, 2))
        }
      }),
      { numRuns: 100 },
    )
  })

  it('counts one level of a hierarchy, each product once', () => {
    const columns = createColumns(FIELDS)
    const put = (doc: number, category: string | readonly string[]) =>
      columns.set(doc, { category })
    put(0, ['Home > Bath > Towels', 'Home > Bath > Mats'])
    put(1, 'home > Kitchen')
    put(2, 'Garden')
    put(3, 'Home')
    const count = (under: string, within?: string) => {
      const request = { field: 'category', under, ...(within === undefined ? {} : { within }) }
      const matches = docSetOf([0, 1, 2, 3], 4)
      const facets = countFacets(
        columns,
        { matches, filters: [], requests: [request] },
        createFacetScratch(),
      )
      return facets[0]?.kind === 'values' ? facets[0].values : []
    }
    expect(count('')).toEqual([
      { value: 'Home', count: 3 },
      { value: 'Garden', count: 1 },
    ])
    expect(count('HOME')).toEqual([
      { value: 'Home > Bath', count: 1 },
      { value: 'home > Kitchen', count: 1 },
    ])
    expect(count('Home > Bath')).toHaveLength(2)
    expect(count('Home', 'ki')).toEqual([{ value: 'home > Kitchen', count: 1 }])
  })

  it('bears half a million distinct values within a fraction of a second and bounded memory', () => {
    const columns = createColumns([{ name: 'colour', role: 'attribute' }])
    const products = 250_000
    for (let d = 0; d < products; d++) columns.set(d, { colour: [`a${d}`, `b${d >> 1}`, `c${d}`] })
    const matches = docSetOf(
      Int32Array.from({ length: products }, (_, d) => d),
      products,
    )
    const query = { matches, filters: [], requests: [{ field: 'colour', count: 3 }] }
    const scratch = createFacetScratch()
    countFacets(columns, query, scratch)
    const before = process.cpuUsage()
    const [facet] = countFacets(columns, query, scratch)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(1)
    expect(scratch.counts).toHaveLength(625_000)
    expect(facet).toMatchObject({ distinct: 625_000, products })
    if (facet?.kind !== 'values') throw new Error('no values')
    expect(facet.values.map(({ value, count }) => [value, count])).toEqual([
      ['b0', 2],
      ['b1', 2],
      ['b10', 2],
    ])
  })
})

describe('topOf', () => {
  it('is the beginning of the sorted list', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.nat({ max: 20 }), (items, count) => {
        expect(topOf(items, count, (a, b) => a < b)).toEqual(
          items.toSorted((a, b) => a - b).slice(0, count),
        )
      }),
    )
  })
})

describe('histogramOf', () => {
  it('puts each number into one bar, side by side, between round bounds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('number' as const, 'date' as const),
        (list, wanted, kind) => {
          const numbers = Float64Array.from([...list, Number.NaN])
          const all = Int32Array.from(numbers.keys())
          const { bars, products } = histogramOf(numbers, all, wanted, kind)
          expect(products).toBe(list.length)
          expect(bars.length).toBeLessThanOrEqual(wanted + 3)
          expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(list.length)
          bars.forEach(({ from, to, count }, b) => {
            const isLast = b === bars.length - 1
            if (!isLast) expect(bars[b + 1]!.from).toBe(to)
            expect(list.filter((x) => x >= from && (x < to || (isLast && x <= to)))).toHaveLength(
              count,
            )
          })
        },
      ),
    )
  })

  it('chooses bounds that people read easily', () => {
    const prices = Float64Array.from({ length: 1000 }, (_, i) => 3 + i * 0.097)
    const all = Int32Array.from(prices.keys())
    expect(histogramOf(prices, all, 10).bars.map(({ from }) => from)).toEqual([
      3, 10, 20, 30, 40, 50, 60, 70, 80, 90,
    ])
    const years = Float64Array.from({ length: 1000 }, (_, i) => Date.UTC(1950 + (i % 70), 5, 1))
    const { bars } = histogramOf(years, all, 8, 'date')
    expect(bars.slice(1).map(({ from }) => new Date(from).toISOString().slice(0, 10))).toEqual([
      '1960-01-01',
      '1970-01-01',
      '1980-01-01',
      '1990-01-01',
      '2000-01-01',
      '2010-01-01',
    ])
  })
})

describe('sortDocs', () => {
  it('agrees with sorting all by a plain comparison', () => {
    fc.assert(
      fc.property(store, fc.constantFrom('rising' as const, 'falling' as const), (made, order) => {
        const { columns, docs, live } = made
        const all = docsOf(live)
        const sorted = sortDocs(columns, all, [{ field: 'price', order }], all.length, String)
        const priceOf = (doc: number) => docs[doc]!['price'] as number | undefined
        const key = (doc: number) => {
          const price = priceOf(doc)
          return price === undefined ? Infinity : order === 'rising' ? price : -price
        }
        expect([...sorted]).toEqual(
          [...all].toSorted((a, b) => key(a) - key(b) || (String(a) < String(b) ? -1 : 1)),
        )
        expect([...sortDocs(columns, all, [{ field: 'price', order }], 5, String)]).toEqual(
          [...sorted].slice(0, 5),
        )
      }),
    )
  })

  it('sorts by values, the missing last', () => {
    const columns: Columns = createColumns(FIELDS)
    columns.set(0, { colour: 'Red' })
    columns.set(1, {})
    columns.set(2, { colour: 'blue' })
    const by = (order: 'rising' | 'falling') => [
      ...sortDocs(columns, Int32Array.of(0, 1, 2), [{ field: 'colour', order }], 3, String),
    ]
    expect(by('rising')).toEqual([2, 0, 1])
    expect(by('falling')).toEqual([0, 2, 1])
    expect(() =>
      sortDocs(columns, Int32Array.of(0), [{ field: 'x', order: 'rising' }], 1, String),
    ).toThrow(/no field x/)
  })
})

describe('qualityOf', () => {
  it('mixes popularity and rating, half where nothing is known', () => {
    const columns = createColumns([
      { name: 'sold', role: 'popularity' },
      { name: 'stars', role: 'rating' },
    ])
    columns.set(0, { sold: 0, stars: 1 })
    columns.set(1, { sold: 9, stars: 3 })
    columns.set(2, { sold: 99, stars: 5 })
    columns.set(3, {})
    const quality = qualityOf(columns.fields, columns.numbers, 5, { 'search.rating-share': 0.5 })
    const expected = [(0 + 1 / 6) / 2, (0.5 + 0.5) / 2, (1 + 5 / 6) / 2, 0.5, 0.5]
    expected.forEach((value, doc) => {
      expect(quality[doc]).toBeCloseTo(value, 6)
    })
    expect([...qualityOf([], () => undefined, 2)]).toEqual([0.5, 0.5])
  })
})

describe('checkPage', () => {
  it('lets pages within the bounds pass', () => {
    expect(checkPage({ from: 20, size: 10 })).toEqual({ from: 20, size: 10 })
    expect(() => checkPage({ from: 9_990, size: 20 })).toThrow(/to 10010/)
    expect(() => checkPage({ from: 0, size: 1000 })).toThrow(/1000 results/)
    expect(() => checkPage({ from: -1, size: 10 })).toThrow(/no page/)
    expect(() => checkPage({ from: 0.5, size: 10 })).toThrow(/no page/)
  })
})
