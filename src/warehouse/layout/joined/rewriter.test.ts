import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, sameAnswer } from '../../../core/sql/answer.ts'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import type { TunedDatabase } from '../../tuned/options.ts'
import { tunedDatabase } from '../../tuned/tuned.ts'
import { copySql, openParquet, readSql } from '../parquet/files.ts'
import { filterArbitrary, makeRandomTable } from '../testing/random-tables.ts'
import { type CarriedColumn, carriedName, carryingSql, markTables } from './carried.ts'
import { type CarryingRewriter, carryingRewriter } from './rewriter.ts'

const FACTS = 12_000
const DIMENSION = 400
const RUNS = Number(process.env['STOREWRIGHT_RUNS'] ?? 100)
const ATTRIBUTES = ['a', 'x', 's', 'd', 'b', 'c']

let folder: string
let file: string
let db: Database
let rewriter: CarryingRewriter
let asked: TunedDatabase
let faults: string[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-carried-'))
  file = join(folder, 'facts.parquet')
  db = await openDatabase(':memory:', { threads: 1 })
  await makeRandomTable(db, DIMENSION, 7)
  await db.run('CREATE TABLE things AS SELECT CAST(rowid AS INTEGER) AS id, * FROM t; DROP TABLE t')
  await db.run(`CREATE TABLE plain AS SELECT CAST(range AS INTEGER) AS line,
      CASE WHEN range % 97 = 0 THEN NULL ELSE CAST(hash(range) % ${DIMENSION + 40} AS INTEGER) END AS thing,
      CAST(hash(range, 1) % 1000 AS INTEGER) AS price FROM range(${FACTS})`)
  await carry(file)
  await openParquet(db, 'facts', file)
  rewriter = carryingRewriter(db)
  expect(await rewriter.serve('facts', file)).toBe(true)
  faults = []
  asked = tunedDatabase(db, {
    ...{ mode: 'automatic', rewriter, isPromising: () => true },
    onFault: ({ message }) => faults.push(message),
  })
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const COLUMNS: readonly CarriedColumn[] = ATTRIBUTES.map((attribute) => ({
  name: carriedName('things', attribute, []),
  ...{ column: 'thing', table: 'things', key: 'id', attribute },
  // One text as it is, the other by its rank.
  ...(attribute === 's' ? { isRank: true } : {}),
}))

/** The rows of `plain` in the order of what they carry. */
async function carry(to: string): Promise<void> {
  const [{ name }] = COLUMNS as readonly [CarriedColumn]
  const carried = { columns: COLUMNS, marks: await markTables(db, COLUMNS) }
  const sql = `SELECT * FROM ${carryingSql('plain', COLUMNS)} ORDER BY ${name}, line`
  await db.run(copySql(sql, to, { groupRows: 2048, codec: 'uncompressed', carried }))
}

/** Answers through the tuned database twice, so that the second is of a template that is known, and plainly. */
async function check(sql: string): Promise<void> {
  const expected = await plainly(sql)
  for (let i = 0; i < 2; i++) expectSame(sql, await asked.answer(sql), expected)
}

const plainly = (sql: string) => db.answer(sql.replace(/\bfacts\b/g, 'plain'))

function expectSame(sql: string, found: Answer, expected: Answer): void {
  if (!sameAnswer(found, expected, false)) expect({ sql, found }).toEqual({ sql, found: expected })
}

const rewritten = () => asked.counts().rewritten

const FORMS: readonly ((filter: string) => string)[] = [
  (f) => `SELECT count(*) AS n, sum(price) AS p FROM facts JOIN things ON thing = id WHERE ${f}`,
  (f) =>
    `SELECT s, count(*) AS n FROM facts AS f, things AS g WHERE f.thing = g.id AND ${f} AND f.price < 500 GROUP BY s`,
  (f) => `SELECT f.* FROM things JOIN facts f ON (id = f.thing AND ${f}) WHERE f.line < 3000`,
  (f) => `SELECT count(*), min(line) FROM main."facts" JOIN things ON id = thing WHERE NOT (${f})`,
  (f) =>
    `SELECT * FROM (SELECT facts.line FROM facts JOIN things ON thing = id WHERE ${f}) WHERE line % 5 = 0`,
  (f) =>
    `WITH x AS (SELECT price FROM facts JOIN things ON thing = id WHERE ${f}) SELECT count(*) AS n, max(price) FROM x`,
  (f) =>
    `SELECT count(*) AS n FROM facts l LEFT JOIN things ON l.thing = id WHERE ${f} OR id IS NULL`,
  (f) => `SELECT count(*) AS n FROM facts WHERE thing IN (SELECT id FROM things WHERE ${f})`,
  (f) =>
    `SELECT count(*) AS n FROM facts f JOIN things ON f.thing = id JOIN facts g ON g.thing = id WHERE ${f} AND g.line < 50`,
  (f) => `SELECT count(*) AS n FROM facts JOIN things ON thing = id AND (${f} OR price > 900)`,
]

const CHANGES = [
  'UPDATE things SET a = 50 - a WHERE id % 3 = 0',
  "UPDATE things SET s = 'neu' WHERE id < 50",
  'DELETE FROM things WHERE id % 50 = 1',
  'INSERT INTO things SELECT id + 400, a, x, s, d, b, c FROM things WHERE id < 40 AND id + 400 NOT IN (SELECT id FROM things)',
  'BEGIN; UPDATE things SET x = 1; ROLLBACK',
  'CREATE OR REPLACE TABLE things AS SELECT * FROM things',
]

describe('carryingRewriter', () => {
  it('answers as the tables do, whatever is asked and changes in between', async () => {
    let steps = 0
    const step = fc.record({
      form: fc.integer({ min: 0, max: FORMS.length - 1 }),
      filter: filterArbitrary,
      change: fc.integer({ min: 0, max: 3 * CHANGES.length }),
      isCarriedAnew: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(step, async ({ form, filter, change, isCarriedAnew }) => {
        steps++
        await check(FORMS[form]!(filter))
        if (CHANGES[change] === undefined) return
        for (const sql of CHANGES[change]!.split(';')) await asked.run(sql)
        await check(FORMS[form]!(filter))
        await rewriter.refresh()
        await check(FORMS[form]!(filter))
        if (!isCarriedAnew) return
        await carry(file)
        await openParquet(db, 'facts', file)
        expect(await rewriter.serve('facts', file)).toBe(true)
      }),
      { numRuns: RUNS, seed: 5 },
    )
    expect(rewritten()).toBeGreaterThan(steps / 4)
    expect(faults).toEqual([])
  })

  it('skips row groups by a filter on the joined table, and shows nothing of what rows carry', async () => {
    const sql = 'SELECT count(*) AS n FROM facts JOIN things ON thing = id WHERE a = 7'
    await asked.answer(sql)
    expect(rewritten()).toBe(1)
    const { columns } = await asked.answer('SELECT * FROM facts LIMIT 1')
    expect(columns).toHaveLength(3)
    expect((await asked.answer('DESCRIBE facts')).columns[0]).toEqual(['line', 'thing', 'price'])
  })

  it.each([
    'SELECT count(*) FROM facts JOIN things ON thing = id WHERE a < price',
    'SELECT count(*) FROM facts LEFT JOIN things ON thing = id AND a < 9',
    'SELECT count(*) FROM facts FULL JOIN things ON thing = id WHERE a < 9 OR line < 9',
    'SELECT count(*) FROM facts JOIN things ON thing = id + 1 WHERE a < 9',
    'SELECT count(*) FROM facts JOIN things ON thing <= id WHERE a < 9',
    'SELECT count(*) FROM facts JOIN things ON price = id WHERE a < 9',
    'WITH things AS (SELECT line AS id, 3 AS a FROM plain) SELECT count(*) FROM facts JOIN things ON thing = id WHERE a < 9',
    'SELECT count(*) FROM facts JOIN (SELECT id, -a AS a FROM things) AS things ON thing = id WHERE a < 9',
    'SELECT count(*) FROM facts JOIN things AS g(id, q, a) ON thing = g.id WHERE a < 9',
    'SELECT count(*) FROM facts ANTI JOIN things ON thing = id AND a < 9',
  ])('leaves alone what says nothing of what rows carry: %s', async (sql) => {
    await check(sql)
    expect(rewritten()).toBe(0)
  })

  it('takes constants with signs and lists of any length', async () => {
    const form = (filter: string) =>
      `SELECT count(*) AS n FROM facts JOIN things ON thing = id WHERE ${filter}`
    for (const filter of [
      'a > -5',
      'a > -50',
      'a > - 5',
      'a IN (1)',
      'a IN (1, 2, 3)',
      "s = 'it''s'",
    ])
      await check(form(filter))
    expect(rewritten()).toBeGreaterThan(4)
    expect(faults).toEqual([])
  })

  it('is out of service where a joined table was changed by others, and where files are other files', async () => {
    await db.run('UPDATE things SET a = a + 1 WHERE id = 3')
    const other = carryingRewriter(db)
    expect(await other.serve('facts', file)).toBe(false)
    await db.run('UPDATE things SET a = a - 1 WHERE id = 3')
    expect(await other.serve('facts', file)).toBe(true)
    await db.run('ALTER TABLE things ALTER a TYPE BIGINT')
    expect(await other.serve('facts', file)).toBe(false)
    await db.run('ALTER TABLE things ALTER a TYPE INTEGER')
    await db.run(
      `CREATE OR REPLACE VIEW facts AS SELECT line, thing, price FROM ${readSql([file])}`,
    )
    expect(await other.serve('facts', file)).toBe(false)
    await db.run('DROP TABLE things')
    await openParquet(db, 'facts', file)
    expect(await other.serve('facts', file)).toBe(false)
  })

  it('runs a statement as it was asked where the files went from under it', async () => {
    const sql = 'SELECT count(*) AS n FROM facts JOIN things ON thing = id WHERE a = 7'
    await asked.answer(sql)
    await db.run(copySql('SELECT * FROM plain', file, { groupRows: 2048, codec: 'uncompressed' }))
    await openParquet(db, 'facts', file)
    const { columns } = await asked.answer(sql)
    expect(columns).toEqual((await plainly(sql)).columns)
    expect(asked.counts().fellBack).toBe(1)
  })
})
