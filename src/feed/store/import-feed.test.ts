import fc from 'fast-check'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { leftovers, SOUND_FEED, storeHash, testFolder } from '../testing/store.ts'
import { checkFeed, importFeed } from './import-feed.ts'

const folder = testFolder()
afterAll(() => folder.remove())

let db: Database
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.close())

describe('importFeed', () => {
  it('loads a feed, says what it added, and does nothing the second time', async () => {
    const path = folder.fresh().write(SOUND_FEED)
    const first = await importFeed(db, path)
    expect(first.faults).toEqual([])
    expect(first.changes).toEqual([
      { table: 'order_lines', added: 3, changed: 0, unchanged: 0 },
      { table: 'orders', added: 2, changed: 0, unchanged: 0 },
      { table: 'products', added: 3, changed: 0, unchanged: 0 },
      { table: 'sales', added: 3, changed: 0, unchanged: 0 },
    ])
    const hash = await storeHash(db)
    const second = await importFeed(db, path)
    expect(second).toMatchObject({ imported: true, nothingNew: true })
    expect(second.changes.every(({ added, changed }) => added + changed === 0)).toBe(true)
    expect(await storeHash(db)).toBe(hash)
    expect(await leftovers(db)).toBe(0)
  })

  it('fills defaults, keeps texts as they are, and leaves gaps missing', async () => {
    await importFeed(db, folder.fresh().write(SOUND_FEED))
    expect(await db.rows("SELECT * FROM sales WHERE product_id = 'B'")).toEqual([
      { ds: 14977, product_id: 'B', place_id: 'all', units: 1.5, revenue_cents: null, in_stock: 1 },
    ])
    const [mug] = await db.rows("SELECT description FROM products WHERE product_id = 'A'")
    expect(mug?.['description']).toBe('Stoneware.\nSafe in the dishwasher, "mostly".')
  })

  it('changes what differs and keeps the columns that a file does not have', async () => {
    await importFeed(db, folder.fresh().write(SOUND_FEED))
    const files = { 'products.csv': 'product_id,title\nA,"Mug, blue"\nB,Deep plate\nD,Knife\n' }
    const report = await importFeed(db, folder.fresh().write(files))
    expect(report.changes).toEqual([{ table: 'products', added: 1, changed: 1, unchanged: 1 }])
    expect(await db.rows('SELECT product_id, title, price_cents FROM products ORDER BY 1')).toEqual(
      [
        { product_id: 'A', title: 'Mug, blue', price_cents: 1295 },
        { product_id: 'B', title: 'Deep plate', price_cents: null },
        { product_id: 'C', title: 'Fork', price_cents: 250 },
        { product_id: 'D', title: 'Knife', price_cents: null },
      ],
    )
  })

  it('reads times without an offset in the time zone of the store', async () => {
    const files = { 'orders.csv': 'order_id,ordered_at\n1,2011-07-01 12:00\n2,2011-07-01T12:00Z\n' }
    await importFeed(db, folder.fresh().write(files), { timeZone: 'Europe/London' })
    const rows = await db.rows('SELECT ordered_at FROM orders ORDER BY order_id')
    expect(rows.map((row) => new Date(Number(row['ordered_at'])).toISOString())).toEqual([
      '2011-07-01T11:00:00.000Z',
      '2011-07-01T12:00:00.000Z',
    ])
  })

  it('stops at once when asked, with the store as it was', async () => {
    await importFeed(db, folder.fresh().write(SOUND_FEED))
    const before = await storeHash(db)
    const rows = Array.from({ length: 50_000 }, (_, i) => `P${i},T,1`)
    const path = folder
      .fresh()
      .write({ 'products.csv': `product_id,title,price_cents\n${rows.join('\n')}\n` })
    for (const step of ['read', 'check', 'import']) {
      const stop = new AbortController()
      const onProgress = (progress: { step: string }) => {
        if (progress.step === step) stop.abort()
      }
      const work = importFeed(db, path, { signal: stop.signal, onProgress })
      await expect(work).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
      expect(await storeHash(db)).toBe(before)
      expect(await leftovers(db)).toBe(0)
    }
  })

  it('refuses unknown adapters and time zones', async () => {
    await expect(importFeed(db, '.', { adapter: 'invoice' })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      next: expect.stringMatching('invoices'),
    })
    await expect(importFeed(db, '.', { timeZone: 'London' })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
    })
  })

  it('merges like a map of rows by key (plain reference), whatever comes in which order', async () => {
    const row = fc.tuple(fc.constantFrom('A', 'B', 'C', 'D'), fc.nat(3), fc.option(fc.nat(2)))
    const file = fc.uniqueArray(row, { minLength: 1, maxLength: 4, selector: ([key]) => key })
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 4 }), async (files) => {
        const own = await openDatabase(':memory:')
        const expected = new Map<string, string>()
        for (const rows of files) {
          const lines = rows.map(([key, title, price]) => `${key},t${title},${price ?? ''}`)
          const text = `product_id,title,price_cents\n${lines.join('\n')}\n`
          const report = await importFeed(own, folder.fresh().write({ 'products.csv': text }))
          const change = { table: 'products', added: 0, changed: 0, unchanged: 0 }
          for (const [i, [key]] of rows.entries()) {
            const before = expected.get(key)
            if (before === undefined) change.added++
            else if (before === lines[i]) change.unchanged++
            else change.changed++
            expected.set(key, lines[i]!)
          }
          expect(report.changes).toEqual([change])
        }
        const got = await own.rows(
          'SELECT product_id AS p, title AS t, price_cents AS c FROM products ORDER BY p',
        )
        expect(got.map(({ p, t, c }) => `${p},${t},${c ?? ''}`)).toEqual(
          [...expected.values()].sort(),
        )
        own.close()
      }),
      { numRuns: 25 },
    )
  })
})

describe('checkFeed', () => {
  it('says what it could not check without a store', async () => {
    const path = folder.fresh().write({ 'sales.csv': 'ds,product_id,units\n2011-02-01,Z,1\n' })
    expect(await checkFeed(path)).toMatchObject({ ok: true, unchecked: ['sales.product_id'] })
    await importFeed(db, folder.fresh().write(SOUND_FEED))
    expect(await checkFeed(path, { db })).toMatchObject({ ok: false, faultCount: 1 })
  })
})
