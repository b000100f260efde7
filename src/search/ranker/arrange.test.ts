import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testShop } from '../judged/testing/shop.ts'
import { diversify } from './diversity.ts'
import { longestRun } from './features/title-match.ts'
import { prepareRules } from './rules/apply-rules.ts'
import { readRules } from './rules/check-rules.ts'
import { standardFeatures } from './standard-features.ts'
import { percentiles } from './standing.ts'
import { describeUnion, directionsOf } from './table.ts'

const index = testShop()
const found = index.top(index.analyze('laptop'), { count: 20 })
const idsOf = (docs: ArrayLike<number>) => Array.from(docs, (doc) => index.idOf(doc)!)

describe('standardFeatures', () => {
  const features = standardFeatures(['text-sum'])
  const describeQuery = (raw: string) => {
    const query = index.analyze(raw)
    const docs = Int32Array.from({ length: index.capacity }, (_, doc) => doc)
    return describeUnion(features, { index, query, union: { docs, arms: [] }, now: 0 })
  }
  const valueAt = (raw: string, id: string, name: string) => {
    const { names, columns } = describeQuery(raw)
    return columns[names.indexOf(name)]![index.docOf(id)]!
  }

  it('have names and directions for every column, and bear any query', () => {
    const names = features.flatMap((feature) => feature.columns(index))
    expect(new Set(names).size).toBe(names.length)
    expect(directionsOf(features, index).length).toBe(names.length)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (raw) => {
        const table = describeQuery(raw)
        expect(table.names).toEqual(names)
        const isOdd = (value: number) => Math.abs(value) === Infinity
        expect(table.columns.some((column) => column.some(isOdd))).toBe(false)
      }),
      { numRuns: 15 },
    )
  })

  it('tell a thing from what goes with it', () => {
    expect(valueAt('laptop', 'Acme-laptop-bag', 'head:after-for')).toBe(1)
    expect(valueAt('laptop', 'Acme-laptop-', 'head:after-for')).toBe(0)
    expect(valueAt('bag', 'Acme-laptop-bag', 'head:followed-by-word')).toBe(1)
    expect(valueAt('laptop', 'Acme-laptop-', 'head:followed-by-word')).toBe(0)
  })

  it('read titles, initials, years and numbers', () => {
    expect(valueAt('acme bag for laptop', 'Acme-laptop-bag', 'title:exact')).toBe(1)
    expect(valueAt('abfl', 'Acme-laptop-bag', 'acronym:of-title')).toBe(1)
    const year = index.valueOf(index.docOf('Acme-laptop-'), 'year') as number
    expect(valueAt(`acme laptop ${year}`, 'Acme-laptop-', 'named-number:year-distance')).toBe(0)
    expect(valueAt(`acme laptop ${year}`, 'Acme-laptop-', 'named-number:missing')).toBe(0)
    expect(valueAt('acme laptop 5', 'Acme-laptop-', 'named-number:missing')).toBe(1)
    expect(valueAt('lap top', 'Acme-laptop-', 'letters:query-covered')).toBeGreaterThan(0.3)
  })

  it('describe the customer', () => {
    const query = index.analyze('laptop')
    const docs = Int32Array.of(index.docOf('Acme-laptop-'), index.docOf('Delta-laptop-'))
    const asker = { recentProducts: ['Delta-camera-'], pastProducts: ['Acme-laptop-'] }
    const { names, columns } = describeUnion(features, {
      index,
      query,
      union: { docs, arms: [] },
      asker,
      now: 0,
    })
    expect([...columns[names.indexOf('customer:brand')]!]).toEqual([
      expect.closeTo(0.444, 2),
      expect.closeTo(0.556, 2),
    ])
    expect([...columns[names.indexOf('customer:seen-before')]!]).toEqual([1, 0])
  })
})

describe('standing', () => {
  it('counts ties half and leaves gaps', () => {
    expect([...percentiles([3, 1, Number.NaN, 3])]).toEqual([0.75, 0, Number.NaN, 0.75])
    expect([...percentiles([5])]).toEqual([0.5])
  })

  it('finds the longest common run as trying every pair of places does', () => {
    const words = fc.array(fc.constantFrom(1, 2, 3), { maxLength: 7 })
    fc.assert(
      fc.property(words, words, (a, b) => {
        let best = 0
        for (let i = 0; i < a.length; i++) {
          for (let j = 0; j < b.length; j++) {
            let n = 0
            while (a[i + n] !== undefined && a[i + n] === b[j + n]) n++
            best = Math.max(best, n)
          }
        }
        expect(longestRun(Int32Array.from(a), Int32Array.from(b))).toBe(best)
      }),
    )
  })
})

describe('diversify', () => {
  it('leaves the order at 0, and is a rearrangement at any setting', () => {
    expect([...diversify(index, found.docs, found.scores)]).toEqual([...found.docs.keys()])
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.95, noNaN: true }), (lambda) => {
        const order = diversify(index, found.docs, found.scores, { 'search.diversity': lambda })
        expect([...order].sort((a, b) => a - b)).toEqual([...found.docs.keys()])
        expect(order[0]).toBe(0)
      }),
    )
  })

  it('brings other kinds up', () => {
    const kinds = (order: Int32Array) =>
      new Set([...order.slice(0, 4)].map((place) => index.valueOf(found.docs[place]!, 'kind'))).size
    const mixed = diversify(index, found.docs, found.scores, { 'search.diversity': 0.8 })
    expect(kinds(mixed)).toBeGreaterThan(kinds(diversify(index, found.docs, found.scores)))
  })
})

