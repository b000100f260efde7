import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, sameAnswer } from '../../core/sql/answer.ts'
import { type Database, openDatabase, quoteText } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import { multiplyCpu } from '../../core/testing/priced.ts'
import { apply, propose } from '../design/design.ts'
import { readActions } from '../design/records.ts'
import { carryingSql, markTables } from '../layout/joined/carried.ts'
import { carryingRewriter } from '../layout/joined/rewriter.ts'
import { copySql, openParquet } from '../layout/parquet/files.ts'
import { rangesRewriter } from '../ranges/rewriter.ts'
import { rewriteTogether } from '../tuned/together.ts'
import { tunedDatabase } from '../tuned/tuned.ts'
import { adviseOne } from '../views/testing/advise-one.ts'
import { servingParts } from './parts.ts'

const CHANGE = fileURLToPath(new URL('../views/testing/change-file.ts', import.meta.url))
const BY = { by: 'test', now: 0 }
const COLUMN = {
  ...{ name: 'carried_kind', column: 'thing', table: 'things', key: 'id', attribute: 'kind' },
}
const block = (from: number) =>
  `SELECT shop, count(*) AS n, sum(price) AS p FROM sales WHERE price BETWEEN ${from} AND ${from + 90} GROUP BY shop ORDER BY shop`

/** For views, steering through groups, carried columns and ranges, and for what they make together. */
const ASKED: readonly ((k: number) => string)[] = [
  block,
  (k) =>
    `SELECT count(*) AS n, sum(a.price) AS p FROM sales AS a JOIN sales AS b ON a.thing = b.thing WHERE a.price < ${300 + k}`,
  (k) =>
    `SELECT count(*) AS n, min(line) AS l FROM facts JOIN things ON thing = id WHERE kind = 'kind ${k % 20}'`,
  (k) => `SELECT count(*) AS n FROM sales WHERE floor(price / 10) = ${k % 40}`,
  (k) => `SELECT max(price) AS most FROM sales WHERE year(sold) = ${2020 + (k % 5)}`,
  (k) => `${block(k)} LIMIT 3`,
  () => 'FROM sales ORDER BY ALL LIMIT 2',
]

/** What another process does to the database while nobody has it open, or to the Parquet file at any time. */
const CHANGES: readonly (readonly string[])[] = [
  ['ALTER TABLE sales ADD COLUMN more INTEGER DEFAULT 7'],
  ['ALTER TABLE sales DROP COLUMN price'],
  ['ALTER TABLE sales ALTER price TYPE VARCHAR'],
  ['ALTER TABLE sales ALTER price TYPE DOUBLE', 'UPDATE sales SET price = price + 0.5'],
  ['ALTER TABLE sales RENAME price TO cents', 'ALTER TABLE sales RENAME line TO price'],
  ['ALTER TABLE sales RENAME TO sold', 'ALTER TABLE sold RENAME shop TO place'],
  [
    'ALTER TABLE sales RENAME TO old',
    'CREATE TABLE sales AS SELECT * REPLACE (price + 1 AS price) FROM old WHERE line % 3 > 0',
  ],
  [
    'CREATE TABLE other AS SELECT line, thing, CAST(shop AS VARCHAR) AS shop, CAST(price AS DECIMAL(9, 2)) / 3 AS price, CAST(sold AS TIMESTAMP) AS sold FROM sales',
    'DROP TABLE sales',
    'ALTER TABLE other RENAME TO sales',
  ],
  ['ALTER TABLE sales ALTER sold TYPE TIMESTAMP'],
  ['DROP TABLE sales', 'CREATE VIEW sales AS SELECT range AS price, 1 AS shop FROM range(99)'],
  ['DROP TABLE things'],
  [
    'ALTER TABLE things RENAME kind TO sort',
    "ALTER TABLE things ADD COLUMN kind VARCHAR DEFAULT 'kind 3'",
  ],
  ['ALTER TABLE things ALTER id TYPE VARCHAR'],
  [
    'ALTER TABLE things RENAME TO former',
    "CREATE TABLE things AS SELECT id + 1 AS id, 'kind ' || (id % 7) AS kind FROM former",
  ],
  ["COPY (SELECT 'a' AS line, 3 AS thing, 4.5 AS price FROM range(50)) TO FILE (FORMAT parquet)"],
  ['COPY (SELECT line, thing % 9 AS thing, price FROM sales) TO FILE (FORMAT parquet)'],
]

