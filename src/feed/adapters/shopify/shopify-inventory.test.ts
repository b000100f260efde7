import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { importFeed } from '../../store/import-feed.ts'
import { SOUND_SHOPIFY_INVENTORY, testFolder } from '../../testing/store.ts'
import { fillShopifyCounts } from './fill-counts.ts'

const adapter = 'shopify-inventory'
const folder = testFolder()
afterAll(() => folder.remove())

let db: Database
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.close())

const write = (text: string) =>
  join(folder.fresh().write({ 'inventory.csv': text }), 'inventory.csv')
const sound = SOUND_SHOPIFY_INVENTORY['inventory.csv']!

describe('an inventory file of Shopify', () => {
  it('becomes products, sites and stock that can be sold', async () => {
    const report = await importFeed(db, write(sound), { adapter })
    expect(report.faults).toEqual([])
    expect(await db.rows('SELECT product_id, title FROM products ORDER BY 1')).toEqual([
      { product_id: 'MUG-BLUE-11', title: 'Blue mug, 11 oz' },
      { product_id: 'MUG-BLUE-15', title: 'Blue mug, 15 oz' },
      { product_id: 'plate', title: 'plate' },
    ])
    expect(
      await db.rows(
        'SELECT site_id, product_id, on_hand, committed, incoming FROM stock ORDER BY 1, 2',
      ),
    ).toEqual([
      { site_id: 'Reno', product_id: 'MUG-BLUE-11', on_hand: 18, committed: 3, incoming: 40 },
      { site_id: 'Reno', product_id: 'MUG-BLUE-15', on_hand: 0, committed: 0, incoming: 0 },
      { site_id: 'Tulsa, OK', product_id: 'MUG-BLUE-11', on_hand: 7, committed: 0, incoming: 0 },
      { site_id: 'Tulsa, OK', product_id: 'plate', on_hand: 5, committed: 0, incoming: 0 },
    ])
    expect(report.notes.map(({ count, units }) => [count, units])).toEqual([
      [2, undefined],
      [2, undefined],
      [1, 2],
      [1, undefined],
    ])
  })

  it('does not rename what the store knows', async () => {
    await importFeed(
      db,
      folder.fresh().write({ 'products.csv': 'product_id,title\nplate,Dinner plate\n' }),
    )
    await importFeed(db, write(sound), { adapter })
    expect(await db.rows(`SELECT title FROM products WHERE product_id = 'plate'`)).toEqual([
      { title: 'Dinner plate' },
    ])
  })

  it('names the line and column of a count that is no count, and imports nothing', async () => {
    const report = await importFeed(db, write(sound.replace(',15,20,', ',15,many,')), { adapter })
    expect(report).toMatchObject({
      imported: false,
      faults: [{ line: 2, column: 'On hand (current)', value: 'many' }],
    })
    expect(await db.rows('SELECT * FROM stock')).toEqual([])
  })

  it('goes out again with the counts of the store', async () => {
    const file = write(sound)
    await importFeed(db, file, { adapter })
    await db.run(
      `UPDATE stock SET on_hand = 11 WHERE site_id = 'Reno' AND product_id = 'MUG-BLUE-11'`,
    )
    const out = join(folder.fresh().path, 'out.csv')
    expect(await fillShopifyCounts(db, file, out)).toEqual({ rows: 6, filled: 4 })
    const [header, ...lines] = readFileSync(out, 'utf8').trimEnd().split('\n')
    const [before, ...rows] = sound.trimEnd().split('\n')
    expect(header).toBe(before)
    const onHandNew = lines.map((line) => line.split(',').at(-1))
    // 11 of ours and 2 that may not be sold; rows that are not stocked stay as they were.
    expect(onHandNew).toEqual(['13', '0', '7', '', '', '5'])
    const bare = (line: string) => line.replaceAll('"', '').replace(/,[^,]*$/, '')
    expect(lines.map(bare)).toEqual(rows.map(bare))
  })
})