describe('rules', () => {
  const apply = (data: unknown, raw = 'laptop') => {
    const rules = prepareRules(index, readRules(data))
    return { rules, ...rules.apply(index.analyze(raw), found.docs, found.scores) }
  }
  const last = idsOf(found.docs).at(-1)!

  it('pin a product, found or not, for the queries meant', () => {
    const pin = {
      name: 'offer',
      query: { kind: 'is', text: 'Laptop' },
      action: { kind: 'pin', productId: 'Acme-router-', position: 2 },
    }
    const { docs, movedBy } = apply([pin])
    expect(idsOf(docs)[1]).toBe('Acme-router-')
    expect(docs.length).toBe(found.docs.length + 1)
    expect(movedBy.get(index.docOf('Acme-router-'))).toEqual(['offer'])
    expect([...apply([pin], 'laptop bag').docs]).toEqual([...found.docs])
    expect(
      idsOf(apply([{ ...pin, query: { kind: 'begins', text: 'lap' } }], 'laptop').docs)[1],
    ).not.toBe('Acme-router-')
    expect(
      idsOf(apply([{ ...pin, query: { kind: 'has', text: 'laptop' } }], 'new laptop').docs)[1],
    ).toBe('Acme-router-')
  })

  it('boost and bury by filter and by id', () => {
    const boost = {
      name: 'push',
      action: { kind: 'boost', target: { productIds: [last] }, by: 50 },
    }
    expect(idsOf(apply([boost]).docs)[0]).toBe(last)
    const bury = {
      name: 'no bags',
      action: { kind: 'bury', target: { filters: [{ field: 'kind', oneOf: ['bag'] }] } },
    }
    const kinds = [...apply([bury]).docs].map((doc) => index.valueOf(doc, 'kind'))
    expect(kinds.slice(0, kinds.indexOf('bag')).includes('bag')).toBe(false)
    expect(kinds.slice(kinds.indexOf('bag')).every((kind) => kind === 'bag')).toBe(true)
  })

  it('keep every document once, whatever the rules', () => {
    const ids = idsOf(found.docs)
    const id = fc.constantFrom(...ids, 'nothing', 'Acme-router-')
    const rule = fc.oneof(
      fc.record({
        kind: fc.constant('pin'),
        productId: id,
        position: fc.integer({ min: 1, max: 30 }),
      }),
      fc.record({
        kind: fc.constant('boost'),
        target: fc.record({ productIds: fc.array(id) }),
        by: fc.double({ min: -9, max: 9, noNaN: true }),
      }),
      fc.record({ kind: fc.constant('bury'), target: fc.record({ productIds: fc.array(id) }) }),
    )
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 6 }), (actions) => {
        const { docs } = apply(actions.map((action, i) => ({ name: `${i}`, action })))
        expect(new Set(docs).size).toBe(docs.length)
        for (const doc of found.docs) expect(docs).toContain(doc)
      }),
    )
  })

  it('state conflicts, and only where one query may be for both', () => {
    const pin = (name: string, productId: string, position: number, text?: string) => ({
      name,
      ...(text === undefined ? {} : { query: { kind: 'is', text } }),
      action: { kind: 'pin', productId, position },
    })
    expect(
      apply([pin('a', 'Acme-router-', 1), pin('b', 'Acme-phone-', 1)]).rules.conflicts,
    ).toHaveLength(1)
    expect(
      apply([pin('a', 'Acme-router-', 1), pin('b', 'Acme-router-', 2)]).rules.conflicts[0],
    ).toMatch(/places 1 and 2/)
    expect(
      apply([pin('a', 'Acme-router-', 1, 'x'), pin('b', 'Acme-phone-', 1, 'y')]).rules.conflicts,
    ).toEqual([])
    const bury = { name: 'c', action: { kind: 'bury', target: { productIds: ['Acme-router-'] } } }
    expect(apply([pin('a', 'Acme-router-', 1), bury]).rules.conflicts[0]).toMatch(
      /pinned and buried/,
    )
  })

  it('are refused with the place at fault', () => {
    const bad = [
      [{}, /list of rules/],
      [[{ name: '' }], /rule 1: name/],
      [[{ name: 'a', action: { kind: 'pin', productId: 'x', position: 0 } }], /position is 0/],
      [[{ name: 'a', action: { kind: 'push' } }], /pin, boost, bury/],
      [[{ name: 'a', action: { kind: 'bury', target: {} } }], /productIds or filters/],
      [
        [{ name: 'a', action: { kind: 'boost', target: { productIds: ['x'] }, by: 'much' } }],
        /by is/,
      ],
      [[{ name: 'a', extra: 1, action: { kind: 'pin', productId: 'x', position: 1 } }], /extra/],
      [
        [
          {
            name: 'a',
            query: { kind: 'like', text: 'x' },
            action: { kind: 'pin', productId: 'x', position: 1 },
          },
        ],
        /is, begins, has/,
      ],
    ] as const
    for (const [data, message] of bad) expect(() => readRules(data)).toThrow(message)
    const unknown = [
      {
        name: 'a',
        action: { kind: 'bury', target: { filters: [{ field: 'nothing', oneOf: ['x'] }] } },
      },
    ]
    expect(() => prepareRules(index, readRules(unknown))).toThrow(/nothing/)
  })
})
