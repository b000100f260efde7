import { expect, test } from 'vitest'
import { openDatabase } from '../../../core/sql/database.ts'
import type { Expression } from '../read/expression.ts'
import { adviseViews } from './adviser.ts'
import { pairsOf, type Wished } from './merged.ts'
import type { ChangesSeen } from './upkeep.ts'

async function advise(count: number, changes: ReadonlyMap<string, ChangesSeen> = new Map()) {
  const db = await openDatabase(':memory:', { threads: 1 })
  await db.run(
    'CREATE TABLE t AS SELECT range % 5 AS a, range % 7 AS b, range % 11 AS c, range AS i FROM range(50000)',
  )
  const demands = [
    (from: number) => `SELECT a, count(*) AS n FROM t WHERE c >= ${from} GROUP BY a`,
    (from: number) => `SELECT b, max(i) AS m FROM t WHERE c < ${from} AND a <> 2 GROUP BY b`,
  ].map((write, i) => ({
    fingerprint: `f${i}`,
    statements: [1, 2, 5].map(write),
    count,
    totalCpuMs: 2 * count,
  }))
  const advice = await adviseViews(db, demands, {
    ...{ seed: 1, storageBytes: 1e9, standing: [], present: [], days: 1, isAnticipating: false },
    changes,
    // Whatever looking at them takes.
    settings: { 'warehouse.view-join-look': 10 },
  })
  db.close()
  return advice
}

test('one view answers two kinds of statement where building two would not pay', async () => {
  const { actions } = await advise(16)
  expect(actions).toHaveLength(1)
  expect(actions[0]!.fingerprints).toEqual(['f0', 'f1'])
})

test('the more a table changes the more a view of it costs to keep, and none is kept at a loss', async () => {
  const quiet = await advise(100)
  expect(quiet.actions[0]!.predicted.upkeepCpuMsPerDay).toBe(0)
  const added = await advise(100, new Map([['t', { appends: 10, others: 0 }]]))
  expect(added.actions[0]!.predicted.upkeepCpuMsPerDay).toBeGreaterThan(10)
  const busy = await advise(100, new Map([['t', { appends: 0, others: 5000 }]]))
  expect(busy.actions).toEqual([])
  expect(busy.refusals.map(({ reason }) => reason).join()).toContain('keeping it up')
})

test('kinds of statement that join their tables in other ways are not looked at together', () => {
  const column = (table: string, name: string): Expression => {
    return { kind: 'column', table, name, type: 'INTEGER' }
  }
  const wished = (left: Expression, right: Expression): Wished => {
    const still: Expression[] = [{ kind: 'compare', operator: '=', left, right }]
    const empty = { outer: [], groups: [], aggregates: [], moving: [] }
    const demand = { demand: { totalCpuMs: 1 } } as unknown as Wished['demands'][number]
    return { wish: { tables: ['a', 'b'], still, ...empty }, demands: [demand], hopedCpuMs: 0 }
  }
  const [one, other] = [
    wished(column('a', 'k'), column('b', 'k')),
    wished(column('a', 'l'), column('b', 'k')),
  ]
  expect(pairsOf([one, one]).map(({ wish }) => wish.still)).toEqual([one.wish.still])
  expect(pairsOf([one, other])).toEqual([])
})
