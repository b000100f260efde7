import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, quoteText } from '../../../core/sql/database.ts'
import { filesOf, openParquet } from './files.ts'
import { switchParquet, undoParquet } from './kept.ts'
import { nextTo, recoverParquet } from './place.ts'

let db: Database
let folder: string
let file: string
let parts: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-kept-'))
  file = join(folder, 't.parquet')
  parts = join(folder, 'parts')
  mkdirSync(join(parts, 'more'), { recursive: true })
  db = await openDatabase(':memory:', { threads: 1 })
  await write(file, 'SELECT range AS a, hash(range) % 100 AS b FROM range(3000)')
  await write(join(parts, 'one.parquet'), 'SELECT range AS a FROM range(50)')
  await write(join(parts, 'two.parquet'), 'SELECT range AS a FROM range(50, 90)')
  writeFileSync(join(parts, 'more', 'notes.txt'), 'notes')
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const write = (to: string, query: string) =>
  db.run(`COPY (${query}) TO ${quoteText(to)} (FORMAT parquet)`)
const rowsIn = async (pattern: string) =>
  (await db.answer(`SELECT count(*) FROM read_parquet(${quoteText(pattern)})`)).columns[0]![0]

async function layFile(order: string, isOldKept = true) {
  const beside = `${file}.new`
  await write(beside, `SELECT * FROM ${quoteText(file)} ORDER BY ${order}`)
  return switchParquet(db, file, [file], beside, isOldKept)
}

async function layFolder() {
  const beside = nextTo(parts)
  mkdirSync(beside)
  const all = quoteText(join(parts, '*.parquet'))
  await write(join(beside, 'part-0000.parquet'), `SELECT * FROM ${all} ORDER BY a DESC`)
  return switchParquet(db, parts, filesOf(parts), beside, true)
}

describe('undoParquet', () => {
  it('puts a file back byte by byte, for readers too that keep footers in memory', async () => {
    const old = readFileSync(file)
    const yesterday = new Date(Date.now() - 86_400_000)
    utimesSync(file, yesterday, yesterday)
    await openParquet(db, 't', file)
    const asked = () =>
      db.answer('SELECT b, count(*), sum(a) FROM t WHERE b < 9 GROUP BY b ORDER BY b')
    const answer = await asked()
    const kept = await layFile('b DESC')
    expect(kept).toEqual({ path: `${file}.before-layout`, bytes: old.length, isEarlier: false })
    expect(readFileSync(file)).not.toEqual(old)
    expect(await asked()).toEqual(answer)
    expect(await undoParquet(db, file)).toEqual({ path: file, bytes: old.length })
    expect(readFileSync(file)).toEqual(old)
    expect(await asked()).toEqual(answer)
    expect(readdirSync(folder).sort()).toEqual(['parts', 't.parquet'])
    await expect(undoParquet(db, file)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })

  it('puts the files of a folder back and leaves the rest of it, with no row read twice', async () => {
    const every = join(folder, '**', '*.parquet')
    const before = await rowsIn(every)
    const kept = await layFolder()
    expect(readdirSync(parts).sort()).toEqual(['more', 'part-0000.parquet'])
    expect(await rowsIn(every)).toEqual(before)
    expect(kept).toMatchObject({ path: `${parts}.before-layout`, isEarlier: false })
    writeFileSync(join(parts, 'since.txt'), 'since')
    await undoParquet(db, `${parts}/`)
    expect(readdirSync(parts).sort()).toEqual(['more', 'one.parquet', 'since.txt', 'two.parquet'])
    expect(readFileSync(join(parts, 'more', 'notes.txt'), 'utf8')).toBe('notes')
    expect(readdirSync(folder).sort()).toEqual(['parts', 't.parquet'])
    expect(await rowsIn(every)).toEqual(before)
  })

  it('leaves the new or the old after a crash, and can be asked again', async () => {
    await layFolder()
    // Killed between the two renames of putting back.
    cpSync(parts, nextTo(parts), { recursive: true })
    renameSync(parts, `${parts}.storewright-was`)
    recoverParquet(parts)
    expect(readdirSync(parts).sort()).toEqual(['more', 'part-0000.parquet'])
    renameSync(parts, `${parts}.storewright-was`)
    await undoParquet(db, parts)
    expect(readdirSync(parts).sort()).toEqual(['more', 'one.parquet', 'two.parquet'])
    expect(readdirSync(folder).sort()).toEqual(['parts', 't.parquet'])
    // Killed between keeping the old and the rename of the new.
    const old = readFileSync(file)
    linkSync(file, `${file}.before-layout`)
    await undoParquet(db, file)
    expect(readFileSync(file)).toEqual(old)
    expect(existsSync(`${file}.before-layout`)).toBe(false)
  })

  it('goes back to before all layouts while rows are the same', async () => {
    const old = readFileSync(file)
    await layFile('b DESC')
    expect(await layFile('b')).toMatchObject({ isEarlier: true, bytes: old.length })
    await undoParquet(db, file)
    expect(readFileSync(file)).toEqual(old)
  })

  it('puts back what was laid out last where rows came between layouts', async () => {
    await layFile('b DESC')
    await write(`${file}.more`, `SELECT * FROM ${quoteText(file)} UNION ALL SELECT 3000, 5`)
    renameSync(`${file}.more`, file)
    const grown = readFileSync(file)
    expect(await layFile('b')).toMatchObject({ isEarlier: false, bytes: grown.length })
    await undoParquet(db, file)
    expect(readFileSync(file)).toEqual(grown)
  })

  it('refuses where rows have changed since, in number or not', async () => {
    await layFile('b DESC')
    for (const change of [
      'a + CAST(a = 17 AS INTEGER) AS a, b',
      'b AS a, a AS b',
      'a, b, 1 AS c',
    ]) {
      const laidOut = readFileSync(file)
      await write(`${file}.more`, `SELECT ${change} FROM ${quoteText(file)}`)
      renameSync(`${file}.more`, file)
      const changed = readFileSync(file)
      await expect(undoParquet(db, file)).rejects.toMatchObject({ code: 'ERR_DESIGN_CHANGED' })
      expect(readFileSync(file)).toEqual(changed)
      writeFileSync(file, laidOut)
    }
    await write(`${file}.more`, `SELECT * FROM ${quoteText(file)} ORDER BY a % 7`)
    renameSync(`${file}.more`, file)
    await undoParquet(db, file)
    expect(existsSync(`${file}.before-layout`)).toBe(false)
  })

  it('puts back what is kept where the new is gone, and nothing where nothing was kept', async () => {
    await layFolder()
    rmSync(parts, { recursive: true })
    await undoParquet(db, parts)
    expect(readdirSync(parts).sort()).toEqual(['one.parquet', 'two.parquet'])
    await layFile('b DESC')
    expect(await layFile('b', false)).toBeUndefined()
    await expect(undoParquet(db, file)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    expect(readdirSync(folder).sort()).toEqual(['parts', 't.parquet'])
  })
})
