import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { initStore, withDatabase } from '../../loop/index.ts'
import { type Action, design } from '../../warehouse/index.ts'
import { createWarehouseView } from './warehouse.ts'

let folder = ''
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'storewright-warehouse-')), 'shop')
  await initStore(folder, { name: 'shop' })
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

const ACTION: Action = {
  actionId: 'view-days',
  kind: 'view',
  target: 'sales_days',
  summary: 'sales by day',
  reasons: ['asked often'],
  fingerprints: ['f1'],
  predicted: { savedCpuMsPerDay: 9000, upkeepCpuMsPerDay: 100, buildCpuMs: 50, storageBytes: 1000 },
  apply: ['CREATE TABLE sales_days AS SELECT 1 AS a'],
  undo: ['DROP TABLE sales_days'],
  definition: '{}',
}

it('says what is asked of a store and that nothing is changed for it', async () => {
  const view = createWarehouseView(folder, { clock: () => 0 })
  await withDatabase(folder, 'read', (db) =>
    db.rows('SELECT count(*) FROM sales WHERE units > $1', [3]),
  )
  const page = await view.summary()
  expect(page.sentence).toContain('nothing is changed for it')
  const asked = page.templates.find(
    ({ sql }) => sql.includes('FROM SALES') || sql.includes('sales'),
  )
  expect(asked).toMatchObject({ tables: ['sales'], statements: 1, askedBy: 'command', off: false })
  expect(page.actions).toEqual([])
})

it('applies, undoes and refuses, tells what it saves, and leaves statements alone on a word', async () => {
  await withDatabase(folder, 'read', (db) => db.rows('SELECT count(*) FROM sales'))
  await withDatabase(folder, 'write', (db) =>
    design.propose(db, { actions: [ACTION], refusals: [] }, () => [], {
      by: 'storewright',
      now: 1,
    }),
  )
  const view = createWarehouseView(folder, { clock: () => 1000 })
  const request = { actionIds: ['view-days'], by: 'ada' }
  const applied = await view.apply(request)
  expect(applied.sentence).toMatch(/^Changes save 8.9 s of CPU a day, \d+ % of what is asked/)
  const { fingerprint } = applied.templates[0]!
  expect(applied.actions[0]).toMatchObject({
    actionId: 'view-days',
    status: 'applied',
    decidedBy: 'ada',
  })
  await expect(view.apply(request)).rejects.toMatchObject({ code: 'ERR_PLAN_STATUS' })
  const made = await withDatabase(folder, 'read', (db) => db.rows('SELECT a FROM sales_days'))
  expect(made).toEqual([{ a: 1 }])
  expect((await view.undo(request)).savedMsPerDay).toBe(0)
  await expect(view.refuse({ actionId: 'none', reason: 'no', by: 'ada' })).rejects.toMatchObject({
    code: 'ERR_PLAN_NOT_FOUND',
  })
  const off = await view.setOff({ fingerprint, off: true, by: 'ada' })
  expect(off.templates.find((one) => one.fingerprint === fingerprint)?.off).toBe(true)
  await expect(view.setOff({ fingerprint: 'f9', off: true, by: 'ada' })).rejects.toMatchObject({
    code: 'ERR_PLAN_NOT_FOUND',
  })
})

it('measures what it applies, and tells which of several could not be', async () => {
  const counted = 'SELECT count(*) AS n FROM sales'
  const made = { ...ACTION, kind: 'index' } as const
  await withDatabase(folder, 'write', (db) =>
    design.propose(
      db,
      {
        actions: [made, { ...made, actionId: 'view-none', apply: ['SELECT * FROM nowhere'] }],
        refusals: [],
      },
      () => [],
      { by: 'storewright', now: 1 },
      () => [{ sql: counted, runsPerDay: 10 }],
    ),
  )
  const view = createWarehouseView(folder, { clock: () => 1000 })
  const { actions } = await view.apply({ actionIds: ['view-days', 'view-none'], by: 'ada' })
  const one = (id: string) => actions.find(({ actionId }) => actionId === id)
  expect(one('view-days')).toMatchObject({ status: 'applied' })
  expect(one('view-days')?.measured).not.toBeNull()
  expect(one('view-none')).toMatchObject({
    status: 'failed',
    note: expect.stringContaining('nowhere'),
  })
  await expect(view.apply({ actionIds: ['view-none'], by: 'ada' })).rejects.toMatchObject({
    code: 'ERR_DESIGN',
  })
})
