import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import type { Action } from '../types.ts'
import { createViewRewriter } from '../views/rewriter.ts'
import { adviseOne } from '../views/testing/advise-one.ts'
import { apply, propose, takeOutBroken, undo } from './design.ts'
import { readActions } from './records.ts'

const by = { by: 'ann', now: 1000 }
const ask = (from: number) => `SELECT g, count(*) AS n FROM t WHERE k >= ${from} GROUP BY g`
let db: Database
let action: Action

beforeEach(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run('CREATE TABLE t AS SELECT range % 7 AS g, range % 20 AS k FROM range(6000)')
  action = await adviseOne(db, [ask(1), ask(2), ask(9)])
})
afterEach(() => db.close())

const namesIn = async (sql: string) => (await db.answer(sql)).columns[0]!.map(String).sort()
const schemas = () =>
  namesIn('SELECT schema_name FROM duckdb_schemas() WHERE database_name = current_database()')
const proposeIt = (proposed: Action = action) =>
  propose(db, { actions: [proposed], refusals: [] }, () => [], by)

describe('a view in a database', () => {
  it('is none of the user’s tables, and its schema goes with the last of them', async () => {
    await proposeIt()
    await apply(db, action.actionId, by)
    expect(await namesIn('SHOW TABLES')).toEqual(['t'])
    expect(
      await namesIn("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"),
    ).toEqual(['t'])
    expect(await schemas()).toContain('storewright_views')
    await undo(db, action.actionId, by)
    expect(await schemas()).not.toContain('storewright_views')
  })

  it('rests on the tables it is made of, whoever proposes it', async () => {
    await proposeIt()
    await apply(db, action.actionId, by)
    await db.run('ALTER TABLE t RENAME COLUMN k TO other')
    expect(await takeOutBroken(db, by)).toEqual([
      { actionId: action.actionId, reason: expect.stringContaining('k BIGINT') },
    ])
    expect(await schemas()).not.toContain('storewright_views')
  })

  it('that stands among the tables, as it did in former versions, is brought where it belongs', async () => {
    const among = (sql: string) => sql.replaceAll('storewright_views.', '')
    const former = {
      ...action,
      apply: action.apply.slice(1).map(among),
      undo: action.undo.map(among),
    }
    await proposeIt(former)
    await apply(db, action.actionId, by)
    expect(await namesIn('SHOW TABLES')).toContain(action.target)
    expect(await takeOutBroken(db, by)).toEqual([])
    expect(await namesIn('SHOW TABLES')).toEqual(['t'])
    const [stored] = await readActions(db)
    expect(stored).toMatchObject({ status: 'applied', apply: action.apply, undo: action.undo })
    const rewriter = createViewRewriter(db)
    await rewriter.serve(stored!)
    await rewriter.meet({ sql: ask(4) })
    expect(rewriter.rewrite({ sql: ask(4) })?.actionId).toBe(action.actionId)
  })
})
