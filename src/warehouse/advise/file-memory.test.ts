import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { propose } from '../design/design.ts'
import { readMemory } from '../steering/door.ts'
import { tunedDatabase } from '../tuned/tuned.ts'
import type { Action } from '../types.ts'
import { applyMeasured } from './apply-measured.ts'
import { memoryIn } from './file-memory.ts'
import { servingParts } from './parts.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-file-memory-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const JOIN = 'SELECT count(*) AS n FROM a, a AS b WHERE a.k = b.k AND a.x < '

async function makeDatabase() {
  const db = await openDatabase(':memory:', { threads: 1 })
  await db.run('CREATE TABLE a AS SELECT range % 20 AS k, range % 50 AS x FROM range(4000)')
  return db
}

const ACTION: Action = {
  ...{
    actionId: 'view-a',
    kind: 'index',
    target: 'a',
    summary: 's',
    reasons: [],
    fingerprints: ['f'],
  },
  predicted: { savedCpuMsPerDay: 1, upkeepCpuMsPerDay: 0, buildCpuMs: 0, storageBytes: 0 },
  ...{ apply: ['CREATE TABLE made (i INTEGER)'], undo: ['DROP TABLE made'], definition: '{}' },
}

describe('memoryIn', () => {
  it('keeps what steering of a DuckDB file learned from one time it is served to the next', async () => {
    const file = join(folder, 'shop.duckdb.steering.json')
    expect(memoryIn(file).learned).toBeUndefined()
    const db = await makeDatabase()
    const { steerer } = servingParts(db, 1, {}, undefined, memoryIn(file))
    const asked = tunedDatabase(db, { mode: 'automatic', steerer })
    for (let i = 0; i < 40; i++) {
      await asked.answer(`${JOIN}${i % 50}`)
      await asked.settle()
    }
    asked.close()
    const kept = memoryIn(file).learned
    expect(kept?.ways.catalogue.tables.map(([name]) => name)).toEqual(['a'])
    expect(readMemory(file).learned).toEqual(kept)
  })

  it('keeps no action from standing where the disk takes nothing more', async () => {
    const db = await makeDatabase()
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const advice = { actions: [ACTION], refusals: [] }
    const examples = () =>
      Array.from({ length: 12 }, (_, i) => ({ sql: `${JOIN}${i}`, runsPerDay: 1 }))
    const decision = { by: 'test', now: 0 }
    await propose(db, advice, () => ['a'], decision, examples)
    const memory = {
      keep: () => {
        throw new Error('no room')
      },
    }
    await applyMeasured(db, 'view-a', decision, { seed: 1, isRetreating: false, memory })
    expect((await db.answer('SELECT count(*) FROM made')).rowCount).toBe(1)
    warned.mockRestore()
    db.close()
    expect(readdirSync(folder)).toEqual(['shop.duckdb.steering.json'])
  })
})
