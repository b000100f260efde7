import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCatalogue } from '../catalogue/read-catalogue.ts'
import { createIndex } from '../index/door.ts'
import { structuredArm } from './structured-arm.ts'
import { createUnderstanding } from './understanding.ts'

const folder =
  process.env['STOREWRIGHT_DATA'] ?? new URL('../../../../shared/data', import.meta.url).pathname
const fileOf = (name: string) => join(folder, 'search', name)

async function open(name: string) {
  const { fields, products } = await readCatalogue(fileOf(name))
  const index = createIndex(fields)
  index.add(products)
  const understanding = createUnderstanding(index)
  const arm = structuredArm(index, understanding.slotDocs)
  return {
    /** Slots of the likeliest reading, as texts. */
    slots(text: string): string[] {
      const [reading] = understanding.read(index.analyze(text))
      return reading!.slots.map(({ field, meaning, negated }) => {
        const what = meaning.kind === 'value' ? meaning.value : `${meaning.from}…${meaning.to}`
        return `${negated ? 'not ' : ''}${field}: ${what}`.toLowerCase()
      })
    },
    found(text: string, count: number) {
      const query = index.analyze(text)
      const asked = { ...query, interpretations: understanding.read(query) }
      const { docs } = arm.retrieve({ query: asked, count, now: 0, seed: 1 })
      return Array.from(docs, (doc) => index.productOf(doc)!.values)
    },
  }
}

/** Milliseconds: reading and indexing whole catalogues, on a machine that others work on too. */
const PATIENCE = 180_000

describe.skipIf(!existsSync(fileOf('msrd')))('understanding on ../shared/data/search', () => {
  it(
    'reads actors, directors, genres and years of movies',
    async () => {
      const { slots, found } = await open('msrd/movies.jsonl.gz')
      const year = (y: number) => `year: ${Date.UTC(y, 0, 1)}…${Date.UTC(y + 1, 0, 1) - 1}`
      expect(slots('movies with tom hanks 1994')).toEqual(['actors: tom hanks', year(1994)])
      expect(slots('comedy without adam sandler')).toContain('not actors: adam sandler')
      expect(slots('horror')).toEqual(['genres: horror'])
      const titles = found('movies with tom hanks 1994', 3).map((values) => values['title'])
      expect(titles).toContain('Forrest Gump')
    },
    PATIENCE,
  )

  it(
    'reads brands, colours and techniques of electronics',
    async () => {
      const { slots, found } = await open('icecat/products.jsonl.gz')
      expect(slots('hp laser printer black')).toEqual(
        expect.arrayContaining(['supplier: hp', 'attr_t_print_technology: laser printing']),
      )
      expect(slots('cheap samsung phone')[1]).toBe('supplier: samsung')
      expect(slots('blue usb cable 2m')).toContain('attr_n_cable_length: 1.96…2.04')
      const hp = found('hp laser printer black', 10).filter((values) => values['supplier'] === 'HP')
      expect(hp.length).toBeGreaterThanOrEqual(8)
    },
    PATIENCE,
  )
})
