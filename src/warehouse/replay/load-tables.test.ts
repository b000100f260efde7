import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { loadTables } from './load-tables.ts'
import { listTableFiles } from './table-files.ts'

const SCALE = 4
let folder: string
let db: Database

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-load-'))
  const customers = Array.from(
    { length: 200 },
    (_, i) => `${i + 1},name ${i % 90},${i % 3 === 0 ? 'gold' : 'plain'},${(i * 7.13) % 50}`,
  )
  writeFileSync(
    join(folder, 'customers.csv'),
    `customer_id,name,grade,balance\n${customers.join('\n')}\n`,
  )
  const orders = Array.from({ length: 1000 }, (_, i) => {
    const at = new Date(Date.UTC(2026, 0, 1) + i * 4_000_000).toISOString().slice(0, 19)
    return `${1000 + i},${1 + ((i * 37) % 200)},${at.replace('T', ' ')},${at.slice(0, 10)},${(i * i) % 5000},${1 + (i % 3)}`
  })
  writeFileSync(
    join(folder, 'orders.csv.gz'),
    gzipSync(`order_id,buyer,ordered_at,day,cents,pieces\n${orders.join('\n')}\n`),
  )
  db = await openDatabase(':memory:', { threads: 1 })
  const statements = [
    'SELECT count(*) FROM orders AS o JOIN customers c ON o.buyer = c.customer_id',
  ]
  await loadTables(db, listTableFiles(folder), { scale: SCALE, seed: 1, statements })
})

afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const one = async (sql: string) => Object.values((await db.rows(sql))[0]!)[0]

