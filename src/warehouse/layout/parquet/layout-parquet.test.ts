import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, quoteText } from '../../../core/sql/database.ts'
import { groupsRead } from '../choose/groups-read.ts'
import { makeRandomTable } from '../testing/random-tables.ts'
import { layoutParquet } from './layout-parquet.ts'
import { recoverParquet } from './place.ts'

const ROWS = 60_000
const KNOBS = { 'warehouse.layout-sample-rows': 4096, 'warehouse.layout-file-rows': 20_000 }
const queries = Array.from(
  { length: 10 },
  (_, i) =>
    `SELECT b, count(*) AS n FROM t WHERE x BETWEEN ${9 * i} AND ${9 * i + 2} AND a < ${20 + i} GROUP BY b`,
)
const statements = queries.map((sql) => ({ sql, fingerprint: 'f', cpuMs: 40, runs: 1 }))

let db: Database
let folder: string
let file: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-parquet-'))
  file = join(folder, 't.parquet')
  db = await openDatabase(':memory:', { threads: 1 })
  await makeRandomTable(db, ROWS, 11)
  await db.run(`COPY t TO ${quoteText(file)} (FORMAT parquet)`)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

async function sumOf(files: string): Promise<unknown> {
  return (
    await db.answer(`SELECT count(*), sum(hash(v)) FROM read_parquet(${quoteText(files)}) AS v`)
  ).columns
}

// Times decide whether files are replaced; here any layout may be, so that the test tells no time.
const NO_BAR = { ...KNOBS, 'warehouse.layout-min-gain': -10 }
const outcomeOf = (path: string, more = {}) =>
  layoutParquet(db, path, {
    ...{ table: 't', statements, seed: 1, knobs: NO_BAR, groupRows: [2048], isOldKept: false },
    ...more,
  })

describe('layoutParquet', () => {
  it('keeps every row once, reads fewer row groups where it lays out, and leaves nothing beside', async () => {
    const before = await sumOf(file)
    const outcome = await outcomeOf(file)
    expect(await sumOf(file)).toEqual(before)
    expect(readdirSync(folder)).toEqual(['t.parquet'])
    expect(outcome.chosen!.groupShareThen).toBeLessThan(0.7)
    if (!outcome.isLaidOut) return
    await db.run(`CREATE OR REPLACE VIEW v AS SELECT * FROM read_parquet(${quoteText(file)})`)
    const shares = await groupsRead(
      db,
      'v',
      queries.map((sql) => sql.replace('FROM t', 'FROM v')),
      file,
    )
    expect(shares.reduce((a, b) => a + b, 0) / shares.length).toBeLessThan(0.7)
  })

  it('lays a folder out as files that follow each other', async () => {
    const parts = join(folder, 'parts')
    mkdirSync(parts)
    copyFileSync(file, join(parts, 'one.parquet'))
    copyFileSync(file, join(parts, 'two.parquet'))
    const before = await sumOf(`${parts}/*.parquet`)
    const outcome = await outcomeOf(parts)
    expect(await sumOf(`${parts}/*.parquet`)).toEqual(before)
    expect(readdirSync(folder).sort()).toEqual(['parts', 't.parquet'])
    if (outcome.isLaidOut) expect(readdirSync(parts).length).toBe(6)
  })

  it('puts the old folder back after a crash between two renames', async () => {
    const parts = join(folder, 'parts')
    mkdirSync(parts)
    copyFileSync(file, join(parts, 'one.parquet'))
    renameSync(parts, `${parts}.storewright-was`)
    mkdirSync(`${parts}.storewright-next`)
    recoverParquet(parts)
    expect(readdirSync(parts)).toEqual(['one.parquet'])
    expect(existsSync(`${parts}.storewright-next`)).toBe(false)
  })

  it('leaves the file where statements read rows as they lie, and says where there is none', async () => {
    const before = await sumOf(file)
    const bound = [
      ...statements,
      { sql: 'SELECT * FROM t LIMIT 5', fingerprint: 'g', cpuMs: 1, runs: 1 },
    ]
    const outcome = await outcomeOf(file, { statements: bound })
    expect(outcome.isLaidOut).toBe(false)
    expect(outcome.reasons[0]).toMatch(/order in which rows lie/)
    expect(await sumOf(file)).toEqual(before)
    await expect(outcomeOf(join(folder, 'none'))).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })

  it('leaves the file where the work is stopped', async () => {
    const before = await sumOf(file)
    const signal = AbortSignal.abort()
    await expect(outcomeOf(file, { signal })).rejects.toThrow()
    expect(await sumOf(file)).toEqual(before)
    expect(readdirSync(folder)).toEqual(['t.parquet'])
  })
})
