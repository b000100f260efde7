import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createIndex } from './door.ts'
import { RANDOM_FIELDS, randomProduct, randomQuery } from './testing/random-products.ts'
import type { DocSet, TextOptions } from './types.ts'

const FEW: DocSet = { words: Uint32Array.of(0x55555555, 0x0f0f0f0f), count: 32 }

const options: fc.Arbitrary<TextOptions> = fc.record(
  {
    count: fc.integer({ min: 1, max: 40 }),
    typos: fc.boolean(),
    match: fc.constantFrom('any' as const, 'all' as const),
    scoring: fc.constantFrom('sum' as const, 'combined' as const),
    proximity: fc.boolean(),
    prior: fc.constantFrom(0, 0.5),
    allowed: fc.constant(FEW),
    weights: fc.constantFrom({ title: 3 }, { title: 0.5 }),
  },
  { requiredKeys: ['count'] },
)

it('is found again as an index that remembers nothing finds it, whatever was asked before', () => {
  const asked = fc.array(fc.tuple(fc.nat(2), fc.boolean(), options), {
    minLength: 1,
    maxLength: 25,
  })
  const queries = fc.array(randomQuery, { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(
      fc.array(randomProduct, { maxLength: 60 }),
      queries,
      asked,
      (products, texts, all) => {
        const [keeping, fresh] = [createIndex(RANDOM_FIELDS), createIndex(RANDOM_FIELDS)]
        keeping.add(products)
        fresh.add(products)
        all.forEach(([q, unfinished, one], step) => {
          if (step === 9) keeping.add([{ id: 'new', values: { title: texts[0]! } }])
          if (step === 9) fresh.add([{ id: 'new', values: { title: texts[0]! } }])
          const found = keeping.top(keeping.analyze(texts[q]!, { unfinished }), one)
          // Another search in between fills what is kept.
          for (let k = 0; k < 7; k++) fresh.top(fresh.analyze(`other ${k}`), { count: 1, prior: k })
          const plain = fresh.top(fresh.analyze(texts[q]!, { unfinished }), one)
          expect(found).toEqual(plain)
          found.docs.fill(0)
        })
      },
    ),
    { numRuns: 60 },
  )
})
