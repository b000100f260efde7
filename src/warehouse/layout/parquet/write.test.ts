import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, quoteText } from '../../../core/sql/database.ts'
import { writeInOrder } from './write.ts'

const ROWS = 100_000
const FILE_ROWS = 10_000
const FORMAT = { groupRows: 2048, codec: 'uncompressed' } as const
const number = {
  type: 'INTEGER',
  encoding: 'number',
  texts: [],
  values: new Float64Array(),
} as const

let db: Database
let folder: string
let to: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-write-'))
  to = join(folder, 'parts')
  db = await openDatabase(':memory:', { threads: 1 })
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Rows of which `k` is to be sorted by, written in that order; what each file holds. */
async function writeBy(k: string) {
  const from = join(folder, 'from.parquet')
  await db.run(
    `COPY (SELECT CAST(${k} AS INTEGER) AS k, i AS v FROM range(${ROWS}) AS r(i)) TO ${quoteText(from)} (FORMAT parquet)`,
  )
  await writeInOrder(db, to, FORMAT, {
    from: `read_parquet(${quoteText(from)}, file_row_number = true, filename = true)`,
    layout: { kind: 'sort', keys: [{ kind: 'column', column: 0 }] },
    columns: [{ name: 'k', ...number }],
    fileRows: FILE_ROWS,
  })
  return db.rows<{ n: number; least: number; greatest: number }>(
    `SELECT count(*) AS n, min(k) AS least, max(k) AS greatest
     FROM read_parquet(${quoteText(`${to}/*.parquet`)}, filename = true)
     GROUP BY filename ORDER BY filename`,
  )
}

async function rowsOf(k: number): Promise<number> {
  const [row] = await db.rows<{ n: number }>(
    `SELECT count(*) AS n FROM read_parquet(${quoteText(`${to}/*.parquet`)}) WHERE k = ${k}`,
  )
  return row!.n
}

describe('rows written as a folder', () => {
  it.each([
    ['values of a quarter of a file', 'hash(i) % 40'],
    [
      'values of as much as three files and as little as some rows',
      '40 * pow(hash(i) % 1000 / 1000, 3)',
    ],
    ['single rows', '(i * 7919) % 100003'],
  ])('are cut where values end, in files of about the size asked for: %s', async (_, k) => {
    const files = await writeBy(k)
    const torn = files.filter(({ least }, i) => i > 0 && least <= files[i - 1]!.greatest)
    // What takes half of a file and more may lie in two.
    for (const { least } of torn) expect(await rowsOf(least)).toBeGreaterThan(FILE_ROWS / 2)
    expect(torn.length > 0).toBe(k.includes('pow'))
    for (const { n } of files) {
      expect(n).toBeGreaterThan(FILE_ROWS / 2)
      expect(n).toBeLessThan(2 * FILE_ROWS)
    }
    const [sum] = await db.rows(
      `SELECT CAST(sum(v) AS DOUBLE) AS v, count(DISTINCT v) AS n FROM read_parquet(${quoteText(`${to}/*.parquet`)})`,
    )
    expect(sum).toEqual({ v: (ROWS * (ROWS - 1)) / 2, n: ROWS })
  })

  it('are cut after whole row groups where one value takes several files', async () => {
    const files = await writeBy('7')
    expect(files.map(({ n }) => n).slice(0, -1)).toEqual(
      Array.from({ length: files.length - 1 }, () => 10_240),
    )
    expect(readdirSync(to)).toHaveLength(10)
  })
})
