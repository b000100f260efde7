import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openConnections, openDatabase } from '../../core/sql/database.ts'
import type { Action } from '../types.ts'
import { apply, propose, undo } from './design.ts'
import { readActions } from './records.ts'
import { attachWith, canHaveGroups, USUAL_GROUP_ROWS } from './row-groups.ts'

let folder: string
let path: string
let db: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-groups-'))
  path = join(folder, "a shop's.duckdb")
  db = await openDatabase(path, { threads: 1 })
  await db.run('CREATE TABLE t AS SELECT range AS i FROM range(300000)')
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

async function groupsOf(table: string): Promise<number> {
  const [row] = await db.rows<{ n: number }>(
    `SELECT count(DISTINCT row_group_id) AS n FROM pragma_storage_info('${table}')`,
  )
  return row!.n
}

const gain = { savedCpuMsPerDay: 1, upkeepCpuMsPerDay: 0, buildCpuMs: 1, storageBytes: 0 }
function relaid(id: string, definition: object): Action {
  return {
    ...{ actionId: `layout-t-${id}`, kind: 'layout', target: 't', summary: '', reasons: [] },
    ...{ fingerprints: [], predicted: gain, definition: JSON.stringify(definition) },
    apply: [
      'CREATE TABLE next AS SELECT * FROM t ORDER BY i DESC',
      'DROP TABLE t',
      'ALTER TABLE next RENAME TO t',
    ],
    undo: [
      'CREATE TABLE next AS SELECT * FROM t ORDER BY i',
      'DROP TABLE t',
      'ALTER TABLE next RENAME TO t',
    ],
  }
}
const decision = { by: 'test', now: 0 }
const applyOne = async (action: Action) => {
  await propose(db, { actions: [action], refusals: [] }, () => ['t'], decision)
  await apply(db, action.actionId, decision)
}

describe('attachWith', () => {
  it('has tables written in row groups of a size, and leaves the connection as it was', async () => {
    await db.run('CREATE TEMP TABLE kept AS SELECT 1 AS a')
    expect(await attachWith(db, 16_384)).toBe(true)
    await db.run('CREATE TABLE u AS SELECT * FROM t')
    expect(await groupsOf('u')).toBe(19)
    expect(await groupsOf('t')).toBe(3)
    expect(await db.rows('SELECT a FROM kept')).toEqual([{ a: 1 }])
    const [row] = await db.rows('SELECT count(*) AS n FROM duckdb_databases() WHERE NOT internal')
    expect(row).toEqual({ n: 1 })
    expect(await attachWith(db, USUAL_GROUP_ROWS)).toBe(true)
    await db.run('INSERT INTO u SELECT range FROM range(300000)')
    const [all] = await db.rows('SELECT count(*) AS n, CAST(sum(i) AS DOUBLE) AS s FROM u')
    expect(all).toEqual({ n: 600_000, s: 89_999_700_000 })
  })

  it('leaves a database alone that is no file, or that others of this process are connected to', async () => {
    const memory = await openDatabase(':memory:')
    expect(await canHaveGroups(memory)).toBe(false)
    expect(await attachWith(memory, 16_384)).toBe(false)
    memory.close()
    db.close()
    const [one, other] = await openConnections(path, 2)
    expect(await attachWith(one!, 16_384)).toBe(false)
    expect(await other!.rows('SELECT count(*) AS n FROM t')).toEqual([{ n: 300_000 }])
    one!.close()
    other!.close()
    db = await openDatabase(path)
  })

  it('keeps row groups from being merged where it writes after it was opened again; elsewhere rows stay in order', async () => {
    await attachWith(db, 16_384)
    await db.run('CREATE TABLE u AS SELECT * FROM t ORDER BY i DESC')
    for (const [rows, groups] of [
      [16_384, 19],
      [USUAL_GROUP_ROWS, 3],
    ] as const) {
      db.close()
      db = await openDatabase(path, { threads: 1 })
      expect(await groupsOf('u')).toBe(19)
      await attachWith(db, rows)
      await db.run('INSERT INTO t VALUES (-1)')
      await db.run('CHECKPOINT')
      expect(await groupsOf('u')).toBe(groups)
      const [row] = await db.rows(
        'SELECT count(*) AS n, count(*) FILTER (i = 299999 - rowid) AS same FROM u',
      )
      expect(row).toEqual({ n: 300_000, same: 300_000 })
    }
  })
})

describe('a layout in row groups of its own size', () => {
  it('is applied in that size and undone in the usual one', async () => {
    await applyOne(relaid('a', { groupRows: 32_768 }))
    expect(await groupsOf('t')).toBe(10)
    await undo(db, 'layout-t-a', decision)
    expect(await groupsOf('t')).toBe(3)
  })

  it('takes the place of the one it replaces in the same step', async () => {
    await applyOne(relaid('a', { groupRows: 32_768 }))
    await applyOne(relaid('b', { groupRows: 65_536, replaces: 'layout-t-a' }))
    expect(await groupsOf('t')).toBe(5)
    const status = Object.fromEntries(
      (await readActions(db)).map(({ actionId, status: is }) => [actionId, is]),
    )
    expect(status).toEqual({ 'layout-t-a': 'undone', 'layout-t-b': 'applied' })
  })
})

describe('a view in row groups of its own size', () => {
  it('is built in that size, and what is written when it is gone in the usual one', async () => {
    const action: Action = {
      ...relaid('v', { groupRows: 32_768 }),
      ...{ actionId: 'view-v', kind: 'view' },
      apply: ['CREATE TABLE v AS SELECT * FROM t ORDER BY i DESC'],
      undo: ['DROP TABLE v'],
    }
    await applyOne(action)
    expect(await groupsOf('v')).toBe(10)
    await undo(db, 'view-v', decision)
    await db.run('CREATE TABLE v AS SELECT * FROM t')
    expect(await groupsOf('v')).toBe(3)
  })
})
