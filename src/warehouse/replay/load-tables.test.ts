import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { joinedColumns } from './joined-columns.ts'
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
  const joined = joinedColumns(
    ['SELECT count(*) FROM orders AS o JOIN customers c ON o.buyer = c.customer_id'],
    ['customers', 'orders'],
  )
  await loadTables(db, listTableFiles(folder), { scale: SCALE, seed: 1, joined })
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
    const joined = joinedColumns(['SELECT 1'], [])
    await loadTables(other, listTableFiles(folder), { scale: SCALE, seed: 1, joined })
    const sums = 'SELECT sum(hash(ordered_at, day, cents, pieces) % 1000003) FROM orders'
    expect(Object.values((await other.rows(sums))[0]!)[0]).toBe(await one(sums))
    other.close()
  })
  it('says which rows cannot be made to differ', async () => {
    const narrow = mkdtempSync(join(tmpdir(), 'storewright-narrow-'))
    writeFileSync(join(narrow, 'flags.csv'), 'a,b\nx,y\nx,z\n')
    const other = await openDatabase(':memory:')
    const [flags] = await loadTables(other, listTableFiles(narrow), {
      scale: 3,
      seed: 1,
      joined: new Set(),
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
      const joined = joinedColumns(['SELECT * FROM one JOIN void ON one.id = void.id'], [])
      const loaded = await loadTables(other, listTableFiles(small), { scale, seed: 1, joined })
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
    const load = loadTables(other, listTableFiles(bad), { scale: 1, seed: 1, joined: new Set() })
    await expect(load).rejects.toMatchObject({
      code: 'ERR_FEED_UNREADABLE',
      place: { file: join(bad, 'broken.parquet') },
    })
    expect(() => listTableFiles(join(bad, 'nowhere'))).toThrow(/cannot be read/)
    other.close()
    rmSync(bad, { recursive: true })
  })
})
