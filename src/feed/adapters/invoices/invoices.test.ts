import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { importFeed } from '../../store/import-feed.ts'
import { SOUND_INVOICES, testFolder } from '../../testing/store.ts'

const folder = testFolder()
afterAll(() => folder.remove())

let db: Database
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.close())

const adapter = 'invoices'
const HEADER = SOUND_INVOICES['invoices.csv']!.split('\n')[0]!

function importLines(lines: readonly string[], options = {}) {
  const files = { 'invoices.csv': `${HEADER}\n${lines.join('\n')}\n` }
  return importFeed(db, folder.fresh().write(files), { adapter, ...options })
}

it('counts every line under one rule, with units and value', async () => {
  const report = await importFeed(db, folder.fresh().write(SOUND_INVOICES), { adapter })
  const notes = report.notes.map(({ rule, count, units, valueCents }) => [
    rule.split(/[,:(]/)[0]!.trim(),
    count,
    units,
    valueCents,
  ])
  expect(notes).toEqual([
    ['invoice lines read', 15, undefined, undefined],
    ['stock corrections', 1, -7, 0],
    ['lines at price 0', 1, 2, 0],
    ['postage and carriage', 1, 1, 1800],
    ['discounts', 1, -1, 500],
    ['sale lines', 6, 25, 7377],
    ['cancellations of a whole sale', 2, 4, 1142],
    ['cancellations of a part of a sale', 1, 4, 1356],
    ['cancellations without a sale before them by that customer', 1, 40, 13560],
    ['cancellations without a customer', 1, 1, 255],
    ['stock codes in several spellings', 1, undefined, undefined],
    ['lines without a description', 1, undefined, undefined],
    ['stock codes without a sale line', 0, undefined, undefined],
    ['closed days', 0, undefined, undefined],
  ])
})

it('nets cancellations, merges spellings, fills names, and adds up days', async () => {
  await importFeed(db, folder.fresh().write(SOUND_INVOICES), { adapter })
  expect(await db.rows('SELECT product_id, title, price_cents FROM products ORDER BY 1')).toEqual([
    { product_id: '22222', title: 'GONE', price_cents: 125 },
    { product_id: '71053', title: 'WHITE LANTERN', price_cents: 339 },
    { product_id: '85123A', title: 'white heart', price_cents: 255 },
  ])
  // 3 lanterns cancelled exactly, 4 taken off the sale of 10; the 40 found no sale.
  expect(await db.rows('SELECT * FROM sales ORDER BY ds, product_id')).toMatchObject([
    { ds: 14944, product_id: '71053', place_id: 'all', units: 6, revenue_cents: 2034 },
    { ds: 14944, product_id: '85123A', units: 10, revenue_cents: 2550 },
    { ds: 14945, product_id: '22222', units: 0, revenue_cents: 0 },
    { ds: 14946, product_id: '85123A', units: 1, revenue_cents: 295 },
  ])
  expect(await db.rows('SELECT * FROM orders ORDER BY order_id')).toMatchObject([
    { order_id: '536365', customer_id: '17850', country: 'United Kingdom' },
    { order_id: '536366', customer_id: '17850' },
    { order_id: '536367' },
    { order_id: '536376' },
    { order_id: '536379', customer_id: null, country: 'France' },
  ])
  expect(
    await db.rows(
      "SELECT line_number, product_id, quantity FROM order_lines WHERE order_id = '536365'",
    ),
  ).toEqual([
    { line_number: 1, product_id: '85123A', quantity: 6 },
    { line_number: 2, product_id: '85123A', quantity: 4 },
  ])
})

it('takes another rule of what is no product, and says which it took', async () => {
  const path = folder.fresh().write(SOUND_INVOICES)
  const nonProducts = [{ pattern: '710.*|d', reason: 'lanterns' }]
  const report = await importFeed(db, path, { adapter, settings: { nonProducts } })
  expect(report.notes).toContainEqual(
    expect.objectContaining({ rule: 'lanterns (stock code 710.*|d): left out', count: 8 }),
  )
  expect(await db.rows("SELECT units FROM sales WHERE product_id = 'POST'")).toEqual([{ units: 1 }])
  const broken = importFeed(db, path, {
    adapter,
    settings: { nonProducts: [{ pattern: '(', reason: 'x' }] },
  })
  await expect(broken).rejects.toMatchObject({ code: 'ERR_SETTINGS' })
})

it('refuses a product at a negative price, and names line and value', async () => {
  const report = await importLines([
    '1,85123A,HEART,1,2010-12-01 08:00:00,2.55,,UK',
    '2,85123A,HEART,1,2010-12-01 08:00:00,-2.55,,UK',
    '3,B,Adjust bad debt,1,2010-12-01 08:00:00,-11062.06,,UK',
  ])
  expect(report.imported).toBe(false)
  expect(report.faults).toMatchObject([
    { code: 'ERR_FEED_BAD_VALUE', line: 3, column: 'UnitPrice', value: '-2.55' },
  ])
})

it('reads days in the time zone of the shop', async () => {
  const lines = ['1,85123A,HEART,1,2011-07-01 00:30:00,2.55,,UK']
  await importLines(lines, { timeZone: 'Europe/London' })
  expect(await db.rows('SELECT ds FROM sales')).toEqual([{ ds: 15156 }])
  const [order] = await db.rows('SELECT ordered_at FROM orders')
  expect(new Date(Number(order!['ordered_at'])).toISOString()).toBe('2011-06-30T23:30:00.000Z')
})

it('learns the weekday and the single days on which the shop is closed', async () => {
  const lines: string[] = []
  for (let day = 1; day <= 28; day++) {
    const date = new Date(Date.UTC(2011, 1, day))
    if (date.getUTCDay() === 6 || day === 9) continue
    lines.push(`${day},85123A,HEART,1,${date.toISOString().slice(0, 10)} 10:00:00,2.55,,UK`)
  }
  const report = await importLines(lines)
  expect(report.notes.at(-1)).toMatchObject({
    count: 5,
    detail: 'always on Saturdays; 2011-02-09',
  })
  expect(await db.rows('SELECT * FROM closed_days ORDER BY ds')).toEqual([
    { ds: 15010, reason: 'weekday' },
    { ds: 15014, reason: 'day' },
    { ds: 15017, reason: 'weekday' },
    { ds: 15024, reason: 'weekday' },
    { ds: 15031, reason: 'weekday' },
  ])
})

it('starts a price when the median of the last selling days moves, and ends it before the next', async () => {
  const prices = [200, 200, 999, 200, 300, 300, 300, 300]
  const lines = prices.map(
    (cents, i) => `${i},85123A,HEART,1,2011-02-${10 + i} 10:00:00,${cents / 100},,UK`,
  )
  await importLines(lines, { knobs: { 'feed.price-days': 3 } })
  expect(
    await db.rows('SELECT starts_on, ends_on, price_cents FROM prices ORDER BY starts_on'),
  ).toEqual([
    { starts_on: 15015, ends_on: 15018, price_cents: 200 },
    { starts_on: 15019, ends_on: null, price_cents: 300 },
  ])
})

it('takes a sale back when a longer file brings its cancellation', async () => {
  const sale = '1,85123A,HEART,3,2011-02-01 10:00:00,2.55,17850,UK'
  await importLines([sale])
  expect(await db.rows('SELECT units FROM sales')).toEqual([{ units: 3 }])
  const report = await importLines([sale, 'C2,85123A,HEART,-3,2011-02-05 10:00:00,2.55,17850,UK'])
  expect(report.changes).toContainEqual({ table: 'sales', added: 0, changed: 1, unchanged: 0 })
  expect(await db.rows('SELECT units, revenue_cents FROM sales')).toEqual([
    { units: 0, revenue_cents: 0 },
  ])
})
