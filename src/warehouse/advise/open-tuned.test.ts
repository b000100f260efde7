import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { apply, propose } from '../design/design.ts'
import { writeLeftAlone } from '../design/records.ts'
import { adviseOne } from '../views/testing/advise-one.ts'
import { createRecorder } from '../watch/door.ts'
import { openTuned } from './open-tuned.ts'

const by = { by: 'ann', now: 1000 }
const ask = (from: number) =>
  `SELECT g, sum(i) AS n FROM t WHERE k >= ${from} GROUP BY g ORDER BY g`

let folder = ''
let path = ''
let actionId = ''
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-open-'))
  path = join(folder, 'shop.duckdb')
  await plainly(async (db) => {
    await db.run(
      'CREATE TABLE t AS SELECT range % 7 AS g, range % 20 AS k, range % 1000 AS i FROM range(60000)',
    )
    const action = await adviseOne(db, [ask(1), ask(2), ask(9)])
    actionId = action.actionId
    await propose(db, { actions: [action], refusals: [] }, () => ['t'], by)
    await apply(db, actionId, by)
  })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function plainly<T>(work: (db: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>) {
  const db = await openDatabase(path, { threads: 1 })
  return work(db).finally(() => db.close())
}

test('a program asks its own file, and views answer as the tables do', async () => {
  const expected = await plainly((db) => db.rows(ask(5)))
  const recorder = createRecorder({ seed: 1 })
  const shop = await openTuned(path, { threads: 1, watcher: recorder })
  expect(shop).toMatchObject({ serving: [actionId], unused: [] })
  expect(await shop.database.rows(ask(5))).toEqual(expected)
  expect(shop.database.counts()).toMatchObject({ statements: 1, rewritten: 1 })
  // A change of its own puts the view out of use until it is brought up to date.
  await shop.database.run('INSERT INTO t VALUES (1, 19, 1)')
  const after = await shop.database.rows(ask(5))
  expect(after).not.toEqual(expected)
  expect(shop.database.counts().rewritten).toBe(1)
  expect(await shop.refresh()).toMatchObject([{ actionId, refreshed: 'appended' }])
  expect(await shop.database.rows(ask(5))).toEqual(after)
  expect(shop.database.counts().rewritten).toBe(2)
  expect(recorder.workload().templates.length).toBeGreaterThan(0)
  await shop.close()
})

test('what another process changed since is found, by readers too', async () => {
  await plainly((db) => db.run('UPDATE t SET i = i + 1 WHERE k = 7'))
  const expected = await plainly((db) => db.rows(ask(5)))
  const shop = await openTuned(path, { mode: 'read', threads: 1 })
  expect(await shop.database.rows(ask(5))).toEqual(expected)
  expect(shop.database.counts()).toMatchObject({ statements: 1, rewritten: 0 })
  await shop.close()
})

test('a reader is answered from views, and statements that a person left alone are not', async () => {
  const recorder = createRecorder({ seed: 1 })
  const shop = await openTuned(path, { mode: 'read', threads: 1, watcher: recorder })
  await shop.database.rows(ask(3))
  expect(shop.database.counts().rewritten).toBe(1)
  await shop.close()
  const { fingerprint } = recorder.workload().templates[0]!.template
  await plainly((db) => writeLeftAlone(db, fingerprint, true, 'ann', 1))
  const again = await openTuned(path, { mode: 'read', threads: 1 })
  await again.database.rows(ask(3))
  expect(again.database.counts().rewritten).toBe(0)
  await again.close()
})

test('a file without changes and an action that cannot be read are opened as they are', async () => {
  await plainly((db) =>
    db.run(`UPDATE storewright_warehouse.actions SET definition = 'none of ours'`),
  )
  const shop = await openTuned(path, { threads: 1 })
  expect(shop).toMatchObject({ serving: [], unused: [{ actionId }] })
  expect(await shop.database.rows(ask(3))).toHaveLength(7)
  await shop.close()
  const fresh = await openTuned(':memory:')
  expect(fresh.serving).toEqual([])
  await fresh.close()
})
