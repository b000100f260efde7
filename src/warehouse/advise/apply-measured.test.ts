import { afterEach, beforeEach, expect, test } from 'vitest'
import { sameAnswer } from '../../core/sql/answer.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { type PricedCpu, priceCpu, pricedByRows } from '../../core/testing/priced.ts'
import { apply, propose, undo } from '../design/design.ts'
import { readActions } from '../design/records.ts'
import type { Action } from '../types.ts'
import { adviseOne } from '../views/testing/advise-one.ts'
import { applyMeasured, measureOpen } from './apply-measured.ts'
import { refreshStanding } from './refresh-standing.ts'

const by = { by: 'ann', now: 1000 }
const ask = (from: number) => `SELECT g, sum(i) AS n FROM t WHERE k >= ${from} GROUP BY g`
// What stands hangs on CPU: here statements take it by the rows they read and make.
let cpu: PricedCpu
let db: Database
let action: Action

beforeEach(async () => {
  cpu = priceCpu()
  db = pricedByRows(await openDatabase(':memory:', { threads: 1 }), cpu)
  await db.run(
    'CREATE TABLE t AS SELECT range % 7 AS g, range % 20 AS k, range % 1000 AS i FROM range(400000)',
  )
  action = await adviseOne(db, [ask(1), ask(2), ask(9)])
})
afterEach(() => {
  cpu.restore()
  db.close()
})

const proposeIt = (proposed: Action) =>
  propose(
    db,
    { actions: [proposed], refusals: [] },
    () => ['t'],
    by,
    () => [1, 2, 9].map((from) => ({ sql: ask(from), runsPerDay: 100 })),
  )
const stored = async () => (await readActions(db))[0]!

test('what is applied is measured on statements before and after, and stands on the record', async () => {
  await proposeIt(action)
  const done = await applyMeasured(db, action.actionId, by, { seed: 1, isRetreating: true })
  expect(done.share).toBeGreaterThan(0.3)
  expect(done.measured!.savedCpuMsPerDay).toBeGreaterThan(100)
  expect(await stored()).toMatchObject({ status: 'applied', measured: done.measured })
})

test('what saves nothing is taken back where that is wanted, and only there', async () => {
  // A table that nobody asks: the statements take what they took.
  const idle = {
    ...action,
    kind: 'index' as const,
    apply: ['CREATE TABLE idle AS SELECT 1 AS x'],
    undo: ['DROP TABLE idle'],
  }
  await proposeIt(idle)
  const done = await applyMeasured(db, idle.actionId, by, { seed: 1, isRetreating: false })
  expect(done.takenBack).toBeUndefined()
  expect(await stored()).toMatchObject({ status: 'applied' })
})

test('what answers otherwise is always taken back', async () => {
  const wrong = {
    ...action,
    apply: action.apply.map((sql) => sql.replace('FROM "t"', 'FROM "t" WHERE "t"."g" <> 3')),
  }
  await proposeIt(wrong)
  const done = await applyMeasured(db, wrong.actionId, by, { seed: 1, isRetreating: false })
  expect(done.takenBack).toContain('differed')
  expect(await stored()).toMatchObject({ status: 'refused' })
})

/** The database until `last` statements were asked; each further one is stopped. */
function stoppedAfter(last: number): Database {
  let asked = 0
  const answer: Database['answer'] = (sql, values) =>
    ++asked <= last
      ? db.answer(sql, values)
      : Promise.reject(new Error('INTERRUPT Error: Interrupted!'))
  return { ...db, answer }
}

test('what is stopped before it is applied is proposed still', async () => {
  await proposeIt(action)
  const options = { seed: 1, isRetreating: true, plain: stoppedAfter(5) }
  await expect(applyMeasured(db, action.actionId, by, options)).rejects.toMatchObject({
    code: 'ERR_CANCELLED',
  })
  expect(await stored()).toMatchObject({ status: 'proposed' })
  expect(await tables()).toEqual(['t'])
})

// Six run before it is applied; the next looks whether it is there, the others are answered from it.
test.each([6, 7, 10])(
  'what is stopped while it is measured (after %d statements) stands, and is measured later',
  async (last) => {
    await proposeIt(action)
    const before = await db.answer(ask(2))
    const options = { seed: 1, isRetreating: true }
    const stopped = { ...options, plain: stoppedAfter(last) }
    const done = await applyMeasured(db, action.actionId, by, stopped)
    expect(done).toEqual({ actionId: action.actionId, isStopped: true })
    expect(await stored()).toMatchObject({ status: 'applied', toMeasure: expect.any(Array) })
    expect(sameAnswer(await db.answer(ask(2)), before, false)).toBe(true)
    expect(await measureOpen(db, by, { ...stopped, plain: stoppedAfter(1) })).toEqual([done])
    const [measured] = await measureOpen(db, by, options)
    expect(measured!.share).toBeGreaterThan(0.3)
    expect(await stored()).toMatchObject({ status: 'applied', measured: measured!.measured })
    expect(await measureOpen(db, by, options)).toEqual([])
  },
)