// Joins are worth asking through groups on a quick machine too.
const asItIs = multiplyCpu(3)
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-schema-'))
  const db = await openDatabase(join(folder, 'shop.duckdb'), { threads: 1 })
  await db.run(
    `CREATE TABLE things AS SELECT CAST(range AS INTEGER) AS id, 'kind ' || (hash(range) % 20) AS kind FROM range(100)`,
  )
  await db.run(`CREATE TABLE sales AS SELECT range AS line, CAST(hash(range, 1) % 20 AS INTEGER) AS thing,
    CAST(hash(range, 3) % 5 AS INTEGER) AS shop, CAST(hash(range, 2) % 500 AS INTEGER) AS price,
    DATE '2020-01-01' + CAST(range % 1700 AS INTEGER) AS sold FROM range(20_000)`)
  await db.run('CREATE TABLE plain AS SELECT line, thing, price FROM sales')
  const carried = { columns: [COLUMN], marks: await markTables(db, [COLUMN]) }
  const sql = `SELECT * FROM ${carryingSql('plain', [COLUMN])} ORDER BY carried_kind, line`
  const file = join(folder, 'facts.parquet')
  await db.run(copySql(sql, file, { groupRows: 2048, codec: 'uncompressed', carried }))
  await db.run('DROP TABLE plain')
  const view = await adviseOne(db, [10, 20, 300].map(block))
  await propose(db, { actions: [view], refusals: [] }, () => ['sales'], BY)
  await apply(db, view.actionId, BY)
  db.close()
})
afterAll(() => {
  asItIs()
  rmSync(folder, { recursive: true, force: true })
})

async function outcomeOf(db: Pick<Database, 'answer'>, sql: string): Promise<Answer | string> {
  try {
    return await db.answer(sql)
  } catch (error) {
    return messageOf(error)
  }
}

/** What stands, in use as it is in a program: views, carried columns, ranges, and plans. */
async function tunedOf(db: Database, file: string) {
  await openParquet(db, 'facts', file)
  const parts = servingParts(db, 1, { 'warehouse.view-union-share': 1e6 })
  for (const action of await readActions(db)) {
    if (action.status === 'applied') await parts.serve(action, true).catch(() => undefined)
  }
  const carrying = carryingRewriter(db)
  await carrying.serve('facts', file).catch(() => false)
  const stages = [
    { rewriter: parts.rewriter },
    { rewriter: rangesRewriter(db), isOnlyBeside: true },
    { rewriter: carrying },
  ]
  const runs: (string | undefined)[] = []
  const asked = tunedDatabase(db, {
    ...{ mode: 'automatic', rewriter: rewriteTogether(db, stages), steerer: parts.steerer },
    ...{ knobs: { 'warehouse.look-after': 0 }, isPromising: () => true },
    watcher: { observe: (_, run) => runs.push(run.actionId ?? run.arm) },
  })
  return { asked, runs, parts }
}

/** All that is asked, twice each, answers or fails as the database does by itself. */
async function expectRight(db: Database, asked: Pick<Database, 'answer'>): Promise<void> {
  for (const write of ASKED) {
    for (const k of [3, 37, 110]) {
      const sql = write(k)
      const [found, expected] = [await outcomeOf(asked, sql), await outcomeOf(db, sql)]
      if (typeof found === 'string' || typeof expected === 'string') {
        expect({ sql, found }).toEqual({ sql, found: expected })
      } else if (!sameAnswer(found, expected, sql.includes('ORDER'))) {
        expect({ sql, found }).toEqual({ sql, found: expected })
      }
    }
  }
}

const copy = () => {
  const own = mkdtempSync(join(folder, 'copy-'))
  const [path, file] = [join(own, 'shop.duckdb'), join(own, 'facts.parquet')]
  cpSync(join(folder, 'shop.duckdb'), path)
  cpSync(join(folder, 'facts.parquet'), file)
  return { path, file }
}

test('views, carried columns and steering answer where nothing has changed', async () => {
  const { path, file } = copy()
  const db = await openDatabase(path, { threads: 1 })
  const { asked, runs } = await tunedOf(db, file)
  await expectRight(db, asked)
  const used = runs.filter((run) => run !== undefined).join(' ')
  expect(used).toMatch(/view_sales/)
  expect(used).toMatch(/carried-facts/)
  expect(used).toMatch(/count by key/)
  db.close()
})

test.each(CHANGES)('answers are right or the database’s own error: %s', async (...statements) => {
  const { path, file } = copy()
  const written = statements.map((sql) => sql.replace('FILE', quoteText(file)))
  execFileSync(process.execPath, [CHANGE, path, ...written])
  const db = await openDatabase(path, { threads: 1 })
  const { asked, parts } = await tunedOf(db, file)
  await expectRight(db, asked)
  await parts.refresh(true)
  await expectRight(db, asked)
  db.close()
})

test.each(CHANGES)(
  'answers are right where it is done through it while it is open: %s',
  async (...statements) => {
    const { path, file } = copy()
    const db = await openDatabase(path, { threads: 1 })
    const { asked, parts } = await tunedOf(db, file)
    await expectRight(db, asked)
    for (const sql of statements) await asked.run(sql.replace('FILE', quoteText(file)))
    await expectRight(db, asked)
    await parts.refresh(true)
    await expectRight(db, asked)
    db.close()
  },
)
