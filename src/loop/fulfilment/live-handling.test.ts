import { afterAll, beforeAll, expect, it } from 'vitest'
import { withDatabase } from '../store/store.ts'
import { createLiveStore, DAY_MS, HOUR_MS, type LiveStore } from './testing/live-store.ts'

// A store of which one site has units, works from 8 to 12 UTC and picks two units an hour.

let live: LiveStore
const RNO = 'FC-RNO'
/** Half past nine, amid its hours. */
let begin = 0

beforeAll(async () => {
  live = await createLiveStore()
  await withDatabase(live.folder, 'write', async (db) => {
    await db.run(`UPDATE sites SET time_zone = 'UTC', handling_units_per_hour = 2, opens_minute = 480,
      closes_minute = 720 WHERE site_id = '${RNO}'`)
  })
  live.now = Math.floor(live.now / DAY_MS) * DAY_MS + 9.5 * HOUR_MS
  begin = live.now
  await live.open()
  for (const productId of ['P00001', 'P00002', 'P00003'])
    await live.count({ [productId]: { [RNO]: 90 } })
})
afterAll(() => live?.remove())

function orderBy(quantity: number): number {
  const { desk } = live.service
  const lines = [{ product: desk.productOf('P00001'), quantity }]
  const request = { lines, area: desk.areaOf('06037'), now: desk.now() } as const
  const answer = desk.promise({ ...request, kind: 'guaranteed', delivery: 'whole' })
  return answer.earliest!.orderBy * 60_000
}
const lines = (quantity: number) => ({
  lines: [{ productId: 'P00001', quantity, unitPriceCents: 900 }],
})
const noon = () => begin - 9.5 * HOUR_MS + 12 * HOUR_MS
const tomorrowAt = (hour: number) => begin - 9.5 * HOUR_MS + DAY_MS + hour * HOUR_MS

it('promises no more than a building can pick in its hours', async () => {
  // Of this hour and the two that are left today six units can be picked; a seventh is picked tomorrow.
  expect(orderBy(1)).toBeGreaterThanOrEqual(live.now)
  expect(orderBy(7)).toBeGreaterThanOrEqual(tomorrowAt(8))
  await live.place('all-day', ['P00001'], lines(6))
  expect(orderBy(1)).toBeGreaterThanOrEqual(tomorrowAt(8))
  const next = await live.place('next', ['P00001'], lines(1))
  expect(next.parcels[0]!.pickBy).toBeGreaterThanOrEqual(tomorrowAt(8))
})

it('holds what orders take of it after a restart and over the days, and gives back what is cancelled', async () => {
  await live.restart()
  expect(orderBy(1)).toBeGreaterThanOrEqual(tomorrowAt(8))
  const base = { requestId: 'c', orderId: 'all-day', at: live.now, lines: null } as const
  await live.service.happen({ kind: 'cancelled', ...base, by: 'customer', because: null })
  expect(orderBy(1)).toBeLessThanOrEqual(orderBy(7))
  expect(orderBy(6)).toBeLessThan(tomorrowAt(8) + HOUR_MS * 24)
  await live.place('again', ['P00001'], lines(5))
  // The next day begins: its hours are in the book, and what was taken of them stays so.
  await live.tickLater(tomorrowAt(9.5) - live.now)
  expect(orderBy(1)).toBeGreaterThanOrEqual(live.now)
  expect(live.failures).toEqual([])
})

it('handles nothing while it is closed, and is free again when it opens', async () => {
  begin = live.now
  const until = tomorrowAt(10)
  const closing = { closureId: 'h1', place: { siteId: RNO }, from: live.now, until }
  await live.service.closures.close({ ...closing, reason: 'strike', by: 'ada' })
  expect(orderBy(1)).toBeGreaterThanOrEqual(until)
  // From ten to twelve four units, the fifth on the day after.
  expect(orderBy(4)).toBeLessThanOrEqual(orderBy(5))
  expect(orderBy(5)).toBeGreaterThanOrEqual(tomorrowAt(8) + DAY_MS)
  await live.service.closures.reopen({ closureId: 'h1', at: live.now, by: 'ada' })
  expect(orderBy(1)).toBeLessThan(until)
  expect(noon()).toBeGreaterThan(live.now)
  expect(live.failures).toEqual([])
})
