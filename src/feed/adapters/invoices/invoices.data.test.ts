import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { weekdayOf } from '../../../core/calendar.ts'
import { openDatabase } from '../../../core/sql/database.ts'
import { splitRecord } from '../../read/record.ts'
import { importFeed } from '../../store/import-feed.ts'

const data =
  process.env['STOREWRIGHT_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
const path = join(data, 'retail/online-retail.csv.gz')
const absent = !existsSync(path)
if (absent) console.warn(`skipped: there is no ${path}; set STOREWRIGHT_DATA to the data folder`)

/** Plain reference: units on lines of five-digit codes with a price, straight from the file. */
function unitsInFile(): number {
  let units = 0
  for (const line of gunzipSync(readFileSync(path)).toString('utf8').split('\n').slice(1)) {
    if (line === '') continue
    const [invoice, code, , quantity, , price] = splitRecord(line, ',')
    const isSale = !invoice!.startsWith('C') && Number(quantity) > 0 && Number(price) >= 0.005
    if (isSale && /^(\d{5}|DCGS)/i.test(code!)) units += Number(quantity)
  }
  return units
}

describe.skipIf(absent)('the invoices of a real shop', () => {
  it('import without a fault, every line under one rule, units adding up, twice the same', async () => {
    const db = await openDatabase(':memory:')
    const report = await importFeed(db, path, { adapter: 'invoices' })
    expect(report.faults).toEqual([])
    const note = (start: string) => report.notes.find(({ rule }) => rule.startsWith(start))!
    const lines = report.notes.slice(
      0,
      report.notes.findIndex(({ rule }) => /spelling/.test(rule)),
    )
    const sum = lines.slice(1).reduce((total, { count }) => total + count, 0)
    expect(sum).toBe(note('invoice lines read').count)

    const sold = note('sale lines').units!
    expect(sold).toBe(unitsInFile())
    const whole = note('cancellations of a whole').units!
    const part = note('cancellations of a part').units!
    const [sales] = await db.rows('SELECT sum(units) AS units, sum(revenue_cents) AS c FROM sales')
    const [kept] = await db.rows(
      'SELECT sum(quantity) AS units, sum(quantity * unit_price_cents) AS c FROM order_lines',
    )
    expect(sales).toEqual(kept)
    expect(sales!['units']).toBe(sold - whole - part)

    const closed = await db.rows<{ ds: number; reason: string }>(
      'SELECT ds, reason FROM closed_days',
    )
    expect(closed.filter(({ ds }) => weekdayOf(ds) === 5).length).toBe(48)
    expect(
      closed.filter(({ reason }) => reason === 'weekday').every(({ ds }) => weekdayOf(ds) === 5),
    ).toBe(true)
    const [titles] = await db.rows(
      "SELECT count(*) FILTER (WHERE title = product_id) AS bare, count(*) FILTER (WHERE title ILIKE '%damage%') AS odd FROM products",
    )
    expect(titles).toEqual({ bare: 0, odd: 0 })

    const again = await importFeed(db, path, { adapter: 'invoices' })
    expect(again.nothingNew).toBe(true)
    db.close()
  })
})
