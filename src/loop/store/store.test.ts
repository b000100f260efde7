import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { initStore, withDatabase } from './store.ts'

const parent = mkdtempSync(join(tmpdir(), 'storewright-store-'))
afterAll(() => rmSync(parent, { recursive: true, force: true }))

it('reads a store of an older version, which lacks tables and columns', async () => {
  const folder = join(parent, 'old')
  const { database } = await initStore(folder)
  const old = await openDatabase(database)
  await old.run('DROP TABLE lane_transit; ALTER TABLE events DROP COLUMN strength')
  await old.run(
    "INSERT INTO areas (area_id, name, kind, lat, lon) VALUES ('A', 'Ash', 'county', 1, 2)",
  )
  old.close()
  await withDatabase(folder, 'read', async (db) => {
    expect(await db.rows('SELECT * FROM lane_transit')).toEqual([])
    expect(await db.rows('SELECT strength FROM events')).toEqual([])
    expect(await db.rows('SELECT area_id FROM areas')).toEqual([{ area_id: 'A' }])
  })
})
