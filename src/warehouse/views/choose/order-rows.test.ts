import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import type { Action } from '../../types.ts'
import { type ViewDefinition, viewTable } from '../answer/definition.ts'
import { createViewRewriter } from '../rewriter.ts'
import { adviseViews } from './adviser.ts'

const ROWS = 20_000
const ask = (x: number, y: number) =>
  `SELECT count(DISTINCT z) AS n FROM t WHERE x BETWEEN ${x} AND ${x + 90} AND y BETWEEN ${y} AND ${y + 90}`
const asked = Array.from({ length: 40 }, (_, i) => ask((i * 37) % 900, (i * 101) % 900))

let db: Database
beforeEach(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run(`CREATE TABLE t AS SELECT hash(range, 1) % 1000 AS x, hash(range, 2) % 1000 AS y,
    range AS z FROM range(${ROWS})`)
})
afterEach(() => db.close())

async function advise(count: number): Promise<Action> {
  const demand = { fingerprint: 'f', statements: asked, count, totalCpuMs: 50 * count }
  const { actions, refusals } = await adviseViews(db, [demand], {
    ...{ seed: 1, storageBytes: 1e9, standing: [], present: [], days: 1, isAnticipating: false },
    ...{ groupRows: [256], settings: { 'warehouse.view-order-rows': 0 } },
  })
  if (actions.length !== 1) throw new Error(JSON.stringify(refusals))
  await db.transaction(async () => {
    for (const sql of actions[0]!.apply) await db.run(sql)
  })
  return actions[0]!
}

const definitionOf = ({ definition }: Action) => JSON.parse(definition) as ViewDefinition

/** Share of the row groups of a size that a statement cannot skip by the least and greatest values. */
async function shareRead({ name, keys }: ViewDefinition, x: number, y: number): Promise<number> {
  const [kx, ky] = ['x', 'y'].map(
    (column) => keys.find(({ expression }) => expression === `"t"."${column}"`)!.column,
  )
  const [row] = await db.rows<{ share: number }>(
    `SELECT avg(CAST(low_x <= ${x + 90} AND high_x >= ${x} AND low_y <= ${y + 90} AND high_y >= ${y} AS INTEGER)) AS share
     FROM (SELECT min(${kx}) AS low_x, max(${kx}) AS high_x, min(${ky}) AS low_y, max(${ky}) AS high_y
       FROM ${viewTable(name)} GROUP BY rowid // 256)`,
  )
  return row!.share
}

test('rows asked for by two ranges lie in an order that both skip by, where they are asked for often', async () => {
  const often = await advise(1e6)
  expect(often.summary).toMatch(/laid out by .*\b[xy]\b.*\b[xy]\b.*, in row groups of 256/)
  expect(definitionOf(often).orderedBy).toBeDefined()
  expect(await shareRead(definitionOf(often), 500, 300)).toBeLessThan(0.08)
  // What statements seldom take is not worth learning an order for.
  for (const sql of often.undo) await db.run(sql)
  await expect(advise(100)).rejects.toThrow('it would save 0 ms')
})

test('rows that are added lie behind the order until they are many', async () => {
  const action = await advise(1e6)
  const rewriter = createViewRewriter(db)
  await rewriter.serve(action, false)
  await rewriter.meet({ sql: ask(10, 10) })
  const isRight = async () => {
    const { sql } = rewriter.rewrite({ sql: ask(10, 10) })!
    expect((await db.answer(sql)).columns).toEqual((await db.answer(ask(10, 10))).columns)
  }
  const add = async (rows: number) => {
    await db.run(`INSERT INTO t SELECT 11, 12, range FROM range(${rows})`)
    rewriter.changed('t', 'append')
    expect(rewriter.rewrite({ sql: ask(10, 10) })).toBeUndefined()
    const [outcome] = await rewriter.refresh()
    await isRight()
    return outcome?.refreshed
  }
  await isRight()
  expect(await add(100)).toBe('appended')
  expect(rewriter.behindOf(action.actionId)).toBe(100)
  const later = createViewRewriter(db)
  await later.serve(action)
  expect(later.behindOf(action.actionId)).toBe(100)
  // They are put in order when somebody wants that, or when they are many.
  expect(await rewriter.refresh()).toEqual([])
  expect(
    await rewriter.refresh(({ change, behindMs }) => change === 'unsorted' && behindMs > 0),
  ).toMatchObject([{ refreshed: 'sorted' }])
  expect(rewriter.behindOf(action.actionId)).toBe(0)
  await isRight()
  expect(await add(9000)).toBe('sorted')
  expect(rewriter.behindOf(action.actionId)).toBe(0)
})
