import fc from 'fast-check'
import { expect, it } from 'vitest'
import { docSetOf } from '../values/doc-set.ts'
import { createIndex } from './door.ts'
import { RANDOM_FIELDS, randomProduct, randomQuery } from './testing/random-products.ts'

it('finds among few documents what searching all and leaving out the others finds', () => {
  const some = fc.record({
    products: fc.array(randomProduct, { minLength: 60, maxLength: 60 }),
    query: randomQuery,
    allowed: fc.array(fc.nat(900), { maxLength: 6 }),
    count: fc.integer({ min: 1, max: 8 }),
    match: fc.constantFrom('any' as const, 'all' as const),
    proximity: fc.boolean(),
    typos: fc.boolean(),
  })
  fc.assert(
    fc.property(some, ({ products, query, allowed: docs, count, ...options }) => {
      const index = createIndex(RANDOM_FIELDS)
      for (const part of [0, 1, 2]) {
        index.add(
          Array.from({ length: 300 }, (_, i) => {
            const { values } = products[(i * 7 + part) % 60]!
            return { id: `p${part}-${(i * 37) % 300}`, values }
          }),
        )
      }
      const analyzed = index.analyze(query)
      const allowed = docSetOf(
        docs.filter((doc) => doc < index.capacity),
        index.capacity,
      )
      const all = index.top(analyzed, { ...options, count: index.size })
      const isAllowed = (doc: number) => docs.includes(doc)
      const wanted = [...all.docs].filter(isAllowed).slice(0, count)
      const found = index.top(analyzed, { ...options, count, allowed })
      expect([...found.docs]).toEqual(wanted)
      const scoreOf = new Map([...all.docs].map((doc, i) => [doc, all.scores[i]]))
      expect([...found.scores]).toEqual(wanted.map((doc) => scoreOf.get(doc)))
    }),
    { numRuns: 60 },
  )
})
