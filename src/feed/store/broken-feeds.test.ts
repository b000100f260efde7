import { truncateSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import type { FeedOptions } from '../check/gather.ts'
import { formatFaults } from '../check/report.ts'
import { leftovers, SOUND_FEED, storeHash, type TestFolder, testFolder } from '../testing/store.ts'
import { checkFeed, importFeed } from './import-feed.ts'

let db: Database
let folder: TestFolder
beforeAll(async () => {
  db = await openDatabase(':memory:')
  folder = testFolder()
  await importFeed(db, folder.fresh().write(SOUND_FEED))
})
afterAll(() => {
  db.close()
  folder.remove()
})

/** Imports a feed that must be refused; returns its faults after seeing that the store is as it was. */
async function refused(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: FeedOptions = {},
) {
  const before = await storeHash(db)
  const path = folder.fresh().write(files)
  const report = await importFeed(db, path, options)
  expect(report).toMatchObject({ ok: false, imported: false, changes: [] })
  expect(await storeHash(db)).toBe(before)
  expect(await leftovers(db)).toBe(0)
  const checked = await checkFeed(path, { ...options, db })
  expect(checked.faults).toEqual(report.faults)
  return report
}

const PRODUCTS = 'product_id,title,price_cents\n'

describe('a broken feed', () => {
  it('truncated gzip', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `P${i},T${(i * 7919) % 5000},${i}`)
    const whole = gzipSync(`${PRODUCTS}${rows.join('\n')}\n`)
    for (const bytes of [20, 1000, whole.length - 4]) {
      const report = await refused({ 'products.csv.gz': whole.subarray(0, bytes) })
      expect(report.faults).toMatchObject([
        {
          code: 'ERR_FEED_UNREADABLE',
          file: 'products.csv.gz',
          found: expect.stringMatching(/cut off/),
        },
      ])
    }
  })

  it('wrong header: the nearest column is named', async () => {
    const report = await refused({ 'products.csv': 'product_id,titel,price_cents\nA,x,1\n' })
    expect(report.faults).toMatchObject([
      {
        code: 'ERR_FEED_BAD_HEADER',
        line: 1,
        column: 'titel',
        expected: 'a column of products; is it title?',
      },
      { code: 'ERR_FEED_BAD_HEADER', line: 1, column: 'title' },
    ])
  })

  it('text in a number, with the line of the file although cells span lines', async () => {
    const report = await refused({
      'products.csv': `${PRODUCTS}A,"two\nlines",1\nB,x,cheap\nC,y,2.5\n`,
    })
    expect(report.faults).toMatchObject([
      { code: 'ERR_FEED_BAD_VALUE', line: 4, column: 'price_cents', value: 'cheap' },
      { code: 'ERR_FEED_BAD_VALUE', line: 5, column: 'price_cents', value: '2.5' },
    ])
    expect(formatFaults(report)[0]).toBe(
      'products.csv, line 4, price_cents: "cheap"; expected a whole number of cents, 0 or more [ERR_FEED_BAD_VALUE]',
    )
  })

  it('negative price', async () => {
    const report = await refused({ 'products.csv': `${PRODUCTS}A,x,-1\n` })
    expect(report.faults).toMatchObject([
      { code: 'ERR_FEED_BAD_VALUE', line: 2, column: 'price_cents', value: '-1' },
    ])
  })

  it('unknown product; one that the store knows is fine', async () => {
    const report = await refused({
      'sales.csv': 'ds,product_id,units\n2011-02-01,A,1\n2011-02-01,Z,1\n',
    })
    expect(report.faults).toMatchObject([
      { code: 'ERR_FEED_UNKNOWN_REFERENCE', line: 3, column: 'product_id', value: 'Z' },
    ])
  })

  it('duplicate key: both lines are named', async () => {
    const report = await refused({
      'sales.csv': 'ds,product_id,units\n2011-02-01,A,1\n2011-02-02,A,1\n2011-02-01,A,2\n',
    })
    expect(report.faults).toMatchObject([
      {
        code: 'ERR_FEED_DUPLICATE_KEY',
        line: 4,
        column: 'ds + product_id + place_id',
        value: '2011-02-01 + A + all',
        found: 'the key of line 2',
      },
    ])
  })

  it('a file of 2 GB, which is not read', async () => {
    const own = folder.fresh()
    own.write({ 'products.csv': PRODUCTS })
    truncateSync(`${own.path}/products.csv`, 2_000_000_000)
    const startedAt = process.cpuUsage()
    const report = await importFeed(db, own.path)
    const { user, system } = process.cpuUsage(startedAt)
    expect(report.faults).toMatchObject([{ code: 'ERR_FEED_TOO_LARGE', file: 'products.csv' }])
    expect(user + system).toBeLessThan(500_000)
  })

  it('a gzip that unpacks to more than the limit, also when its trailer lies', async () => {
    const options = { knobs: { 'feed.file-limit': 1 } }
    const honest = gzipSync(PRODUCTS + 'x'.repeat(2_000_000))
    const report = await refused({ 'products.csv.gz': honest }, options)
    expect(report.faults).toMatchObject([{ code: 'ERR_FEED_TOO_LARGE' }])
    const lying = Buffer.from(gzipSync(`${PRODUCTS}${'A,x,1\n'.repeat(400_000)}`))
    lying.writeUInt32LE(100, lying.length - 4)
    const second = await refused({ 'products.csv.gz': lying }, options)
    expect(second.faults).toMatchObject([{ code: 'ERR_FEED_TOO_LARGE' }])
  })

  it('CSV in Latin-1', async () => {
    const latin = Buffer.from(`${PRODUCTS}A,x,1\nB,café,2\n`, 'latin1')
    const report = await refused({ 'products.csv': latin })
    expect(report.faults).toMatchObject([
      { code: 'ERR_FEED_ENCODING', line: 3, column: 'title', value: 'café' },
    ])
  })

  it('UTF-16 and other files that are no text', async () => {
    const wide = Buffer.from(`\ufeff${PRODUCTS}A,x,1\n`, 'utf16le')
    expect((await refused({ 'products.csv': wide })).faults[0]?.code).toBe('ERR_FEED_ENCODING')
    const garbage = await refused({ 'products.parquet': 'PAR1 no parquet PAR1' })
    expect(garbage.faults).toMatchObject([{ code: 'ERR_FEED_UNREADABLE' }])
  })

  it('empty files', async () => {
    for (const [name, content] of [
      ['products.csv', ''],
      ['products.csv', PRODUCTS],
      ['products.csv.gz', gzipSync('')],
      ['products.parquet', ''],
    ] as const) {
      const report = await refused({ [name]: content })
      expect(report.faults).toMatchObject([{ code: 'ERR_FEED_EMPTY', file: name }])
    }
  })

  it('a file of no table, a table of ours, two files for one table, no file at all', async () => {
    const content = `${PRODUCTS}A,x,1\n`
    expect((await refused({ 'product.csv': content })).faults).toMatchObject([
      { code: 'ERR_FEED_UNKNOWN_TABLE', expected: expect.stringMatching(/is it products/) },
    ])
    expect((await refused({ 'purchase_plan.csv': content })).faults).toMatchObject([
      { code: 'ERR_FEED_UNKNOWN_TABLE' },
    ])
    const two = { 'products.csv': content, 'products.csv.gz': gzipSync(content) }
    expect((await refused(two)).faults).toMatchObject([{ code: 'ERR_FEED_UNKNOWN_TABLE' }])
    expect((await refused({ 'README.md': 'x' })).faults).toMatchObject([
      { code: 'ERR_FEED_NO_FILE' },
    ])
  })

  it('columns that may not be before others', async () => {
    const report = await refused({
      'prices.csv': 'product_id,starts_on,ends_on,price_cents\nA,2011-02-02,2011-02-01,1\n',
    })
    expect(report.faults).toMatchObject([{ line: 2, column: 'ends_on', value: '2011-02-01' }])
  })

  it('counts all faults and shows the first 20, file by file, line by line', async () => {
    const bad = Array.from({ length: 1000 }, (_, i) => `2011-13-01,A,x${i}`)
    const report = await refused({
      'products.csv': `${PRODUCTS}A,x,-1\n`,
      'sales.csv': `ds,product_id,units\n${bad.join('\n')}\n`,
    })
    expect(report.faultCount).toBe(2001)
    expect(report.faults.length).toBe(20)
    expect(report.faults.map(({ line }) => line).slice(0, 5)).toEqual([2, 2, 2, 3, 3])
    expect(formatFaults(report).at(-1)).toBe('… and 1981 more (2001 faults in all)')
  })
})
