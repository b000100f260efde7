import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sameAnswer } from '../../../core/sql/answer.ts'
import { type Database, openDatabase, quoteText } from '../../../core/sql/database.ts'
import { tunedDatabase } from '../../tuned/tuned.ts'
import { groupsRead } from '../choose/groups-read.ts'
import { copySql, openParquet } from '../parquet/files.ts'
import { type CarriedColumn, carryingSql, markTables } from './carried.ts'
import { type CarryingRewriter, carryingRewriter } from './rewriter.ts'

const PAIRS = Number(process.env['STOREWRIGHT_PAIRS'] ?? 250)
const ROWS = 40_000
/** Alike in their first bytes, beyond them, in other planes, in no way, and not at all. */
const TEXTS = [
  ...Array.from({ length: 24 }, (_, i) => `category ${String(i).padStart(2, '0')}`),
  ...[
    '',
    ' ',
    "it's",
    '%',
    'category',
    'Category 01',
    'ca_egory 1',
    '\uff5e',
    '\u{1f600}',
    'é',
    'e',
  ],
]
const COLUMN: CarriedColumn = {
  ...{ name: 'kind_rank', column: 'thing', table: 'things', key: 'id', attribute: 'kind' },
  isRank: true,
}

let folder: string
let file: string
let db: Database
let rewriter: CarryingRewriter

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-ranks-'))
  file = join(folder, 'facts.parquet')
  db = await openDatabase(':memory:', { threads: 1 })
  const list = TEXTS.map((text) => `(${quoteText(text)})`).join(', ')
  await db.run(
    `CREATE TABLE texts AS SELECT row_number() OVER () - 1 AS n, t AS text FROM (VALUES ${list}) v(t)`,
  )
  await db.run(`CREATE TABLE things AS SELECT CAST(range AS INTEGER) AS id, range % 7 AS size,
    CASE WHEN range % 11 = 0 THEN NULL ELSE text END AS kind
    FROM range(600) JOIN texts ON n = CAST(hash(range) % ${TEXTS.length} AS INTEGER)`)
  await db.run(`CREATE TABLE plain AS SELECT CAST(range AS INTEGER) AS line,
    CASE WHEN range % 97 = 0 THEN NULL ELSE CAST(hash(range, 1) % 640 AS INTEGER) END AS thing FROM range(${ROWS})`)
  const carried = { columns: [COLUMN], marks: await markTables(db, [COLUMN]) }
  const sql = `SELECT * FROM ${carryingSql('plain', [COLUMN])} ORDER BY kind_rank, line`
  await db.run(copySql(sql, file, { groupRows: 2048, codec: 'uncompressed', carried }))
  await openParquet(db, 'facts', file)
  rewriter = carryingRewriter(db)
  expect(await rewriter.serve('facts', file)).toBe(true)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const sqlOf = (filter: string) =>
  `SELECT count(*) AS n, min(line) AS l, sum(line) AS s FROM facts JOIN things ON thing = id WHERE ${filter}`

const text = fc
  .oneof(
    fc.constantFrom(...TEXTS),
    fc.constantFrom(...TEXTS).map((one) => `${one}x`),
    fc.constantFrom('category 0', 'cat', 'zzz', '\ue000', 'category 011'),
  )
  .map(quoteText)
const list = fc.array(text, { minLength: 1, maxLength: 12 }).map((all) => all.join(', '))
const pattern = fc
  .tuple(fc.constantFrom(...TEXTS), fc.constantFrom('%', '_', '', '0%', '%1', '%%'))
  .map(([one, end]) => quoteText(one + end))
const atom = fc.oneof(
  fc
    .tuple(fc.constantFrom('=', '<', '<=', '>', '>=', '<>'), text)
    .map(([op, t]) => `kind ${op} ${t}`),
  fc
    .tuple(fc.constantFrom('=', '<', '<=', '>', '>='), text)
    .map(([op, t]) => `${t} ${op} things.kind`),
  list.map((all) => `kind IN (${all})`),
  list.map((all) => `kind NOT IN (${all})`),
  fc.tuple(text, text).map(([a, b]) => `kind BETWEEN ${a} AND ${b}`),
  fc.tuple(text, text).map(([a, b]) => `kind NOT BETWEEN ${a} AND ${b}`),
  pattern.map((one) => `kind LIKE ${one}`),
  text.map((one) => `starts_with(kind, ${one})`),
  fc.constantFrom(
    'kind IS NULL',
    'kind IS NOT NULL',
    'kind = NULL',
    "kind IN ('e', NULL)",
    "kind = E'it\\'s'",
    'size < 3',
    "lower(kind) = 'category 01'",
    "kind LIKE '%1'",
  ),
)
const filter = fc.oneof(
  { weight: 4, arbitrary: atom },
  fc.tuple(atom, atom).map(([a, b]) => `(${a} OR ${b})`),
  fc.tuple(atom, atom).map(([a, b]) => `${a} AND ${b}`),
  fc.tuple(atom, atom, atom).map(([a, b, c]) => `NOT (${a}) OR ${b} AND ${c}`),
  atom.map((a) => `NOT ${a}`),
)

describe('texts carried as ranks', () => {
  it('answer as the tables do, whatever texts are compared', async () => {
    const faults: string[] = []
    const asked = tunedDatabase(db, {
      ...{ mode: 'automatic', rewriter, isPromising: () => true },
      onFault: ({ message }) => faults.push(message),
    })
    let count = 0
    await fc.assert(
      fc.asyncProperty(filter, async (one) => {
        count++
        const expected = await db.answer(sqlOf(one).replace('facts', 'plain'))
        const found = await asked.answer(sqlOf(one))
        if (!sameAnswer(found, expected, false))
          expect({ one, found }).toEqual({ one, found: expected })
      }),
      { numRuns: PAIRS },
    )
    expect(faults).toEqual([])
    expect(asked.counts().rewritten).toBeGreaterThan(count / 2)
  })

  it.each([
    ["kind = 'category 08'", 0.3],
    ["kind IN ('category 08', 'category 21')", 0.35],
    [
      "kind IN ('category 02', 'category 08', 'category 21', 'no such', 'category 13', 'e', 'é')",
      0.6,
    ],
    ["kind LIKE 'category 1%'", 0.5],
    ["kind > 'category 22'", 0.45],
    ["kind = 'no such'", 0],
  ])('skip row groups: %s', async (one, most) => {
    const [share] = await groupsRead(db, 'facts', [sqlOf(one)], file)
    expect(share).toBeLessThanOrEqual(most)
  })

  it('are out of use where texts are compared by another order than that of their bytes', async () => {
    await db.run("SET default_collation = 'nocase'")
    await rewriter.refresh()
    expect(await carryingRewriter(db).serve('facts', file)).toBe(false)
    await db.run('RESET default_collation')
    expect(await carryingRewriter(db).serve('facts', file)).toBe(true)
  })
})
