import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { cellRowSchema } from '../declare/schema.ts'
import { products } from '../tables/catalog.ts'
import { orders } from '../tables/sales.ts'
import { cellFor } from '../testing/cells.ts'
import { storeHash, testFolder } from '../testing/store.ts'
import { exportTable } from './export-table.ts'
import { importFeed } from './import-feed.ts'

const folder = testFolder()
afterAll(() => folder.remove())

/** Sound rows of a table as a CSV file. */
function csvOf(table: typeof products | typeof orders) {
  const schema = cellRowSchema<typeof products | typeof orders>({
    ...table,
    references: {},
  } as never)
  const names = Object.keys(table.columns)
  const row = fc
    .tuple(...Object.values(table.columns).map(cellFor))
    .filter(
      (cells) => schema.safeParse(Object.fromEntries(names.map((n, i) => [n, cells[i]]))).success,
    )
    .map((cells) => cells.map((cell, i) => (names[i] === 'area_id' ? '' : cell)))
  const rows = fc.uniqueArray(row, { minLength: 1, maxLength: 6, selector: ([key]) => key })
  const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`
  return rows.map((list) =>
    [names, ...list].map((cells) => `${cells.map(quote).join(',')}\n`).join(''),
  )
}

describe('exportTable', () => {
  it('writes what imports again to the same store, as CSV and as Parquet', async () => {
    const feed = fc.record({ products: csvOf(products), orders: csvOf(orders) })
    await fc.assert(
      fc.asyncProperty(feed, fc.constantFrom('csv', 'parquet'), async (texts, format) => {
        const [from, to] = [await openDatabase(':memory:'), await openDatabase(':memory:')]
        const [given, out] = [folder.fresh(), folder.fresh()]
        given.write({ 'products.csv': texts.products, 'orders.csv': texts.orders })
        expect((await importFeed(from, given.path)).faults).toEqual([])
        for (const table of ['products', 'orders']) {
          const path = `${out.path}/${table}.${format}`
          await exportTable(from, table, { format: format as 'csv', out: path })
        }
        // A zone of its own must not move what left with an offset.
        const report = await importFeed(to, out.path, { timeZone: 'Asia/Tokyo' })
        expect(report.faults).toEqual([])
        expect(await storeHash(to)).toBe(await storeHash(from))
        from.close()
        to.close()
      }),
      { numRuns: 20 },
    )
  })

  it('writes whole files or none, CSV to a callback, and Parquet to files alone', async () => {
    const db = await openDatabase(':memory:')
    const text = 'product_id,title\nB,"x, y"\nA,é\n'
    await importFeed(db, folder.fresh().write({ 'products.csv': text }))
    const chunks: Uint8Array[] = []
    const write = (bytes: Uint8Array) => void chunks.push(bytes)
    expect(await exportTable(db, 'products', { format: 'csv', write })).toEqual({ rows: 2 })
    const lines = Buffer.concat(chunks).toString().split('\n')
    expect(lines[0]).toMatch(/^product_id,title,category/)
    expect(lines.slice(1)).toEqual(['A,é,,,,,,,,', 'B,"x, y",,,,,,,,', ''])
    await expect(exportTable(db, 'products', { format: 'parquet', write })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
    })
    await expect(exportTable(db, 'nothing', { format: 'csv', write })).rejects.toMatchObject({
      code: 'ERR_FEED_UNKNOWN_TABLE',
    })
    const own = folder.fresh()
    await db.run('DROP TABLE sales')
    const out = `${own.path}/sales.csv`
    await expect(exportTable(db, 'sales', { format: 'csv', out })).rejects.toMatchObject({
      code: 'ERR_SQL',
    })
    expect(readdirSync(own.path)).toEqual([])
    db.close()
  })
})
