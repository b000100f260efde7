import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeFileWhole } from '../../core/files.ts'
import { initStore, withDatabase, workloadFile } from '../../loop/index.ts'
import { type Action, design, type Workload } from '../../warehouse/index.ts'
import { createWarehouseView } from './warehouse.ts'

const DAY_MS = 86_400_000
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

const WORKLOAD: Workload = {
  fromMs: 0,
  toMs: 2 * DAY_MS,
  templates: [
    {
      template: { fingerprint: 'f1', sql: 'SELECT ?', kind: 'select', tables: ['sales'] },
      count: 200,
      failures: 0,
      totalCpuMs: 2000,
      p50CpuMs: 10,
      p95CpuMs: 12,
      firstAt: 0,
      lastAt: DAY_MS,
      sample: [],
    },
  ],
}

it('says of an empty store that nothing was asked', async () => {
  const view = createWarehouseView(folder, { clock: () => 0 })
  const page = await view.summary()
  expect(page.sentence).toBe('Nothing has been asked of the database yet.')
  expect(page.actions).toEqual([])
})

it('applies, undoes and refuses, tells what it saves, and leaves statements alone on a word', async () => {
  writeFileWhole(workloadFile(folder), JSON.stringify(WORKLOAD))
  await withDatabase(folder, 'write', (db) =>
    design.propose(db, { actions: [ACTION], refusals: [] }, () => [], {
      by: 'storewright',
      now: 1,
    }),
  )
  const view = createWarehouseView(folder, { clock: () => 1000 })
  const request = { actionIds: ['view-days'], by: 'ada' }
  const applied = await view.apply(request)
  expect(applied.sentence).toBe(
    'Changes save 9.0 s of CPU a day, 90 % of what is asked of the database.',
  )
  expect(applied.templates[0]).toMatchObject({
    perDay: 100,
    cpuMsPerDay: 1000,
    actionIds: ['view-days'],
  })
  await expect(view.apply(request)).rejects.toMatchObject({ code: 'ERR_PLAN_STATUS' })
  const made = await withDatabase(folder, 'read', (db) => db.rows('SELECT a FROM sales_days'))
  expect(made).toEqual([{ a: 1 }])
  expect((await view.undo(request)).savedMsPerDay).toBe(0)
  await expect(view.refuse({ actionId: 'none', reason: 'no', by: 'ada' })).rejects.toMatchObject({
    code: 'ERR_PLAN_NOT_FOUND',
  })
  const off = await view.setOff({ fingerprint: 'f1', off: true, by: 'ada' })
  expect(off.templates[0]?.off).toBe(true)
  await expect(view.setOff({ fingerprint: 'f9', off: true, by: 'ada' })).rejects.toMatchObject({
    code: 'ERR_PLAN_NOT_FOUND',
  })
})
