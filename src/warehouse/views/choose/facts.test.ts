import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { NOT_WHOLE } from '../answer/definition.ts'
import { createViewRewriter } from '../rewriter.ts'
import { adviseOne } from '../testing/advise-one.ts'

const ROWS = 50_000
const asked = Array.from(
  { length: 12 },
  (_, i) => `SELECT v, count(*) AS n FROM t WHERE k > ${37 * i} GROUP BY v ORDER BY v LIMIT 7`,
)

let db: Database

beforeEach(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run(`CREATE TABLE t AS SELECT CAST(hash(i * 7) % 500 AS INTEGER) AS k,
    CAST(hash(i) % 9 + 1 AS DOUBLE) AS v FROM range(${ROWS}) r(i)`)
})

afterEach(() => db.close())

/** How a view for the statements is to keep `v`, once it is built. */
async function storedAs(statements: readonly string[]): Promise<string> {
  const action = await adviseOne(db, statements)
  for (const sql of action.apply) await db.run(sql)
  const { keys } = JSON.parse(action.definition)
  return keys.find(({ expression }: { expression: string }) => expression.includes('"v"')).stored
}

describe('fractions that are whole numbers in a sample', () => {
  it('are kept as whole numbers where they are in all rows', async () => {
    expect(await storedAs(asked)).toBe('INTEGER')
  })
  it.each(['2.5', '3e9', 'inf', '-inf', 'nan'])(
    'are kept as they are where one row holds %s, which no sample holds',
    async (value) => {
      await db.run(`UPDATE t SET v = '${value}' WHERE rowid = ${ROWS - 7}`)
      expect(await storedAs(asked)).toBe('DOUBLE')
    },
  )
  it('are not kept where one row holds -0', async () => {
    await db.run(`UPDATE t SET v = '-0.0' WHERE rowid = ${ROWS - 7}`)
    await expect(adviseOne(db, asked)).rejects.toThrow(/share too few cells/)
  })
  it.each(['2.5', '3e9', 'inf', 'nan', '-0.0'])(
    'put a view out of use, with the reason, where %s comes behind',
    async (value) => {
      const action = await adviseOne(db, asked)
      for (const sql of action.apply) await db.run(sql)
      const rewriter = createViewRewriter(db)
      await rewriter.serve(action)
      await rewriter.meet({ sql: asked[0]! })
      expect(rewriter.rewrite({ sql: asked[0]! })).toBeDefined()
      await db.run(`INSERT INTO t VALUES (499, '${value}')`)
      for (const how of ['append', 'other'] as const) {
        rewriter.changed('t', how)
        const [outcome] = await rewriter.refresh()
        expect(outcome).toMatchObject({ refreshed: 'failed' })
        expect(outcome!.failed).toContain(NOT_WHOLE)
        expect(rewriter.rewrite({ sql: asked[0]! })).toBeUndefined()
      }
    },
  )
})
