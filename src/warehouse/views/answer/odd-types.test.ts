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
    // Tells 0 from −0.
    expect(answered.columns, sql).toEqual(plain.columns)
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
  it.each([
    [`SELECT v, count(*) AS n FROM t WHERE k > $k GROUP BY v ORDER BY v`],
    [`SELECT round(v, 1) AS r, count(*) AS n FROM t WHERE k > $k GROUP BY 1 ORDER BY r`],
    [`SELECT -v AS r, count(*) AS n FROM t WHERE k > $k GROUP BY 1 ORDER BY r`],
    [
      `SELECT j, min(abs(v)) AS low, max(round(v)) AS high FROM t WHERE k > $k GROUP BY j ORDER BY j`,
    ],
    [`SELECT j, min(v) AS low, max(v) AS high FROM t WHERE k > $k GROUP BY j ORDER BY j`],
    [`SELECT CAST(v AS VARCHAR) AS s, count(*) AS n FROM t WHERE k > $k GROUP BY v ORDER BY s`],
  ])('are not, where 0 and -0 meet, and nothing is shown as the other: %s', async (asked) => {
    const sql = statements((k) => asked.replace('$k', String(k)))
    for (const texts of [
      ['0', '-0', '1.5'],
      ['0', '-0.01', '0.01'],
      ['-0', '2'],
    ]) {
      for (const type of ['DOUBLE', 'FLOAT']) {
        await makeTable(type, texts)
        // Each answer is compared, whether a view gives it, refuses it or cannot be built.
        await servedOf(sql).catch((error: Error) => {
          if (error.name === 'AssertionError') throw error
        })
        for (const { name } of await db.rows<{ name: string }>(
          "SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = 'main'",
        )) {
          await db.run(`DROP TABLE ${name}`)
        }
        await db.run('DROP SCHEMA IF EXISTS storewright_views CASCADE')
      }
    }
  })
  it.each(['v', 'round(v, 1)', 'max(v)'])(
    'are not, where -0 comes behind a view of %s: it stays out of use',
    async (shown) => {
      await makeTable('DOUBLE', ['0', '0.25', '-1.5'])
      const isGroup = !shown.startsWith('max')
      const asked = statements((k) =>
        isGroup
          ? `SELECT ${shown} AS r, count(*) AS n FROM t WHERE k > ${k} GROUP BY 1 ORDER BY r`
          : `SELECT j, ${shown} AS r FROM t WHERE k > ${k} AND v <= 0 GROUP BY j ORDER BY j`,
      )
      const action = await adviseOne(db, asked)
      for (const sql of action.apply) await db.run(sql)
      const rewriter = createViewRewriter(db)
      await rewriter.serve(action)
      await rewriter.meet({ sql: asked[0]! })
      expect(rewriter.rewrite({ sql: asked[0]! })).toBeDefined()
      await db.run("INSERT INTO t SELECT 499, i % 13, '-0.0' FROM range(100) AS r(i)")
      rewriter.changed('t', 'append')
      expect(await rewriter.refresh()).toMatchObject([{ refreshed: 'failed' }])
      expect(rewriter.rewrite({ sql: asked[0]! })).toBeUndefined()
    },
  )
  it('are answered from views where there is one zero', async () => {
    await makeTable('DOUBLE', ['0', '0.25', '-1.5'])
    const grouped = (v: string) =>
      statements(
        (k) => `SELECT ${v} AS v, count(*) AS n FROM t WHERE k > ${k} GROUP BY 1 ORDER BY v`,
      )
    expect(await servedOf(grouped('v'))).toBe(12)
  })
  it.each([
    ['VARCHAR', 'min(v) FILTER (k < 250)', ['a', '-1', '']],
    ['DATE', 'max(v + j)', ['2024-01-01', '2020-02-29']],
    ['DATE', `date_diff('day', min(v + j), DATE '2025-01-01') / 2.0::DOUBLE`, ['2024-01-01']],
    ['BIGINT', `(min(v + 1) % 10) * 0.5::DOUBLE`, ['9007199254740992', '9007199254740994']],
  ])('are told from what is of another type: %s, %s', async (type, shown, texts) => {
    await makeTable(type, texts)
    const sql = statements(
      (k) => `SELECT j, ${shown} AS low FROM t WHERE k > ${k} GROUP BY j ORDER BY j`,
    )
    expect(await servedOf(sql)).toBe(sql.length)
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