test('what a kill left unmeasured is measured by the next look, also where rows came since', async () => {
  await proposeIt(action)
  await apply(db, action.actionId, by)
  await db.run('INSERT INTO t SELECT 3, 12, range FROM range(1000)')
  const options = { seed: 1, isRetreating: true }
  const [done] = await measureOpen(db, by, options)
  expect(done!.share).toBeGreaterThan(0.3)
  const record = await stored()
  expect(record).toMatchObject({ status: 'applied', measured: done!.measured })
  expect(record.toMeasure).toBeUndefined()
})

test('what nothing can be measured on is left at that', async () => {
  const moved = { ...action, kind: 'layout' as const, apply: [], undo: [], definition: '{}' }
  await proposeIt(moved)
  await apply(db, action.actionId, by)
  expect(await measureOpen(db, by, { seed: 1, isRetreating: true })).toEqual([
    { actionId: action.actionId },
  ])
  expect((await stored()).toMeasure).toBeUndefined()
})

/** An action that leaves all answers as they are and sorts the table for each of them. */
function slowed(upkeepCpuMsPerDay = 0): Action {
  const hashed = 'SELECT *, row_number() OVER (ORDER BY md5(CAST(i AS VARCHAR))) AS r FROM t_raw'
  return {
    ...action,
    kind: 'index',
    predicted: { ...action.predicted, upkeepCpuMsPerDay },
    apply: [
      'ALTER TABLE t RENAME TO t_raw',
      `CREATE VIEW t AS SELECT g, k, i FROM (${hashed}) WHERE r > 0`,
    ],
    undo: ['DROP VIEW t', 'ALTER TABLE t_raw RENAME TO t'],
  }
}
const tables = async () =>
  (await db.rows("FROM duckdb_tables() WHERE schema_name = 'main'")).map((row) => row['table_name'])

test('what measures worse is taken back in one step, with the reason and what was measured', async () => {
  await proposeIt(slowed())
  const before = await db.answer(ask(2))
  const done = await applyMeasured(db, action.actionId, by, { seed: 1, isRetreating: true })
  expect(done.share).toBeLessThan(0)
  expect(done.takenBack).toMatch(/^it saved -\d+\.\d % of the time on 3 statements$/)
  expect(await stored()).toMatchObject({
    ...{ status: 'refused', note: done.takenBack, decidedBy: 'ann', measured: done.measured },
  })
  expect(await tables()).toEqual(['t'])
  expect(sameAnswer(await db.answer(ask(2)), before, false)).toBe(true)
  // It is not proposed again.
  await proposeIt(slowed())
  expect(await stored()).toMatchObject({ status: 'refused' })
})

/** The database in which what is asked of views takes a second more, the first times. */
function disturbed(times: number): Database {
  let left = times
  const answer: Database['answer'] = (sql, values) => {
    if (sql.includes('storewright_views') && left-- > 0) cpu.spend(1000)
    return db.answer(sql, values)
  }
  return { ...db, answer }
}

test.each([
  ['stands where only its first runs were disturbed', 6, 'applied'],
  ['is taken back where it saves too little again', Infinity, 'refused'],
])('a view is measured once more in turn with its tables, and %s', async (_, times, status) => {
  await proposeIt(action)
  const options = { seed: 1, isRetreating: true, plain: disturbed(times) }
  const done = await applyMeasured(db, action.actionId, by, options)
  expect(done.takenBack === undefined).toBe(status === 'applied')
  expect(await stored()).toMatchObject({ status, measured: done.measured })
})

test('what measures worse stands where a person applies it, and can be undone', async () => {
  await proposeIt(slowed())
  const done = await applyMeasured(db, action.actionId, by, { seed: 1, isRetreating: false })
  expect(done.takenBack).toBeUndefined()
  expect(done.measured!.savedCpuMsPerDay).toBeLessThan(0)
  expect(await tables()).toEqual(['t_raw'])
  await undo(db, action.actionId, by)
  expect(await tables()).toEqual(['t'])
})

test('what costs more to keep than it saves is taken back', async () => {
  await proposeIt({ ...action, predicted: { ...action.predicted, upkeepCpuMsPerDay: 1e9 } })
  const done = await applyMeasured(db, action.actionId, by, { seed: 1, isRetreating: true })
  expect(done.takenBack).toMatch(/saves .* ms a day and costs 1000000000.0 ms a day to keep/)
  expect(await stored()).toMatchObject({ status: 'refused' })
})

test('what makes a statement fail is taken back', async () => {
  await proposeIt({
    ...slowed(),
    apply: ['ALTER TABLE t RENAME TO t_raw'],
    undo: ['ALTER TABLE t_raw RENAME TO t'],
  })
  const done = await applyMeasured(db, action.actionId, by, { seed: 1, isRetreating: false })
  expect(done.takenBack).toMatch(/a statement failed that ran before/)
  expect(await tables()).toEqual(['t'])
})

test('a quiet hour brings what stands up to date and keeps what that took', async () => {
  await proposeIt(action)
  await applyMeasured(db, action.actionId, by, { seed: 1, isRetreating: true })
  expect(await refreshStanding(db, by)).toEqual([])
  await db.run('UPDATE t SET i = 5 WHERE k = 3')
  expect(await refreshStanding(db, by)).toMatchObject([{ refreshed: 'rebuilt' }])
  expect((await stored()).measured!.upkeepCpuMsPerDay).toBeGreaterThan(1)
})
