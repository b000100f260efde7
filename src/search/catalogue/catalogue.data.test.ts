import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCatalogue } from './read-catalogue.ts'

const folder =
  process.env['STOREWRIGHT_DATA'] ?? new URL('../../../../shared/data', import.meta.url).pathname
const fileOf = (name: string) => join(folder, 'search', name)

async function read(name: string) {
  const { choices, idField, products, report } = await readCatalogue(fileOf(name))
  const roles = Object.fromEntries(choices.map(({ field, role }) => [field, role]))
  return { idField, roles, products, report }
}

/** Milliseconds: reading and indexing whole catalogues, on a machine that others work on too. */
const PATIENCE = 180_000

describe.skipIf(!existsSync(fileOf('msrd')))('catalogues of ../shared/data/search', () => {
  it(
    'reads movies',
    async () => {
      const { idField, roles, products } = await read('msrd/movies.jsonl.gz')
      expect(products).toHaveLength(9750)
      expect({ id: idField, ...roles }).toMatchObject({
        id: 'id',
        title: 'title',
        overview: 'text',
        genres: 'category',
        actors: 'attribute',
        votes: 'popularity',
        popularity: 'popularity',
        rating: 'rating',
        year: 'date',
        budget: 'number',
        url: 'ignored',
      })
    },
    PATIENCE,
  )

  it(
    'reads electronics with five thousand sparse attributes',
    async () => {
      const { roles, products } = await read('icecat/products.jsonl.gz')
      expect(products).toHaveLength(19_406)
      expect(roles).toMatchObject({
        title: 'title',
        supplier: 'brand',
        price: 'price',
        date_released: 'date',
        attr_t_product_colour: 'attribute',
        attr_n_internal_memory: 'number',
        ean: 'ignored',
      })
      expect(products.some(({ values }) => 'attributes' in values)).toBe(true)
    },
    PATIENCE,
  )

  it(
    'reads a retailer’s CSV with quotes behind backslashes',
    async () => {
      const { idField, roles, products, report } = await read('retrotech/products.csv.gz')
      expect(idField).toBe('upc')
      expect(roles).toEqual({
        name: 'title',
        manufacturer: 'brand',
        short_description: 'text',
        long_description: 'text',
      })
      expect(report).toMatchObject({ rows: 48_194, products: 46_156, faultCount: 0 })
      expect(products.filter(({ id }) => id.startsWith('0')).length).toBeGreaterThan(10_000)
    },
    PATIENCE,
  )
})
