import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, quoteText } from '../../../core/sql/database.ts'
import { filesOf, missingSettings, openParquet, readSql, recut } from './files.ts'
import { tryGroupSizes } from './sizes.ts'

const SIZES = [2048, 4096, 8192, 30_000]
const ROWS = 30_000
const statements = [
  { sql: 'SELECT count(*) AS n FROM t WHERE i < 100', fingerprint: 'f', cpuMs: 5, runs: 1 },
]

let db: Database
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-sizes-'))
  db = await openDatabase(':memory:', { threads: 1 })
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

async function writeRows(file: string, from: number, groupRows: number): Promise<void> {
  await db.run(
    `COPY (SELECT range + ${from} AS i FROM range(${ROWS})) TO ${quoteText(file)} (FORMAT parquet, ROW_GROUP_SIZE ${groupRows})`,
  )
}

async function rowsOf(path: string): Promise<unknown> {
  const { columns } = await db.answer(`SELECT i FROM ${readSql(filesOf(path))}`)
  return columns[0]
}

async function largestGroup(path: string): Promise<number> {
  const files = filesOf(path).map(quoteText).join(', ')
  const [row] = await db.rows<{ n: number }>(
    `SELECT max(row_group_num_rows) AS n FROM parquet_metadata([${files}])`,
  )
  return row!.n
}

describe('tryGroupSizes', () => {
  it('leaves the same rows in the same order, in row groups of the size that it names', async () => {
    const file = join(folder, 't.parquet')
    await writeRows(file, 0, 4096)
    const before = await rowsOf(file)
    const trial = { table: 't', statements, sizes: SIZES, readWorth: 0.05 }
    const { groupRows } = await tryGroupSizes(
      db,
      file,
      false,
      { groupRows: 4096, codec: 'zstd' },
      trial,
    )
    expect(SIZES).toContain(groupRows)
    expect(await largestGroup(file)).toBe(groupRows)
    expect(await rowsOf(file)).toEqual(before)
    expect(readdirSync(folder)).toEqual(['t.parquet'])
  })

  it('cuts the files of a folder one by one', async () => {
    const [from, to] = [join(folder, 'parts'), join(folder, 'next')]
    mkdirSync(from)
    await writeRows(join(from, 'a.parquet'), 0, 4096)
    await writeRows(join(from, 'b.parquet'), ROWS, 4096)
    await recut(db, filesOf(from), to, true, { groupRows: 2048, codec: 'lz4_raw' })
    expect(readdirSync(to)).toEqual(['a.parquet', 'b.parquet'])
    expect(await largestGroup(to)).toBe(2048)
    expect(await rowsOf(to)).toEqual(await rowsOf(from))
  })
})

describe('openParquet', () => {
  it('keeps footers, and still sees a file that another has taken the place of', async () => {
    const file = join(folder, 't.parquet')
    const next = join(folder, 'next')
    await writeRows(file, 0, 2048)
    await openParquet(db, 't', file)
    expect(await missingSettings(db)).toEqual([])
    const ask = async () =>
      (await db.rows('SELECT count(*) AS n, min(i) AS low FROM t WHERE i >= 29999'))[0]
    for (let round = 0; round < 5; round++) {
      await writeRows(next, round, 2048)
      renameSync(next, file)
      expect(await ask()).toEqual({ n: round + 1, low: 29_999 })
    }
  })
})
