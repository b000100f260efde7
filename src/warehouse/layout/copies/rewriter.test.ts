import { mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, sameAnswer } from '../../../core/sql/answer.ts'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import type { TunedDatabase } from '../../tuned/options.ts'
import { rewriteTogether } from '../../tuned/together.ts'
import { tunedDatabase } from '../../tuned/tuned.ts'
import { createTemplates } from '../../watch/templates.ts'
import { type CarriedColumn, carryingSql, markTables } from '../joined/carried.ts'
import { carryingRewriter } from '../joined/rewriter.ts'
import { copySql, openParquet, readSql } from '../parquet/files.ts'
import type { ParquetRewriter } from '../served/rewriter.ts'
import { filterArbitrary, makeRandomTable } from '../testing/random-tables.ts'
import { copyFile, dropCopies, keepCopies, narrowCopies, readCopies } from './record.ts'
import { copyingRewriter } from './rewriter.ts'

const ROWS = 20_000
const PAIRS = Number(process.env['STOREWRIGHT_PAIRS'] ?? 200)
const FORMAT = { groupRows: 2048, codec: 'uncompressed' } as const

let folder: string
let file: string
let db: Database
let rewriter: ParquetRewriter
let asked: TunedDatabase
let faults: string[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-copies-'))
  file = join(folder, 'facts.parquet')
  db = await openDatabase(':memory:', { threads: 1 })
  await makeRandomTable(db, ROWS, 5)
  await db.run(`CREATE TABLE plain AS SELECT CAST(rowid AS INTEGER) AS line,
    CAST(hash(rowid) % 300 AS INTEGER) AS thing, * FROM t ORDER BY hash(rowid, 2)`)
  await db.run(`CREATE OR REPLACE TABLE things AS SELECT CAST(range AS INTEGER) AS id,
    'kind ' || (hash(range) % 12) AS kind, CAST(hash(range, 7) % 50 AS INTEGER) AS a FROM range(300)`)
  await db.run(copySql('SELECT * FROM plain', file, FORMAT))
  await copyAll()
  await openParquet(db, 'facts', file)
  await db.run(`CREATE VIEW as_is AS SELECT * FROM ${readSql([file])}`)
  rewriter = copyingRewriter(db)
  const carrying = carryingRewriter(db)
  expect(await rewriter.serve('facts', file)).toBe(true)
  await carrying.serve('facts', file)
  faults = []
  asked = tunedDatabase(db, {
    ...{ mode: 'automatic', isPromising: () => true },
    rewriter: rewriteTogether(db, [{ rewriter }, { rewriter: carrying }]),
    onFault: ({ message }) => faults.push(message),
  })
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const COLUMNS = ['line', 'thing', 'a', 'x', 's', 'd', 'b', 'c']
const KIND: CarriedColumn = {
  ...{ name: 'storewright_kind', column: 'thing', table: 'things', key: 'id', attribute: 'kind' },
}

/** Copies of columns in the order of the first of them, one of them with what it carries, and one of all. */
const COPIES: readonly (readonly [readonly string[], string, readonly CarriedColumn[]])[] = [
  [['line', 'a', 'c', 's'], 'a', []],
  [['thing', 'd', 'c', 's'], 'd', []],
  [['line', 'thing', 'c', 's'], 'storewright_kind', [KIND]],
  [['line', 'x', 'c'], 'x', []],
  [COLUMNS, 's', []],
]

async function copyAll(isUnchanged = () => true): Promise<void> {
  const kept = []
  for (const [place, [names, by, carried]] of COPIES.entries()) {
    const to = copyFile(file, place)
    const columns = COLUMNS.filter((name) => names.includes(name))
    const format = {
      ...FORMAT,
      carried: { columns: carried, marks: await markTables(db, carried) },
    }
    const list = [...columns, ...carried.map(({ name }) => name)].join(', ')
    const from = carryingSql(readSql([file]), carried)
    await db.run(copySql(`SELECT ${list} FROM ${from} ORDER BY ${by}, line`, to, format))
    kept.push({ file: basename(to), columns, order: by })
  }
  await keepCopies(db, file, [file], kept, isUnchanged)
}

/** Answers through the tuned database twice, so that the second is of a template that is known, and plainly. */
async function check(sql: string): Promise<void> {
  const expected = await plainly(sql)
  for (let i = 0; i < 2; i++) expectSame(sql, await asked.answer(sql), expected)
}

const plainly = (sql: string) => db.answer(sql.replace(/\bfacts\b/g, 'as_is'))

function expectSame(sql: string, found: Answer, expected: Answer): void {
  if (!sameAnswer(found, expected, false)) expect({ sql, found }).toEqual({ sql, found: expected })
}

const rewritten = () => asked.counts().rewritten

const FORMS: readonly ((filter: string) => string)[] = [
  (f) => `SELECT count(*) AS n, sum(c) AS p FROM facts WHERE ${f}`,
  (f) => `SELECT s, count(*) AS n, avg(c) AS m FROM facts WHERE ${f} GROUP BY s`,
  (f) => `SELECT s, sum(c) AS m FROM facts WHERE ${f} GROUP BY s ORDER BY m DESC, s LIMIT 3`,
  (f) => `SELECT line, c FROM facts WHERE ${f} AND line < 3000`,
  (f) => `SELECT * FROM facts WHERE ${f} AND line % 50 = 0`,
  (f) => `SELECT max(c), min(line) FROM (SELECT * FROM facts WHERE ${f}) AS g`,
  (f) => `WITH x AS (SELECT c, s FROM facts WHERE ${f}) SELECT s, max(c) AS m FROM x GROUP BY s`,
  (f) => `SELECT count(*) AS n FROM facts f WHERE ${f} AND c > (SELECT avg(c) FROM facts)`,
  (f) =>
    `SELECT kind, count(*) AS n FROM facts f JOIN things g ON f.thing = g.id WHERE kind <> 'kind 7' AND (${f.replace(/\b([axsdbc])\b(?![ä'])/g, 'f.$1')}) GROUP BY kind`,
  (f) => `SELECT line FROM facts WHERE ${f} UNION ALL SELECT line FROM facts WHERE NOT (${f})`,
  (f) => `SELECT line, row_number() OVER (ORDER BY line) AS r FROM facts WHERE ${f} AND line < 999`,
  (f) =>
    `SELECT sum(x) FILTER (WHERE NOT isnan(x) AND NOT isinf(x)) AS p FROM facts WHERE ${f} AND x < 3`,
  (f) => `SELECT count(DISTINCT s) AS n FROM main."facts" WHERE ${f}`,
]

const CHANGES = [
  'SELECT * REPLACE (a + 1 AS a) FROM plain',
  'SELECT * FROM plain WHERE line % 3 > 0',
  "SELECT * REPLACE (CASE WHEN line = 17 THEN 'neu' ELSE s END AS s) FROM plain",
]

describe('copyingRewriter', () => {
  it('answers as the files do, whatever is asked and changes in between', async () => {
    const step = fc.record({
      form: fc.integer({ min: 0, max: FORMS.length - 1 }),
      filter: filterArbitrary,
      change: fc.integer({ min: 0, max: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(step, async ({ form, filter, change }) => {
        const sql = FORMS[form]!(filter)
        await check(sql)
        if (CHANGES[change] === undefined) return
        // The tuned database is told nothing of it.
        await db.run(copySql(CHANGES[change], file, FORMAT))
        await check(sql)
        await rewriter.refresh()
        await check(sql)
        await copyAll()
        await rewriter.refresh()
        await check(sql)
      }),
      { numRuns: PAIRS },
    )
    expect(rewritten()).toBeGreaterThan(PAIRS / 20)
  })

  it.each([
    'SELECT count(*) AS n FROM facts WHERE a = 7',
    'SELECT s, sum(c) AS p FROM facts WHERE a BETWEEN 3 AND 4 GROUP BY s ORDER BY s LIMIT 2',
    "SELECT count(*) AS n, avg(c) AS p FROM facts WHERE d = DATE '2024-03-01'",
    "SELECT count(*) AS n FROM facts JOIN things ON thing = id WHERE kind = 'kind 3'",
    "SELECT * FROM facts WHERE s = 'bä4'",
    'SELECT line FROM facts AS f WHERE x > 99.5 ORDER BY line',
    'SELECT count(*) FROM facts WHERE a = 7 AND c > (SELECT min(c) FROM facts WHERE a = 9)',
  ])('reads a copy: %s', async (sql) => {
    await check(sql)
    expect(rewritten()).toBeGreaterThan(0)
    expect(faults).toEqual([])
  })

  it.each([
    'SELECT * FROM facts WHERE a = 7 LIMIT 5',
    'SELECT line FROM facts WHERE a = 7 ORDER BY c LIMIT 3',
    'SELECT first(line) FROM facts WHERE a = 7',
    'SELECT list(line) FROM facts WHERE a = 7',
    'SELECT sum(x) FROM facts WHERE x < 3',
    'SELECT stddev(c) FROM facts WHERE a = 7',
    'SELECT sum(a) FROM (SELECT c / 3 AS a FROM facts WHERE a = 7)',
    'SELECT count(*) FROM facts',
    'SELECT count(*) FROM facts WHERE b AND a < 100',
    'SELECT facts FROM facts WHERE a = 7',
    'SELECT f FROM facts f WHERE a = 7',
    'SELECT line FROM facts AS f(l) WHERE a = 7',
    'SELECT count(*) FROM facts NATURAL JOIN things WHERE a = 7',
    'SELECT count(*) FROM facts TABLESAMPLE 100 % WHERE a = 7',
    'SELECT count(*) FROM facts WHERE a = 7 AND random() < 2',
    'WITH facts AS (SELECT 7 AS a) SELECT count(*) FROM facts WHERE a = 7',
    'SELECT row_number() OVER () AS r FROM facts WHERE a = 7',
    'SELECT any_of_them(line) AS l FROM facts WHERE a = 7',
    'SELECT s, count(*) AS n FROM facts WHERE a = 7 GROUP BY s ORDER BY n LIMIT 2',
    'SELECT upper(s) AS s, count(*) AS n FROM facts WHERE a = 7 GROUP BY facts.s ORDER BY s LIMIT 2',
  ])('runs as it was asked: %s', async (sql) => {
    await db.run('CREATE MACRO any_of_them(v) AS first(v)')
    await asked.answer(sql).catch(() => undefined)
    await asked.answer(sql).catch(() => undefined)
    expect(rewritten()).toBe(0)
  })

  it('reads no copy of files that are others, whoever changed them and whatever their time says', async () => {
    const sql = "SELECT count(*) AS n FROM facts WHERE s = 'neu' AND a < 60"
    await check(sql)
    const before = statSync(file)
    await db.run(copySql(CHANGES[2]!, file, FORMAT))
    utimesSync(file, before.atime, before.mtime)
    await check(sql)
    await rewriter.refresh()
    expect(await rewriter.serve('facts', file)).toBe(false)
    await check(sql)
  })

  it('reads copies of files that were moved or touched, and none where they went', async () => {
    const sql = 'SELECT count(*) AS n FROM facts WHERE a = 7'
    utimesSync(file, new Date(), new Date())
    await check(sql)
    expect(rewritten()).toBe(0)
    expect(await rewriter.serve('facts', file)).toBe(true)
    await check(sql)
    expect(rewritten()).toBeGreaterThan(0)
    dropCopies(file)
    await check(sql)
    expect(await rewriter.serve('facts', file)).toBe(false)
    await check(sql)
  })

  it('leaves templates to the files that no copy makes faster, and reads no copy that was taken away', async () => {
    const [slow, fast] = [
      (a: number) => `SELECT count(*) AS n FROM facts WHERE a = ${a}`,
      (a: number) => `SELECT count(*) AS n, sum(c) AS p FROM facts WHERE a = ${a}`,
    ]
    const { copies } = await readCopies(db, file, [file])
    const stays = [createTemplates(1).know(slow!(7)).template.fingerprint]
    narrowCopies(file, new Set([copies[0]!.file]), stays)
    expect(await rewriter.serve('facts', file)).toBe(true)
    for (const a of [3, 7]) await check(slow!(a))
    await check("SELECT count(*) AS n, avg(c) AS p FROM facts WHERE d = DATE '2024-03-01'")
    expect(rewritten()).toBe(0)
    await check(fast!(7))
    expect(rewritten()).toBeGreaterThan(0)
    narrowCopies(file, new Set(), stays)
    expect(await rewriter.serve('facts', file)).toBe(false)
    await check(fast!(7))
  })

  it('keeps no copies of files that changed while they were copied, and those before stay', async () => {
    await expect(copyAll(() => false)).rejects.toMatchObject({ code: 'ERR_DESIGN_CHANGED' })
    expect(await rewriter.serve('facts', file)).toBe(true)
  })

  it('uses nothing of a joined table that changed, and the rows all the same', async () => {
    const joined = "SELECT count(*) AS n FROM facts JOIN things ON thing = id WHERE kind = 'kind 3'"
    const own = 'SELECT count(*) AS n FROM facts WHERE a = 7'
    await check(joined)
    const before = rewritten()
    await asked.run("UPDATE things SET kind = 'kind 3' WHERE id < 100")
    await check(joined)
    expect(rewritten()).toBe(before)
    await check(own)
    expect(rewritten()).toBeGreaterThan(before)
    await asked.run("UPDATE things SET kind = 'kind ' || (hash(id) % 12)")
    await rewriter.refresh()
    const then = rewritten()
    await check(joined)
    expect(rewritten()).toBeGreaterThan(then)
  })
})
