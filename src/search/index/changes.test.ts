import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIndex, openIndex } from './door.ts'
import {
  type Change,
  productsAfter,
  RANDOM_FIELDS,
  randomChanges,
  randomQuery,
} from './testing/random-products.ts'
import type { SearchIndex } from './types.ts'

/** Everything that an index says of a query, by product id. */
function answers(index: SearchIndex, text: string) {
  const query = index.analyze(text, { unfinished: text.length % 2 === 0 })
  const found = index.top(query, { count: 8, typos: true, proximity: true })
  const ids = [...found.docs].map((doc) => index.idOf(doc))
  return {
    ids,
    scores: [...found.scores],
    size: index.size,
    measures: [...index.measure(query, found.docs)],
    products: [...found.docs].map((doc) => index.productOf(doc)),
    frequencies: query.terms.map((term) => index.documentFrequency(term)),
    cheap: index.filter([{ field: 'price', to: 200 }]).count,
  }
}

function apply(index: SearchIndex, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.kind === 'add') index.add(change.products)
    else index.remove(change.ids)
  }
}

describe('changes', () => {
  it('leave an index as one made afresh', () => {
    fc.assert(
      fc.property(randomChanges, fc.array(randomQuery, { maxLength: 4 }), (changes, queries) => {
        const index = createIndex(RANDOM_FIELDS)
        apply(index, changes)
        const fresh = createIndex(RANDOM_FIELDS)
        fresh.add(productsAfter(changes).values())
        for (const query of queries) expect(answers(index, query)).toEqual(answers(fresh, query))
      }),
      { numRuns: 200 },
    )
  })

  it('go on after saving and opening', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'search-changes-'))
    try {
      await fc.assert(
        fc.asyncProperty(
          randomChanges,
          randomChanges,
          randomQuery,
          async (before, after, query) => {
            const index = createIndex(RANDOM_FIELDS)
            apply(index, before)
            await index.save(join(folder, 'index'))
            const opened = await openIndex(join(folder, 'index'))
            expect(answers(opened, query)).toEqual(answers(index, query))
            apply(opened, after)
            const fresh = createIndex(RANDOM_FIELDS)
            fresh.add(productsAfter([...before, ...after]).values())
            expect(answers(opened, query)).toEqual(answers(fresh, query))
          },
        ),
        { numRuns: 60 },
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
