import { expect, test } from 'vitest'
import { openDatabase } from '../../../core/sql/database.ts'
import { createViewRewriter } from '../rewriter.ts'
import { adviseOne } from '../testing/advise-one.ts'
import { sumType } from './sums.ts'

test('sums are kept in 64 bits where all rows together fit them', () => {
  expect(sumType('INTEGER', undefined, 1e9)).toBe('BIGINT')
  expect(sumType('BIGINT', [-5, 1e6], 1e6)).toBe('BIGINT')
  expect(sumType('BIGINT', [0, 2 ** 60], 10)).toBe('HUGEINT')
  expect(sumType('BIGINT', undefined, 10)).toBe('HUGEINT')
  expect(sumType('DECIMAL(10,2)', undefined, 1e8)).toBe('DECIMAL(18,2)')
  expect(sumType('DECIMAL(15,3)', undefined, 1e6)).toBeUndefined()
})

test('a sum that outgrows what it is kept in takes its view out and is never wrong', async () => {
  const db = await openDatabase(':memory:', { threads: 1 })
  const ask = (from: number) => `SELECT g, sum(b) AS s FROM t WHERE k >= ${from} GROUP BY g`
  await db.run(
    'CREATE TABLE t AS SELECT range % 7 AS g, range % 20 AS k, range AS b FROM range(6000)',
  )
  const action = await adviseOne(db, [ask(1), ask(2), ask(9)])
  expect(action.definition).toContain('"stored":"BIGINT"')
  for (const sql of action.apply) await db.run(sql)
  const rewriter = createViewRewriter(db)
  await rewriter.serve(action)
  await rewriter.meet({ sql: ask(4) })
  const { sql } = rewriter.rewrite({ sql: ask(4) })!
  expect((await db.answer(sql)).types).toEqual((await db.answer(ask(4))).types)
  rewriter.changed('t', 'append')
  await db.run('INSERT INTO t SELECT 1, 5, 9223372036854775807 FROM range(3)')
  rewriter.changed('t', 'append')
  expect(await rewriter.refresh()).toMatchObject([{ refreshed: 'failed' }])
  expect(rewriter.rewrite({ sql: ask(4) })).toBeUndefined()
  db.close()
})
