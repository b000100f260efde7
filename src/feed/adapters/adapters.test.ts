import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, quoteName } from '../../core/sql/database.ts'
import { rowSchema } from '../declare/schema.ts'
import { importFeed } from '../store/import-feed.ts'
import { tableNamed } from '../tables/all.ts'
import {
  leftovers,
  SOUND_FEED,
  SOUND_INVOICES,
  SOUND_PANEL,
  SOUND_SHOPIFY_INVENTORY,
  storeHash,
  testFolder,
} from '../testing/store.ts'
import { ADAPTERS } from './registry.ts'

const folder = testFolder()
afterAll(() => folder.remove())

let db: Database
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.close())

const SAMPLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  native: SOUND_FEED,
  panel: SOUND_PANEL,
  invoices: SOUND_INVOICES,
  'shopify-inventory': SOUND_SHOPIFY_INVENTORY,
}

/** Rows of a table as JSON carries them. */
async function jsonRows(name: string): Promise<Record<string, unknown>[]> {
  const { columns } = tableNamed(name)
  const list = Object.entries(columns).map(([column, { type }]) => {
    const value = quoteName(column)
    if (type === 'day') return `CAST(${value} AS VARCHAR) AS ${value}`
    if (type === 'instant') return `strftime(${value}, '%Y-%m-%dT%H:%M:%S.%gZ') AS ${value}`
    return value
  })
  const rows = await db.rows(`SELECT ${list.join(', ')} FROM ${name}`)
  const isTruth = (column: string, value: unknown) =>
    columns[column]?.type === 'boolean' && value !== null
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([k, value]) => [k, isTruth(k, value) ? value === 1 : value]),
    ),
  )
}

describe.each(ADAPTERS.map((adapter) => [adapter.name] as const))('the adapter %s', (adapter) => {
  const files = SAMPLES[adapter]!

  it('makes rows of the feed tables that their schemas accept', async () => {
    const report = await importFeed(db, folder.fresh().write(files), { adapter })
    expect(report.faults).toEqual([])
    expect(report.tables.length).toBeGreaterThan(1)
    for (const { table, rows } of report.tables) {
      expect(tableNamed(table).origin).toBe('feed')
      const json = await jsonRows(table)
      expect(json.length).toBe(rows)
      for (const row of json) expect(rowSchema(tableNamed(table)).parse(row)).toEqual(row)
    }
  })

  it('does nothing the second time, also from gzip, and leaves no temporary table', async () => {
    await importFeed(db, folder.fresh().write(files), { adapter })
    const hash = await storeHash(db)
    const zipped = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`${name}.gz`, gzipSync(text)]),
    )
    const again = await importFeed(db, folder.fresh().write(zipped), { adapter })
    expect(again).toMatchObject({ imported: true, nothingNew: true })
    expect(await storeHash(db)).toBe(hash)
    expect(await leftovers(db)).toBe(0)
  })

  it('refuses a header that is not its own and names the columns it needs', async () => {
    const [name] = Object.keys(files)
    const report = await importFeed(db, folder.fresh().write({ [name!]: 'foo,bar\n1,2\n' }), {
      adapter,
    })
    expect(report.imported).toBe(false)
    for (const fault of report.faults) {
      expect(fault).toMatchObject({ code: 'ERR_FEED_BAD_HEADER', line: 1, file: name })
    }
    expect(report.faults.some(({ column }) => column === 'foo')).toBe(true)
    expect(report.faults.some(({ found }) => found === 'no such column')).toBe(true)
  })

  it('stops when asked', async () => {
    const signal = AbortSignal.abort()
    const path = folder.fresh().write(files)
    await expect(importFeed(db, path, { adapter, signal })).rejects.toMatchObject({
      code: 'ERR_CANCELLED',
    })
  })
})

describe('the panel adapter', () => {
  it('makes series products, y sales, and keeps covariates, also where y is not known', async () => {
    await importFeed(db, folder.fresh().write(SOUND_PANEL), { adapter: 'panel' })
    expect(await db.rows('SELECT product_id FROM products ORDER BY 1')).toEqual([
      { product_id: 'A' },
      { product_id: 'B' },
    ])
    expect(await db.rows('SELECT ds, product_id, units FROM sales ORDER BY 2, 1')).toEqual([
      { ds: 14977, product_id: 'A', units: 2 },
      { ds: 14978, product_id: 'A', units: 0.5 },
      { ds: 14977, product_id: 'B', units: 7 },
    ])
    expect(
      await db.rows(
        "SELECT ds, value FROM panel_covariates WHERE name = 'temperature' ORDER BY 1, 2",
      ),
    ).toEqual([
      { ds: 14977, value: '20' },
      { ds: 14977, value: '21.5' },
      { ds: 14979, value: '19' },
    ])
  })

  it('refuses negative sales and hours', async () => {
    const text = 'unique_id,ds,y\nA,2011-01-03,-1\nA,2011-01-03T05:00:00,2\n'
    const report = await importFeed(db, folder.fresh().write({ 'p.csv': text }), {
      adapter: 'panel',
    })
    expect(report.faults).toMatchObject([
      { line: 2, column: 'y', value: '-1' },
      { line: 3, column: 'ds' },
    ])
  })
})
