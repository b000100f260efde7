import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLiveStore, type LiveStore } from '../testing/live-store.ts'

let live: LiveStore

/** Serves the store by a strategy, from the next start on. */
async function serveBy(strategy: string): Promise<void> {
  await live.close()
  const file = join(live.folder, 'storewright.toml')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/^strategy = "[^"]*"/m, `strategy = "${strategy}"`))
  await live.open()
}

beforeAll(async () => {
  live = await createLiveStore({ ordersPerDay: 40 })
})
afterAll(() => live?.remove())

const worthOf = () => live.service.strategy().worth

it.each(['storewright', 'lp-duals'])(
  'prices stock for %s in a thread, and chooses by it',
  async (strategy) => {
    await serveBy(strategy)
    expect(live.service.strategy()).toMatchObject({ strategy, serves: strategy })
    expect(worthOf()).toMatchObject({ at: undefined, orders: 0 })
    const units = Object.fromEntries(live.service.siteIds.map((siteId) => [siteId, 3]))
    for (let p = 1; p <= 9; p++) await live.count({ [`P0000${p}`]: units })
    await live.service.tick()
    await expect.poll(() => worthOf()!.at).toBe(live.now)
    expect(worthOf()!.orders).toBeGreaterThan(100)
    expect(worthOf()!.meanCents).toBeGreaterThan(0)
    const order = await live.place(`one-${strategy}`, ['P00001', 'P00002'])
    expect(order.parcels[0]!.reason).toMatch(/that its units are worth there/)
    expect(live.service.strategy()).toMatchObject({ orders: 1 })
    // Enough of it goes: it is priced again before its time.
    for (let p = 1; p <= 9; p++) await live.count({ [`P0000${p}`]: { 'FC-RNO': 1 } })
    await live.tickLater(31_000)
    await expect.poll(() => worthOf()!.at).toBe(live.now)
    expect(live.failures).toEqual([])
  },
)

it('counts no worth and compares nothing where the settings say cheapest-now', async () => {
  await serveBy('cheapest-now')
  await live.count({ P00001: { 'FC-RNO': 90 } })
  await live.tickLater(61_000)
  const { parcels } = await live.place('plain', ['P00001'])
  expect(parcels[0]!.reason).not.toMatch(/worth/)
  expect(live.service.strategy()).toMatchObject({ worth: undefined, orders: 0, excess: 0 })
})
