import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  buildRoutesOfStore,
  initStore,
  planLanesOfStore,
  planRegionsOfStore,
  planSitesOfStore,
  withDatabase,
  withLedger,
} from '../../loop/index.ts'
import type { NetworkInfo, NetworkMapReply } from '../schemas/network.ts'
import type { LaneDetail, LanePage, TruckPage } from '../schemas/network-lanes.ts'
import type { RouteReply, WhatIfReply } from '../schemas/network-route.ts'
import type { SitesPlan } from '../schemas/network-sites.ts'
import { createServer } from '../server.ts'
import { createStoreView } from './store-view.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-network-view-'))
const store = join(folder, 'store')
const now = Date.UTC(2026, 3, 1, 12)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Eight areas from west to east; a centre at either end and one in the middle of the west. */
const AREAS = Array.from({ length: 8 }, (_, a) => `A${a + 1}`)
const STORE_SQL = `
  INSERT INTO areas (area_id, name, kind, state, population, lat, lon)
    SELECT 'A' || (1 + i), 'Area ' || (1 + i), 'district', 'XX', 1000, 50.0, 2.0 * i FROM range(8) t(i);
  INSERT INTO adjacency (area_id, neighbor_id)
    SELECT 'A' || (1 + i), 'A' || (2 + i) FROM range(7) t(i);
  INSERT INTO sites (site_id, name, kind, area_id, time_zone, capacity_m3) VALUES
    ('WEST', 'Western centre', 'fulfilment_centre', 'A2', 'UTC', 40),
    ('MIDDLE', 'Middle centre', 'fulfilment_centre', 'A4', 'UTC', 40),
    ('EAST', 'Eastern centre', 'fulfilment_centre', 'A7', 'UTC', 80),
    ('SORT', 'Sort centre', 'sort_centre', 'A4', 'UTC', NULL),
    ('DSW', 'Western station', 'delivery_station', 'A2', 'UTC', NULL),
    ('DSE', 'Eastern station', 'delivery_station', 'A7', 'UTC', NULL);
  INSERT INTO lanes (lane_id, from_site_id, to_site_id, to_area_id, carrier, transit_days,
      cost_per_parcel_cents, cost_per_truck_cents, capacity_m3)
    SELECT f || '>' || t, f, t, NULL, 'Linehaul', 0.2, 0, 20000, 20
    FROM (VALUES ('WEST'), ('MIDDLE'), ('EAST')) a(f), (VALUES ('SORT'), ('DSW'), ('DSE')) b(t);
  INSERT INTO lanes (lane_id, from_site_id, to_site_id, carrier, transit_days, cost_per_truck_cents, capacity_m3)
    VALUES ('SORT>DSW', 'SORT', 'DSW', 'Linehaul', 0.2, 15000, 20), ('SORT>DSE', 'SORT', 'DSE', 'Linehaul', 0.2, 15000, 20);
  INSERT INTO lanes (lane_id, from_site_id, to_area_id, carrier, transit_days, cost_per_parcel_cents)
    SELECT s || '>A' || (1 + i), s, 'A' || (1 + i), 'Van', 0.3, 250
    FROM range(8) t(i), (VALUES ('DSW', 0, 3), ('DSE', 4, 7)) v(s, a, b) WHERE i BETWEEN a AND b;
  INSERT INTO departures (lane_id, weekday, departs_minute, cutoff_minutes)
    SELECT lane_id, d, CASE WHEN to_area_id IS NULL THEN 1200 ELSE 480 END, 60 FROM lanes, range(7) t(d);
  INSERT INTO products (product_id, title, price_cents, volume_m3)
    SELECT 'P' || i, 'Product ' || i, 2000, 0.05 FROM range(12) t(i);
  INSERT INTO stock (site_id, product_id, as_of, on_hand)
    SELECT s, 'P' || i, DATE '2026-03-31', 40 FROM range(12) t(i), (VALUES ('WEST'), ('MIDDLE'), ('EAST')) v(s);
  INSERT INTO orders (order_id, ordered_at, area_id)
    SELECT 'O' || i, TIMESTAMP '2026-03-03 08:00:00' + INTERVAL (i * 67) MINUTE, 'A' || (1 + i % 8)
    FROM range(600) t(i);
  INSERT INTO order_lines (order_id, line_number, product_id, quantity, unit_price_cents)
    SELECT 'O' || i, 1 + l, 'P' || ((i * 7 + l * 5) % 12), 1 + (i + l) % 3, 2000 FROM range(600) t(i), range(2) u(l) WHERE l <= i % 2;
`

