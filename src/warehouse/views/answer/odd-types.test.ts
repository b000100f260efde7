import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sameAnswer } from '../../../core/sql/answer.ts'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { createViewRewriter } from '../rewriter.ts'
import { adviseOne } from '../testing/advise-one.ts'

let db: Database

beforeEach(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
})

afterEach(() => db.close())

const statements = (write: (k: number) => string) =>
  Array.from({ length: 12 }, (_, i) => write(37 * i))

async function makeTable(type: string, texts: readonly string[]): Promise<void> {
  await db.run(`CREATE TABLE t (k INTEGER, j INTEGER, v ${type})`)
  const list = texts.map((text) => `'${text}'`).join(', ')
  await db.run(`INSERT INTO t SELECT hash(i * 7) % 500, hash(i * 17) % 13,
    ([${list}])[1 + CAST(hash(i) % ${texts.length} AS INTEGER)] FROM range(20000) r(i)`)
}

/** How many of the statements a view for them answers; each answer is compared. */
async function servedOf(asked: readonly string[]): Promise<number> {
  const action = await adviseOne(db, asked)
  for (const sql of action.apply) await db.run(sql)
  const rewriter = createViewRewriter(db, { 'warehouse.view-union-share': 1e6 })
  await rewriter.serve(action)
  let served = 0
  for (const sql of asked) {
    await rewriter.meet({ sql })
    const rewrite = rewriter.rewrite({ sql })
    if (rewrite === undefined) continue
    served++
    const [plain, answered] = [await db.answer(sql), await db.answer(rewrite.sql)]
    expect(sameAnswer(plain, answered, true), sql).toBe(true)
  }
  return served
}

describe('values that are equal and look different', () => {
  const asked = statements(
    (k) => `SELECT v, count(*) AS n FROM t WHERE k > ${k} AND j <> ${k % 13} GROUP BY v ORDER BY v`,
  )
  it.each([
    ['INTERVAL', ['1 month', '30 days', '720 hours'], /equal values may look different/],
    ['VARCHAR COLLATE NOCASE', ['ab', 'AB', 'Ab'], /collation/],
  ])('are not answered from views: %s', async (type, texts, why) => {
    await makeTable(type, texts)
    await expect(adviseOne(db, asked)).rejects.toThrow(why)
  })
  it('are not, whatever collation is set for all', async () => {
    await makeTable('VARCHAR', ['ab', 'AB', 'Ab'])
    await db.run("SET default_collation = 'NOCASE'")
    await expect(adviseOne(db, asked)).rejects.toThrow(/collation/)
  })
  it('are, where they look alike', async () => {
    await makeTable('VARCHAR', ['ab', 'AB', 'Ab'])
    expect(await servedOf(asked)).toBe(asked.length)
  })
})

describe('names with their schema', () => {
  const asked = statements(
    (k) =>
      `SELECT "main"."t"."v" AS "v", sum("main"."t"."j") AS "sum" FROM "main"."t" WHERE "main"."t"."k" >= ${k} GROUP BY "main"."t"."v" ORDER BY "main"."t"."v" ASC`,
  )
  it('are known, with and without the database', async () => {
    await makeTable('VARCHAR', ['a', 'b'])
    expect(await servedOf(asked)).toBe(asked.length)
    await db.run('DROP SCHEMA storewright_views CASCADE')
    const further = asked.map((sql) => sql.replace('FROM "main"."t"', 'FROM memory.MAIN.t'))
    expect(await servedOf(further)).toBe(asked.length)
  })
  it('of another schema are not', async () => {
    await makeTable('VARCHAR', ['a', 'b'])
    await db.run('CREATE SCHEMA other; CREATE TABLE other.t AS SELECT 1 AS k, 2 AS j, 3 AS v')
    const further = asked.map((sql) => sql.replaceAll('"main"', 'other'))
    await expect(adviseOne(db, further)).rejects.toThrow(/no table of this schema/)
  })
  it.each(['TABLE', 'VIEW'])(
    'and without it stand for a temporary %s, which is not answered from views',
    async (kind) => {
      await makeTable('VARCHAR', ['a', 'b'])
      await db.run(`CREATE TEMP ${kind} T AS SELECT 1 AS k, 2 AS j, 'c' AS v`)
      for (const list of [asked, asked.map((sql) => sql.replaceAll('"main".', ''))]) {
        await expect(adviseOne(db, list)).rejects.toThrow(/no table of this schema/)
      }
    },
  )
  it('may be fields of a column', async () => {
    await db.run(`CREATE TABLE main (t STRUCT(k INTEGER), k INTEGER)`)
    const fields = statements((k) => `SELECT sum(main.t.k) AS s FROM main WHERE k > ${k}`)
    await expect(adviseOne(db, fields)).rejects.toThrow(/no column/)
  })
})

it('keeps the share of a quantile a constant', async () => {
  await makeTable('VARCHAR', ['a', 'b'])
  const asked = statements(
    (k) => `SELECT quantile_cont(j, 0.95) AS q FROM t WHERE k BETWEEN ${k} AND ${k + 2}`,
  )
  expect(await servedOf(asked)).toBe(asked.length)
})
