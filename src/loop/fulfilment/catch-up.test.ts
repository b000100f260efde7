import { afterAll, beforeAll, expect, it } from 'vitest'
import { withDatabase } from '../store/store.ts'
import { createLiveStore, type LiveStore } from './testing/live-store.ts'

let live: LiveStore
beforeAll(async () => {
  live = await createLiveStore()
  await live.open()
})
afterAll(() => live?.remove())

const importRows = (sql: string) =>
  withDatabase(live.folder, 'write', async (db) => {
    await db.run(sql)
  })

it('knows products that are imported while it runs: counts them, promises them, takes orders', async () => {
  expect(live.service.desk.productOf('NEW-1')).toBe(-1)
  await importRows(
    `INSERT INTO products BY NAME SELECT 'NEW-1' AS product_id, 'New' AS title, 3.5 AS weight_kg, 0.02 AS volume_m3`,
  )
  await live.tickLater(11_000)
  expect(live.service.desk.productOf('NEW-1')).toBeGreaterThan(0)
  await live.count({ 'NEW-1': { 'FC-RNO': 2 } })
  const { desk } = live.service
  const base = { area: desk.areaOf('06037'), now: desk.now(), kind: 'guaranteed' } as const
  const lines = [{ product: desk.productOf('NEW-1'), quantity: 1 }]
  expect(desk.promise({ ...base, lines, delivery: 'whole' }).cheapest).toBeDefined()
  expect((await live.place('new', ['NEW-1'])).parcels[0]).toMatchObject({ kg: 3.5 })
  await live.restart()
  expect(live.order('new').status).toBe('assigned')
  expect(live.failures).toEqual([])
})

it('says once that sites and lanes are taken up by the next start', async () => {
  await importRows(
    `INSERT INTO lanes BY NAME SELECT 'NEW-LANE' AS lane_id, 'FC-RNO' AS from_site_id, '06037' AS to_area_id,
       'Courier' AS carrier, 'truck' AS mode, 1 AS transit_days, 0 AS transit_sd_days,
       100 AS cost_per_parcel_cents, 1 AS cost_per_kg_cents`,
  )
  await live.tickLater(11_000)
  await live.tickLater(11_000)
  expect(live.failures).toMatchObject([
    { code: 'ERR_STORE_CHANGED', message: expect.stringMatching(/lanes now/) },
  ])
})