const headers = { host: '127.0.0.1:4600' }
let server: ReturnType<typeof createServer>
const get = async <T>(url: string, status = 200): Promise<T> => {
  const reply = await server.inject({ url, headers })
  expect(reply.statusCode, reply.body.slice(0, 400)).toBe(status)
  return reply.json() as T
}
const post = async <T>(url: string, payload: object, status = 200): Promise<T> => {
  const reply = await server.inject({ method: 'POST', url, payload, headers })
  expect(reply.statusCode, reply.body.slice(0, 400)).toBe(status)
  return reply.json() as T
}

beforeAll(async () => {
  await initStore(store, { name: 'small', currency: 'EUR' })
  // Eight areas need no long search.
  appendFileSync(join(store, 'storewright.toml'), '\n"network.region-steps" = 3000\n')
  await withDatabase(store, 'write', (db) => db.run(STORE_SQL))
  server = createServer({ view: createStoreView(store, { clock: () => now, actor: 'ada' }) })
})
afterAll(() => server.close())

describe('the network of a store', () => {
  it('says what to run before anything was planned', async () => {
    expect(await get('/api/network', 404)).toMatchObject({
      code: 'ERR_STORE_EMPTY',
      command: `storewright network regions --apply --store ${store}`,
    })
  })

  it('shows a proposal as one, and puts it in force', async () => {
    await planRegionsOfStore(store, { now }, { counts: [2] })
    const proposed = await get<NetworkInfo>('/api/network')
    expect(proposed.shown).toMatchObject({ version: 1, current: false, regions: 2 })
    expect(proposed.sentence).toMatch(
      /^2 regions would fill \d+ % .* nobody has applied them yet\.$/,
    )
    expect(proposed.curve.map(({ regions, chosen }) => [regions, chosen])).toEqual([[2, true]])
    expect(proposed.regions.map(({ regionId }) => regionId)).toEqual(['R1', 'R2'])
    const orders = proposed.regions.reduce((sum, region) => sum + region.ordersADay, 0)
    expect(orders).toBeCloseTo(proposed.total.ordersADay, 6)
    await post('/api/network/what-if', { closeSites: ['WEST'] }, 404)
    expect(await get('/api/network/lanes', 404)).toMatchObject({ code: 'ERR_STORE_EMPTY' })
    const applied = await post<NetworkInfo>('/api/network/apply', { version: 1, by: 'ada' })
    expect(applied).toMatchObject({ shown: { current: true }, proposal: null })
    await post('/api/network/apply', { version: 7, by: 'ada' }, 404)
    const events = await withLedger(store, async (ledger) => {
      const noted: unknown[] = []
      for await (const { data } of ledger.read({ prefix: 'network.regions' })) noted.push(data)
      return noted
    })
    expect(events).toEqual([{ version: 1, by: 'ada' }])
  })

  it('draws regions, sites and lanes; without shapes its areas are points', async () => {
    await planLanesOfStore(store, { now })
    const map = await get<NetworkMapReply>('/api/network/map')
    expect(map.areas.map(({ name }) => name)).toEqual(AREAS.map((id) => `Area ${id.slice(1)}`))
    const xs = map.areas.map(({ x }) => x)
    expect(xs).toEqual([...xs].sort((a, b) => a - b))
    // Contiguous in a row: the region changes once from west to east.
    const regions = map.areas.map(({ regionId }) => regionId)
    expect(regions.filter((id, i) => i > 0 && id !== regions[i - 1])).toHaveLength(1)
    expect(map.sites).toHaveLength(6)
    expect(map.lanes).toHaveLength(map.lanesTotal)
    const before = await get<NetworkMapReply>('/api/network/map?side=before')
    expect(before.regions).toEqual([expect.objectContaining({ regionId: null })])
    expect(before.lanesTotal).toBeGreaterThan(map.lanesTotal)
  })

  it('lists lanes worst first, and says of each why and what else', async () => {
    const page = await get<LanePage>('/api/network/lanes')
    const empty = page.rows.map(({ emptyCents }) => emptyCents)
    expect(empty).toEqual([...empty].sort((a, b) => b - a))
    const closed = await get<LanePage>('/api/network/lanes?status=closed')
    const info = await get<NetworkInfo>('/api/network')
    expect(page.total - closed.total).toBe(info.lanes!.lanes)
    expect(info.lanes!.emptyCents).toBe(empty.reduce((sum, cents) => sum + cents, 0))
    const found = await get<LanePage>('/api/network/lanes?q=sort+eastern')
    expect(found.rows.every(({ from, to }) => /sort/i.test(from + to))).toBe(true)
    const lane = page.rows[0]!
    const detail = await get<LaneDetail>(`/api/network/lanes/${encodeURIComponent(lane.laneId)}`)
    expect(detail.departures).toHaveLength(lane.departuresAWeek)
    expect(detail.alternatives.map(({ action }) => action)).toContain('Close it')
    await get('/api/network/lanes/none', 404)
  })

  it('counts a week of trucks once over its days', async () => {
    const { lanes } = await get<NetworkInfo>('/api/network')
    let trucks = 0
    for (const day of [
      'monday',
      'tuesday',
      'wednesday',
      'thursday',
      'friday',
      'saturday',
      'sunday',
    ]) {
      const page = await get<TruckPage>(`/api/network/trucks?day=${day}`)
      trucks += page.total
      expect(page.hours.reduce((sum, hour) => sum + hour.trucks, 0)).toBe(page.total)
    }
    expect(trucks).toBe(lanes!.departuresAWeek)
  })

  it('says what closing a site costs, and changes nothing', async () => {
    const before = await get<NetworkInfo>('/api/network')
    const answer = await post<WhatIfReply>('/api/network/what-if', { closeSites: ['WEST'] })
    expect(answer.total.before.wholeShare).toBeCloseTo(before.total.wholeShare, 6)
    expect(answer.total.after!.capacityM3).toBe(answer.total.before.capacityM3 - 40)
    expect(answer.total.after!.wholeShare).toBeLessThanOrEqual(answer.total.before.wholeShare)
    expect(answer.regions[0]!.regionId).toBe(answer.closed[0]!.regionId)
    expect(answer.sentence).toContain('Without Western centre')
    const emptied = await post<WhatIfReply>('/api/network/what-if', { closeSites: ['EAST'] })
    expect(emptied.regions[0]!.after).toBeNull()
    expect(emptied.sentence).toContain('no stock')
    await post('/api/network/what-if', {}, 400)
    await post('/api/network/what-if', { closeSites: ['WEST', 'MIDDLE', 'EAST'] }, 400)
    await post('/api/network/what-if', { closeSites: ['NORTH'] }, 404)
    expect(await get('/api/network')).toEqual(before)
  })

  it('says what a lane or a sort centre does to parcels, while all stock stays', async () => {
    const ask = (payload: object) => post<WhatIfReply>('/api/network/what-if', payload)
    // The last way into the eastern areas from their station.
    const lane = await ask({ closeLanes: ['DSE>A8'] })
    expect(lane.total.after).toEqual(lane.total.before)
    expect(lane.closedLanes).toEqual([{ laneId: 'DSE>A8', name: 'Eastern station → Area 8' }])
    expect(lane.areas).toMatchObject([{ areaId: 'A8', change: 'unreached', hoursAfter: null }])
    expect(lane.parcels!.before.unreachedShare).toBe(0)
    expect(lane.parcels!.after.unreachedShare).toBeCloseTo(1 / 8, 2)
    expect(lane.sentence).toContain('they reach 1 area not at all. All stock stays where it is.')
    expect(lane.command).toContain("--close-lane 'DSE>A8'")
    // Nothing gets to the western areas but through their station.
    const station = await ask({ closeSites: ['DSW'] })
    expect(station.areas.map(({ areaId }) => areaId).sort()).toEqual(['A1', 'A2', 'A3', 'A4'])
    const sort = await ask({ closeSites: ['SORT'] })
    expect(sort.total.after).toEqual(sort.total.before)
    expect(sort.parcels!.after.hours).toBeGreaterThanOrEqual(sort.parcels!.before.hours)
    await post('/api/network/what-if', { closeLanes: ['nowhere'] }, 404)
  })

  it('says what an area or a storm costs, and how to build routes for it', async () => {
    const ask = (payload: object) => post<WhatIfReply>('/api/network/what-if', payload)
    const area = await ask({ closeAreas: ['A8'] })
    expect(area).toMatchObject({ closed: [], closedAreas: ['A8'] })
    expect(area.total.after!.ordersADay + area.ordersLost).toBeCloseTo(
      area.total.before.ordersADay,
      9,
    )
    expect(area.ordersLost / area.total.before.ordersADay).toBeCloseTo(1 / 8, 2)
    expect(area.sentence).toContain('Without Area 8')
    expect(area.command).toContain('--close-area A8')
    // 143 km lie between two areas.
    const near = await ask({ storms: [{ lat: 50, lon: 14, km: 100 }] })
    expect(near.total).toEqual(area.total)
    expect(near.command).toContain('--storm=50,14,100 ')
    const wide = await ask({ storms: [{ lat: 50, lon: 14, km: 150 }] })
    expect(wide.closed.map(({ siteId }) => siteId).sort()).toEqual(['DSE', 'EAST'])
    expect(wide.closedAreas).toEqual(['A7', 'A8'])
    expect(wide.total.after).toBeNull()
    await post('/api/network/what-if', { storms: [{ lat: 0, lon: 0, km: 10 }] }, 400)
    await post('/api/network/what-if', { storms: [{ lat: 95, lon: 0, km: 10 }] }, 400)
    await post('/api/network/what-if', { closeAreas: ['Z'] }, 404)
  })

  it('says where to build, by year and scenario, and what drives each step', async () => {
    const none = await get<{ code: string; command: string }>('/api/network/sites', 404)
    expect(none).toMatchObject({
      code: 'ERR_STORE_EMPTY',
      command: `storewright network site --store ${store}`,
    })
    const options = { years: 2, candidates: 1, growth: 0.6, mostChanges: 3 }
    await planSitesOfStore(store, { now }, options)
    const plan = await get<SitesPlan>('/api/network/sites')
    expect(plan.steps.length).toBeGreaterThan(0)
    expect(plan.path).toHaveLength(2 * plan.scenarios.length)
    for (const step of plan.steps) {
      expect(plan.map.places.map(({ siteId }) => siteId)).toContain(step.siteId)
      expect(step.committed).toBe(step.year <= plan.committedYears)
      const parts = step.savesByScenario.map(({ savesCents }) => savesCents)
      const sum = parts.reduce<number>((all, cents) => all + (cents ?? 0), 0)
      if (step.savesCents === null) expect(parts).toContain(null)
      else expect(Math.abs(sum - step.savesCents)).toBeLessThanOrEqual(parts.length)
      expect(step.driver).toMatch(/\.$/)
      expect(step.reason).not.toContain('dollars')
    }
    // A row of the table is a step in one scenario.
    const rows = await withDatabase(store, 'read', (db) =>
      db.rows('SELECT scenario, year, site_id FROM site_plan WHERE version = 1'),
    )
    expect(plan.steps.reduce((sum, { scenarios }) => sum + scenarios.length, 0)).toBe(rows.length)
    expect(plan.sentence).toMatch(/than changing nothing\.$|Changing nothing does not work: /)
    expect(await get('/api/network/sites?version=1')).toEqual(plan)
    await get('/api/network/sites?version=2', 404)
  })

  it('explains the route of a parcel, and has none before a set is built', async () => {
    const none = await get<{ code: string; command: string }>('/api/network/route?to=A1', 404)
    expect(none).toMatchObject({ code: 'ERR_ROUTES_VERSION' })
    expect(none.command).toMatch(/^storewright network routes/)
    await buildRoutesOfStore(store, { now }, { today: true })
    const route = await get<RouteReply>('/api/network/route?to=A1&from=WEST')
    expect(route).toMatchObject({ version: 1, inForce: false, to: 'Area 1, XX' })
    expect(route.chosen!.legs.at(-1)).toMatchObject({ from: 'Western station', to: 'Area 1, XX' })
    const leaves = route.chosen!.legs.map(({ leavesAt }) => leavesAt)
    expect([...leaves].sort()).toEqual(leaves)
    expect(route.chosen!.orderBy <= leaves[0]!).toBe(true)
    expect(leaves.at(-1)! < route.chosen!.arriveBy).toBe(true)
    expect(route.alternatives.every(({ chosen, why }) => !chosen && why !== '')).toBe(true)
    await get('/api/network/route?to=A99', 404)
    await get('/api/network/route?to=A1&from=NORTH', 404)
  })

  it('switches a region, then all, refuses who has not seen it, and rolls back', async () => {
    const { routes } = await get<NetworkInfo>('/api/network')
    expect(routes).toMatchObject({ revision: 0, undoes: null, unserved: 8 })
    const body = { version: 1, by: 'ada', expected: 0 }
    const pioneer = await post<NetworkInfo>('/api/network/switch', { ...body, regions: ['R1'] })
    expect(pioneer.routes.unserved).toBe(pioneer.regions[1]!.areas)
    await post('/api/network/switch', body, 409)
    const all = await post<NetworkInfo>('/api/network/switch', { ...body, expected: 1 })
    expect(all.routes).toMatchObject({ unserved: 0, undoes: { number: 2, where: 'everywhere' } })
    expect((await get<RouteReply>('/api/network/route?to=A1')).inForce).toBe(true)
    const back = await post<NetworkInfo>('/api/network/rollback', { by: 'bob', reason: 'late' })
    expect(back.routes.unserved).toBe(pioneer.routes.unserved)
    expect(back.routes.switches[0]).toMatchObject({ number: 2, rolledBack: { by: 'bob' } })
    await post('/api/network/rollback', { by: 'bob' })
    await post('/api/network/rollback', { by: 'bob' }, 404)
  })
})