describe('loadTables', () => {
  it('makes scale times the rows, none twice', async () => {
    expect(await one('SELECT count(*) FROM orders')).toBe(1000 * SCALE)
    expect(await one('SELECT count(*) FROM (SELECT DISTINCT * FROM orders)')).toBe(1000 * SCALE)
    expect(await one('SELECT count(*) FROM (SELECT DISTINCT * FROM customers)')).toBe(200 * SCALE)
  })
  it('keeps keys unique and joins as many rows a row as before', async () => {
    expect(await one('SELECT count(DISTINCT customer_id) FROM customers')).toBe(200 * SCALE)
    expect(await one('SELECT count(*) FROM orders JOIN customers ON buyer = customer_id')).toBe(
      1000 * SCALE,
    )
  })
  it('keeps types, ranges, categories and whole seconds', async () => {
    const types = await db.rows(`SELECT column_type FROM (DESCRIBE orders)`)
    expect(types.map((row) => row['column_type'])).toEqual([
      'BIGINT',
      'BIGINT',
      'TIMESTAMP',
      'DATE',
      'BIGINT',
      'BIGINT',
    ])
    expect(await one('SELECT count(DISTINCT grade) FROM customers')).toBe(2)
    expect(await one('SELECT max(pieces) FROM orders')).toBe(3)
    expect(await one('SELECT max(cents) <= 5000 AND min(cents) >= 0 FROM orders')).toBe(1)
    expect(await one('SELECT count(*) FROM orders WHERE epoch_us(ordered_at) % 1000000 <> 0')).toBe(
      0,
    )
    expect(await one('SELECT count(DISTINCT balance) FROM customers')).toBeGreaterThan(400)
  })
  it('gives the same rows for the same seed', async () => {
    const other = await openDatabase(':memory:', { threads: 2 })
    await loadTables(other, listTableFiles(folder), {
      scale: SCALE,
      seed: 1,
      statements: ['SELECT 1'],
    })
    const sums = 'SELECT sum(hash(ordered_at, day, cents, pieces) % 1000003) FROM orders'
    expect(Object.values((await other.rows(sums))[0]!)[0]).toBe(await one(sums))
    other.close()
  })
  it('shifts what a log joins without the names of tables, by days, by USING and by IN', async () => {
    const star = mkdtempSync(join(tmpdir(), 'storewright-star-'))
    const other = await openDatabase(':memory:')
    const sources = {
      days: "SELECT DATE '2025-01-01' + i::INTEGER AS calendar_day, 20250101 + i AS stamp FROM range(300) r(i)",
      lines: `SELECT i AS line, DATE '2025-01-01' + (i * 7 % 300)::INTEGER AS sold, 20250101 + i * 7 % 300 AS sold_stamp,
         'p' || (i * 13 % 400) AS item, 'w' || (i % 250) AS place, i % 220 AS region_id FROM range(3000) r(i)`,
      items: "SELECT 'p' || i AS item, i * i AS weight FROM range(400) r(i)",
      places: "SELECT 'w' || i AS town, i % 7 AS grade FROM range(250) r(i)",
    }
    for (const [name, sql] of Object.entries(sources)) {
      await other.run(`COPY (${sql}) TO '${join(star, `${name}.parquet`)}' (FORMAT parquet)`)
    }
    const statements = [
      'SELECT count(*) FROM lines, days WHERE sold = calendar_day AND line > 7',
      'SELECT count(*) FROM lines, days WHERE days.stamp = sold_stamp',
      'SELECT count(*) FROM lines JOIN items USING (item)',
      'SELECT count(*) FROM lines WHERE place IN (SELECT town FROM places WHERE grade < 9)',
    ]
    const [, , lines] = await loadTables(other, listTableFiles(star), {
      ...{ scale: 3, seed: 1, statements },
    })
    // Codes within the range of the row numbers are no references to them.
    expect(lines!.keys).toEqual(['line', 'sold', 'sold_stamp', 'item', 'place'])
    for (const sql of statements) {
      const [row] = await other.rows(sql.replace(' AND line > 7', ''))
      expect([sql, Object.values(row!)]).toEqual([sql, [9000]])
    }
    other.close()
    rmSync(star, { recursive: true })
  })
  it('says which rows cannot be made to differ', async () => {
    const narrow = mkdtempSync(join(tmpdir(), 'storewright-narrow-'))
    writeFileSync(join(narrow, 'flags.csv'), 'a,b\nx,y\nx,z\n')
    const other = await openDatabase(':memory:')
    const [flags] = await loadTables(other, listTableFiles(narrow), {
      scale: 3,
      seed: 1,
      statements: [],
    })
    expect(flags).toMatchObject({ rowCount: 6, equalRows: 4 })
    other.close()
    rmSync(narrow, { recursive: true })
  })
  it('loads a table without rows and one of a single row, whatever the scale', async () => {
    const small = mkdtempSync(join(tmpdir(), 'storewright-small-'))
    writeFileSync(join(small, 'none.csv'), 'id,name\n')
    writeFileSync(join(small, 'one.csv'), 'id,price\n7,1.5\n')
    for (const scale of [1, 3]) {
      const other = await openDatabase(':memory:')
      await other.run(
        `COPY (SELECT 1 AS id, DATE '2026-01-01' AS day, 'x' AS name WHERE false) TO '${join(small, 'void.parquet')}' (FORMAT parquet)`,
      )
      const statements = ['SELECT * FROM one JOIN void ON one.id = void.id']
      const loaded = await loadTables(other, listTableFiles(small), { scale, seed: 1, statements })
      expect(loaded.map(({ name, rowCount }) => [name, rowCount])).toEqual([
        ['none', 0],
        ['one', scale],
        ['void', 0],
      ])
      other.close()
    }
    rmSync(small, { recursive: true })
  })
  it('names the file at fault', async () => {
    const bad = mkdtempSync(join(tmpdir(), 'storewright-bad-'))
    writeFileSync(join(bad, 'broken.parquet'), 'no parquet')
    const other = await openDatabase(':memory:')
    const load = loadTables(other, listTableFiles(bad), { scale: 1, seed: 1, statements: [] })
    await expect(load).rejects.toMatchObject({
      code: 'ERR_FEED_UNREADABLE',
      place: { file: join(bad, 'broken.parquet') },
    })
    expect(() => listTableFiles(join(bad, 'nowhere'))).toThrow(/cannot be read/)
    other.close()
    rmSync(bad, { recursive: true })
  })
})
