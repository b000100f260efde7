import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, quoteText } from '../../../core/sql/database.ts'
import { type PricedCpu, priceCpu, pricedByRows } from '../../../core/testing/priced.ts'
import { groupsRead } from '../choose/groups-read.ts'
import { openParquet } from '../parquet/files.ts'
import { layoutParquet } from '../parquet/layout-parquet.ts'
import { readCarried } from './carried.ts'
import { carryingRewriter } from './rewriter.ts'

const KNOBS = {
  ...{ 'warehouse.layout-sample-rows': 8192, 'warehouse.layout-file-rows': 20_000 },
  // Times decide whether files are replaced; here any layout may be, so that the test tells no time.
  ...{ 'warehouse.layout-min-gain': -10, 'warehouse.layout-carry-gain': 0 },
}
const queries = Array.from(
  { length: 12 },
  (_, i) =>
    `SELECT count(*) AS n, sum(price) AS p FROM lines JOIN things ON thing = id WHERE kind = 'kind ${i}'`,
)
const statements = queries.map((sql) => ({ sql, fingerprint: 'f', cpuMs: 40, runs: 1 }))

// What is carried hangs on CPU: here statements take it by the rows they read and make.
let cpu: PricedCpu
let db: Database
let folder: string
let file: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-carry-'))
  file = join(folder, 'lines.parquet')
  cpu = priceCpu()
  db = pricedByRows(await openDatabase(':memory:', { threads: 1 }), cpu)
  await db.run(`CREATE TABLE things AS SELECT CAST(range AS INTEGER) AS id,
    'kind ' || (hash(range) % 20) AS kind FROM range(1000)`)
  await db.run(`COPY (SELECT range AS line, CAST(hash(range, 1) % 1000 AS INTEGER) AS thing,
    CAST(hash(range, 2) % 500 AS INTEGER) AS price FROM range(60_000)) TO ${quoteText(file)} (FORMAT parquet)`)
  await openParquet(db, 'lines', file)
})
afterEach(() => {
  cpu.restore()
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const lay = (more = {}) =>
  layoutParquet(db, file, {
    ...{ table: 'lines', statements, seed: 1, knobs: KNOBS, groupRows: [2048] },
    ...more,
  })

async function mean(): Promise<number> {
  const shares = await groupsRead(db, 'lines', queries, file)
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}

describe('layoutParquet with columns of joined tables', () => {
  it('skips row groups that a filter on a joined table rules out, and answers alike', async () => {
    const before = await Promise.all(queries.map((sql) => db.answer(sql)))
    expect(await mean()).toBe(1)
    const outcome = await lay({ mayCarry: true })
    expect(outcome).toMatchObject({ isLaidOut: true, carried: ['things.kind'] })
    await openParquet(db, 'lines', file)
    expect(await mean()).toBeLessThan(0.2)
    const rewriter = carryingRewriter(db)
    expect(await rewriter.serve('lines', file)).toBe(true)
    const after = await Promise.all(queries.map((sql) => db.answer(sql)))
    expect(after).toEqual(before)
    expect((await db.answer('DESCRIBE lines')).columns[0]).toEqual(['line', 'thing', 'price'])
  })

  it('carries nothing unless told to, and drops what was carried when it lays out without', async () => {
    await lay({ mayCarry: true })
    expect((await readCarried(db, [file])).columns).toHaveLength(1)
    const outcome = await lay({ statements: byPrice })
    expect(outcome.isLaidOut).toBe(true)
    expect(await readCarried(db, [file])).toEqual({ columns: [], marks: [] })
    const { columns } = await db.answer(`DESCRIBE SELECT * FROM ${quoteText(file)}`)
    expect(columns[0]).toEqual(['line', 'thing', 'price'])
  })

  it('carries nothing of tables whose keys are not unique, or of another type', async () => {
    await db.run("INSERT INTO things VALUES (3, 'kind 4')")
    expect((await lay({ mayCarry: true })).carried ?? []).toEqual([])
    await db.run('DELETE FROM things WHERE rowid >= 1000; ALTER TABLE things ALTER id TYPE VARCHAR')
    expect((await lay({ mayCarry: true })).carried ?? []).toEqual([])
  })
})

const byPrice = Array.from({ length: 12 }, (_, i) => ({
  ...{ fingerprint: 'g', cpuMs: 40, runs: 1 },
  sql: `SELECT count(*) AS n FROM lines WHERE price BETWEEN ${40 * i} AND ${40 * i + 9}`,
}))
