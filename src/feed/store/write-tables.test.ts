import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import { leftovers, storeHash } from '../testing/store.ts'
import { writeTables } from './write-tables.ts'

let db: Database
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.close())

const products = (ids: readonly (string | null)[]): Table => ({
  rowCount: ids.length,
  columns: {
    product_id: textColumn(ids),
    title: textColumn(ids.map((id) => `the ${id}`)),
    price_cents: numberColumn(ids.map((_, i) => (i === 0 ? null : i * 100))),
    launched_on: numberColumn(ids.map((_, i) => 15000 + i)),
  },
})

const sales = (
  rows: readonly (readonly [day: number, product: string, units: number])[],
): Table => ({
  rowCount: rows.length,
  columns: {
    ds: numberColumn(rows.map(([day]) => day)),
    product_id: textColumn(rows.map(([, product]) => product)),
    units: numberColumn(rows.map(([, , units]) => units)),
  },
})

describe('writeTables', () => {
  it('writes tables that refer to each other, fills defaults, and does nothing the second time', async () => {
    const tables = { sales: sales([[15000, 'B', 1.5]]), products: products(['A', 'B']) }
    expect(await writeTables(db, tables)).toEqual([
      { table: 'sales', added: 1, changed: 0, unchanged: 0 },
      { table: 'products', added: 2, changed: 0, unchanged: 0 },
    ])
    expect(await db.rows('SELECT * FROM sales')).toEqual([
      { ds: 15000, product_id: 'B', place_id: 'all', units: 1.5, revenue_cents: null, in_stock: 1 },
    ])
    expect(await db.rows('SELECT price_cents, launched_on FROM products ORDER BY 2')).toEqual([
      { price_cents: null, launched_on: 15000 },
      { price_cents: 100, launched_on: 15001 },
    ])
    const again = await writeTables(db, tables)
    expect(again.map(({ unchanged }) => unchanged)).toEqual([1, 2])
    expect(await leftovers(db)).toBe(0)
  })

  it.each<[string, Record<string, Table>, string]>([
    ['unknown table', { nothing: sales([[1, 'A', 1]]) }, 'ERR_FEED_UNKNOWN_TABLE'],
    ['unknown product', { sales: sales([[15000, 'Z', 1]]) }, 'ERR_FEED_UNKNOWN_REFERENCE'],
    ['two of a key', { products: products(['C', 'C']) }, 'ERR_FEED_DUPLICATE_KEY'],
    ['no key', { products: products([null]) }, 'ERR_FEED_BAD_VALUE'],
    ['negative', { sales: sales([[15000, 'A', -1]]) }, 'ERR_FEED_BAD_VALUE'],
    ['infinite', { sales: sales([[15000, 'A', Infinity]]) }, 'ERR_FEED_BAD_VALUE'],
    ['half a day', { sales: sales([[15000.5, 'A', 1]]) }, 'ERR_FEED_BAD_VALUE'],
    ['a day beyond all', { sales: sales([[1e300, 'A', 1]]) }, 'ERR_FEED_BAD_VALUE'],
    [
      'numbers for texts',
      {
        sales: {
          rowCount: 1,
          columns: { ...sales([[1, 'A', 1]]).columns, product_id: numberColumn([1]) },
        },
      },
      'ERR_FEED_BAD_HEADER',
    ],
  ])('refuses %s and leaves the store as it was', async (_name, tables, code) => {
    await writeTables(db, { products: products(['A']) })
    const before = await storeHash(db)
    await expect(writeTables(db, tables)).rejects.toMatchObject({ code })
    expect(await storeHash(db)).toBe(before)
    expect(await leftovers(db)).toBe(0)
  })
})
