import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDemoStore } from '../demo.ts'
import { buildRoutesOfStore, planLanesOfStore, planRegionsOfStore } from '../run.ts'
import { withDatabase } from '../store/store.ts'
import { applyRegions, networkStatus, rollBackRoutes, switchRoutes } from './operate.ts'
import { describeNetwork } from './report.ts'
import { simulateNetwork } from './simulate.ts'

const parent = mkdtempSync(join(tmpdir(), 'storewright-network-'))
const store = join(parent, 'store')
const NOW = Date.UTC(2026, 10, 26)
const run = { now: NOW }
const ada = { by: 'ada', at: NOW }

beforeAll(async () => {
  await makeDemoStore(store, {
    seed: 3,
    products: 150,
    days: 60,
    ordersPerDay: 40,
    searchesPerOrder: 0,
  })
})
afterAll(() => rmSync(parent, { recursive: true, force: true }))

describe('the network of a store', () => {
  it('proposes regions and stock, and puts them in force when someone says so', async () => {
    const step = await planRegionsOfStore(store, run, { counts: [6] })
    expect((await networkStatus(store, NOW)).regions).toBeUndefined()
    expect((await planRegionsOfStore(store, run, { counts: [6] })).skipped).toBe(true)
    await applyRegions(store, { by: 'ada' })
    const { regions } = await networkStatus(store, NOW)
    expect(regions).toMatchObject({ version: step.version, note: { regions: 6, areas: 3220 } })
    await withDatabase(store, 'read', async (db) => {
      const [row] = await db.rows<{ places: number; regions: number; placed: number }>(
        `SELECT count(*) AS places, count(DISTINCT region_id) AS regions,
           (SELECT sum(target_units) FROM placement_plan WHERE version = $1) AS placed
         FROM regions WHERE version = $1 AND place_kind = 'area'`,
        [step.version],
      )
      expect(row).toMatchObject({ places: 3220, regions: 6 })
      expect(row!.placed).toBeGreaterThan(0)
    })
  })

  it('plans fewer lanes for the regions, and routes over them', async () => {
    await planLanesOfStore(store, run)
    const { lanes } = await networkStatus(store, NOW)
    expect(lanes!.note.lanes).toBeGreaterThan(0)
    expect(lanes!.note.lanes).toBeLessThan(lanes!.note.lanesBefore)
    expect(lanes!.note.boundCents).toBeLessThan(lanes!.note.costCents)
    const today = await buildRoutesOfStore(store, run, { today: true })
    const planned = await buildRoutesOfStore(store, run)
    expect([today.version, planned.version]).toEqual([1, 2])
    expect((await buildRoutesOfStore(store, run)).skipped).toBe(true)
  })

  it('switches and rolls back while orders flow; no order meets two sets', async () => {
    await expect(simulateNetwork(store, { days: 7, clock: () => NOW })).rejects.toMatchObject({
      code: 'ERR_ROUTES_VERSION',
    })
    await switchRoutes(store, { ...ada, version: 1 })
    let hours = 0
    let operator = NOW
    const result = await simulateNetwork(store, {
      days: 7,
      clock: () => operator,
      betweenHours: async () => {
        hours++
        if (hours === 20)
          await switchRoutes(store, { ...ada, version: 2, regions: ['R1'], reason: 'pioneer' })
        if (hours === 40) await switchRoutes(store, { ...ada, version: 2, at: NOW + 1000 })
        if (hours === 60) operator = NOW + 1000
        if (hours === 80)
          await rollBackRoutes(store, { ...ada, at: operator, reason: 'late parcels' })
      },
    })
    expect(result.withoutSet).toBe(0)
    expect(result.sets.map(({ version }) => version).sort()).toEqual([1, 2])
    expect(result.sets.reduce((sum, { orders }) => sum + orders, 0)).toBe(result.orders)
    // R1 alone; then, once its time has come, all others; then these back.
    const [pioneer, rest, back] = result.switches
    expect(pioneer!.areas + rest!.areas).toBe(3220)
    expect(back).toMatchObject({ areas: rest!.areas, versions: [1] })
    const words = describeNetwork(await networkStatus(store, operator)).join('\n')
    expect(words).toContain('6 regions fill')
    expect(words).toMatch(/simulated on \d+ orders of .*, on which nothing was planned/)
    expect(words).toContain('rolled back by ada')
    expect(words).toContain('pioneer')
  })

  it('names what cannot be switched to', async () => {
    await expect(switchRoutes(store, { ...ada, version: 9 })).rejects.toThrow('no route set 9')
    await expect(switchRoutes(store, { ...ada, regions: ['R77'] })).rejects.toThrow('no region R77')
    const { revision } = await networkStatus(store, NOW)
    await expect(switchRoutes(store, { ...ada, expected: revision - 1 })).rejects.toMatchObject({
      code: 'ERR_ROUTES_CONFLICT',
    })
    await expect(
      planRegionsOfStore(store, run, { counts: [6], fixedAreas: { X: 'R1' } }),
    ).rejects.toThrow('no area X')
  })
})
