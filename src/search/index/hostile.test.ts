import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIndex } from './door.ts'
import { RANDOM_FIELDS, randomProduct } from './testing/random-products.ts'

/** Milliseconds of CPU that no query on a small index may take; hundreds of times what they do. */
const BUDGET_MS = 500

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ maxLength: 50 }),
  fc.constantFrom('', ' ', '"', 'a'.repeat(10_000), 'red '.repeat(3000), '__proto__ constructor'),
  fc.constantFrom('\ud800', '\udfff\ud800', '😀😀', '\u0000\u0007', '東'.repeat(5000), '-/-', "'s"),
  fc.constantFrom(
    '8gb8gb',
    '1.2.3.4',
    '1,,2',
    '"17""',
    'ﷺ',
    'İ',
    'ǆ',
    '\u202e\u200b',
    '%%%',
    '*:*',
  ),
)

describe('any query', () => {
  const index = createIndex(RANDOM_FIELDS, { languages: ['en', 'de', 'fr'], synonyms: 'a b, c d' })
  index.add(fc.sample(randomProduct, { numRuns: 200, seed: 1 }))

  it('is answered, in time, with finite falling scores', () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), fc.boolean(), (text, unfinished, all) => {
        const start = process.cpuUsage()
        const query = index.analyze(text, { unfinished })
        const match = all ? 'all' : 'any'
        const found = index.top(query, { count: 10, typos: true, proximity: true, match })
        const measures = index.measure(query, found.docs)
        const spent = process.cpuUsage(start)
        expect(measures.length).toBe(found.docs.length * index.textMeasures.length)
        found.scores.forEach((score, i) => {
          expect(Number.isFinite(score)).toBe(true)
          if (i > 0) expect(score).toBeLessThanOrEqual(found.scores[i - 1]!)
        })
        expect((spent.user + spent.system) / 1000).toBeLessThan(BUDGET_MS)
      }),
      { numRuns: 1000 },
    )
  })

  it('finds any product by its own title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (title) => {
        const one = createIndex(RANDOM_FIELDS)
        one.add([{ id: 'x', values: { title } }])
        const query = one.analyze(title)
        const { docs } = one.top(query, { count: 1 })
        expect(docs.length).toBe(query.tokens.length > 0 ? 1 : 0)
        expect(one.productOf(one.docOf('x'))).toEqual({ id: 'x', values: { title } })
      }),
      { numRuns: 300 },
    )
  })
})
