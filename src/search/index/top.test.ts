import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Product } from '../catalogue/product.ts'
import { createAnalyzer } from '../query/analyzer.ts'
import { readSynonyms } from '../query/synonyms.ts'
import { clauseWeight, nearPairs, titleGain } from './bonuses.ts'
import { Collection } from './collection.ts'
import { ImpactStore } from './impact-store.ts'
import { QueryPlanner } from './query-plan.ts'
import { plainSearch } from './testing/plain-search.ts'
import {
  productsAfter,
  RANDOM_FIELDS,
  randomChanges,
  randomProduct,
  randomQuery,
} from './testing/random-products.ts'
import { TextSearch } from './text-search.ts'
import type { TextOptions } from './types.ts'

const SYNONYMS = readSynonyms('phone, iphone\nstar wars => disc\nreader, blu ray')

function build(synonyms = SYNONYMS) {
  const collection = new Collection(RANDOM_FIELDS, createAnalyzer(['en']), {})
  const store = new ImpactStore(collection, {})
  const planner = new QueryPlanner(collection, store, synonyms, {})
  return { collection, store, planner, search: new TextSearch(collection, store, planner, {}) }
}

/** The fast search's answer and the plain one's, as ids and scores. */
function both(
  parts: ReturnType<typeof build>,
  products: readonly Product[],
  text: string,
  unfinished: boolean,
  options: TextOptions,
) {
  const { collection, store, planner, search } = parts
  const query = collection.analyzer.analyzeQuery(text, unfinished, () => false)
  const fast = search.top(query, options)
  const clauses = planner.clausesOf(query, options.typos ?? false)
  const size = products.length
  const weights = clauses.map((c) => clauseWeight(c, (terms) => planner.frequencyOf(terms), size))
  const pairs = options.proximity ? nearPairs(clauses, weights, {}) : []
  const quality = store.quality()
  const plain = plainSearch(collection, products, {
    query,
    clauses,
    rule: search.ruleOf(options),
    all: options.match === 'all',
    titleGain: query.unfinished ? 0 : titleGain(weights, collection.textFields, {}),
    pairs: pairs.map(({ left, right, gain }) => ({
      left: clauses.indexOf(left),
      right: clauses.indexOf(right),
      gain,
    })),
    qualityOf: (id) => quality[collection.docOf(id)]!,
  })
  return {
    fast: [...fast.docs].map((doc, i) => ({ id: collection.idOf(doc)!, score: fast.scores[i]! })),
    plain: plain.slice(0, options.count),
  }
}

const options = fc.record({
  count: fc.integer({ min: 1, max: 12 }),
  scoring: fc.constantFrom('sum' as const, 'combined' as const),
  prior: fc.constantFrom(0, 0.3),
  match: fc.constantFrom('any' as const, 'all' as const),
  typos: fc.boolean(),
  proximity: fc.boolean(),
})

describe('the best documents', () => {
  it('are those of scoring every document from its text', () => {
    fc.assert(
      fc.property(
        fc.array(randomProduct, { minLength: 1, maxLength: 60 }),
        randomQuery,
        fc.boolean(),
        options,
        (products, query, unfinished, chosen) => {
          const parts = build()
          parts.collection.add(products)
          const left = [...new Map(products.map((product) => [product.id, product])).values()]
          const { fast, plain } = both(parts, left, query, unfinished, chosen)
          expect(fast).toEqual(plain)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('are so after any changes, in many segments', () => {
    fc.assert(
      fc.property(randomChanges, randomQuery, options, (changes, query, chosen) => {
        const parts = build()
        for (const change of changes) {
          if (change.kind === 'add') parts.collection.add(change.products)
          else parts.collection.remove(change.ids)
        }
        const left = [...productsAfter(changes).values()]
        const { fast, plain } = both(parts, left, query, false, chosen)
        expect(fast).toEqual(plain)
      }),
      { numRuns: 200 },
    )
  })

  it('are so over many windows and blocks', () => {
    const parts = build()
    const words = ['red', 'blue', 'green', 'usb', 'case', 'star', 'wars', 'disc']
    const products = Array.from({ length: 5000 }, (_, i): Product => {
      const picked = words.filter((_, w) => Math.imul(i + 1, 2654435761 + w * 40503) >>> 28 < w + 1)
      return { id: `p${(i * 7919) % 5000}`, values: { title: picked.join(' '), sold: i % 13 } }
    })
    parts.collection.add(products.slice(0, 3000))
    parts.collection.add(products.slice(3000))
    for (const query of ['red', 'red star', 'star wars disc', 'blue usb case green red']) {
      for (const [proximity, count] of [
        [false, 10],
        [true, 10],
        [false, 300],
      ] as const) {
        const { fast, plain } = both(parts, products, query, false, { count, proximity })
        expect(fast).toEqual(plain)
      }
    }
  })
})
