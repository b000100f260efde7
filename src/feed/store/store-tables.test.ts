import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { createStoreTables, hasStoreTables } from './store-tables.ts'

let db: Database
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.close())

it('makes all tables, and the same again changes nothing', async () => {
  await createStoreTables(db)
  await createStoreTables(db)
  expect(await hasStoreTables(db)).toBe(true)
})

it('gives a store of an older version the columns that were declared since', async () => {
  await createStoreTables(db)
  await db.run("INSERT INTO sites (site_id, kind, time_zone) VALUES ('S', 'shop', 'UTC')")
  await db.run('ALTER TABLE lanes DROP COLUMN mode; ALTER TABLE sites DROP COLUMN lat')
  await db.run(
    "INSERT INTO lanes (lane_id, from_site_id, carrier, transit_days) VALUES ('L', 'S', 'Own', 1)",
  )
  await createStoreTables(db)
  expect(await db.rows("SELECT mode FROM lanes WHERE lane_id = 'L'")).toEqual([{ mode: 'truck' }])
  expect(await db.rows('SELECT lat FROM sites')).toEqual([{ lat: null }])
})
