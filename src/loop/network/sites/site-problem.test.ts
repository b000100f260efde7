import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { createStoreTables } from '../../../feed/index.ts'
import { siting } from '../../../network/index.ts'
import { type NetworkFacts, readNetworkFacts } from '../facts.ts'
import { type SiteOptions, siteProblemOf } from './site-problem.ts'
import { solveSites } from './site-solve.ts'

let db: Database
beforeEach(async () => {
  db = await openDatabase(':memory:')
  await createStoreTables(db)
})
afterEach(() => db.close())

/** Reno serves everyone; Boston orders most. One centre of 100 m³ holds 60 units of 1 m³. */
async function smallStore(capacity: number | null = 100): Promise<NetworkFacts> {
  await db.run(`
    INSERT INTO areas (area_id, name, kind, state, population, lat, lon) VALUES
      ('A-RENO', 'Washoe', 'county', 'NV', 100, 39.5, -119.8),
      ('A-ELKO', 'Elko', 'county', 'NV', 100, 40.8, -115.8),
      ('A-BOS', 'Suffolk', 'county', 'MA', 500, 42.3, -71.1),
      ('A-PROV', 'Providence', 'county', 'RI', 100, 41.8, -71.4);
    INSERT INTO sites (site_id, kind, area_id, time_zone, capacity_m3) VALUES
      ('RENO', 'fulfilment_centre', 'A-RENO', 'America/Los_Angeles', ${capacity ?? 'NULL'}),
      ('SHOP', 'shop', 'A-ELKO', 'America/Los_Angeles', 5),
      ('SORT', 'sort_centre', 'A-ELKO', 'America/Los_Angeles', 900);
    INSERT INTO products (product_id, title, volume_m3) VALUES ('P', 'Chest', 1);
    INSERT INTO stock (site_id, product_id, on_hand, as_of) VALUES ('RENO', 'P', 60, DATE '2025-11-30');
    INSERT INTO orders (order_id, ordered_at, area_id)
      SELECT 'O' || i, TIMESTAMP '2025-01-01' + INTERVAL (i) HOUR,
        CASE WHEN i % 10 < 2 THEN 'A-RENO' WHEN i % 10 < 3 THEN 'A-ELKO' WHEN i % 10 < 9 THEN 'A-BOS' ELSE 'A-PROV' END
      FROM range(8000) t(i);
    INSERT INTO order_lines (order_id, line_number, product_id, quantity, unit_price_cents)
      SELECT order_id, 1, 'P', 1, 900 FROM orders;`)
  return readNetworkFacts(db, {})
}

/** Money in which miles matter: a building costs as much as some hundred thousand parcel miles. */
const KNOBS = { 'network.mile-cents': 1 }
const plan = (facts: NetworkFacts, options: SiteOptions, knobs = KNOBS) =>
  siting.solveSiting(siteProblemOf(facts, options, knobs).problem, { settings: knobs })

it('opens where most orders come from as they grow, and says what that saves', async () => {
  const facts = await smallStore()
  const made = siteProblemOf(facts, { years: 3, growth: 0.3, candidates: 3 }, KNOBS)
  expect(made.places.map(({ id }) => id)).toEqual([
    'RENO',
    'SHOP',
    'NEW-A-BOS',
    'NEW-A-ELKO',
    'NEW-A-PROV',
  ])
  expect(made.roomM3).toBe(60)
  const { changes, gap } = await siting.solveSiting(made.problem, { settings: KNOBS })
  const first = changes[0]!
  expect(made.places[first.site]!.id).toBe('NEW-A-BOS')
  expect(first.kind).toBe('open')
  expect(first.savesCents).toBeGreaterThan(0)
  expect(first.reason).toContain('NEW-A-BOS')
  expect(gap).toBeLessThan(0.05)
})

it('adds up demand by scenario and year, in room that stock takes', async () => {
  const facts = await smallStore()
  const { problem } = siteProblemOf(
    facts,
    {
      years: 2,
      scenarios: [
        { name: 'up', probability: 0.5, growth: 0.5 },
        { name: 'flat', probability: 0.5, growth: 0 },
      ],
    },
    KNOBS,
  )
  const areas = problem.areaIds.length
  const total = (w: number, t: number) =>
    problem.scenarios[w]!.demand.subarray(t * areas, (t + 1) * areas).reduce((a, b) => a + b, 0)
  expect(total(0, 0)).toBeCloseTo(90)
  expect(total(0, 1)).toBeCloseTo(135)
  expect(total(1, 1)).toBeCloseTo(60)
})

it('keeps and forbids by hand, and keeps shops', async () => {
  const facts = await smallStore()
  const { problem, places } = siteProblemOf(
    facts,
    { candidates: 2, mustKeep: ['RENO'], forbid: ['NEW-A-BOS'] },
    KNOBS,
  )
  expect(problem.sites.map(({ id, hold }) => [id, hold])).toEqual([
    ['RENO', 'keep'],
    ['SHOP', 'keep'],
    ...places.slice(2).map(({ id }) => [id, id === 'NEW-A-BOS' ? 'forbid' : undefined]),
  ])
  expect(problem.sites[1]!.sizes).toHaveLength(1)
})

it('joins areas into groups and counts the miles of each area', async () => {
  const facts = await smallStore()
  const whole = siteProblemOf(facts, { candidates: 0 }, KNOBS)
  const joined = siteProblemOf(facts, { candidates: 0 }, { ...KNOBS, 'network.site-groups': 2 })
  expect(joined.problem.areaIds).toHaveLength(2)
  const fromReno = ({ problem }: typeof whole) => {
    const areas = problem.areaIds.length
    return problem.scenarios[0]!.demand.subarray(0, areas).reduce(
      (sum, units, a) => sum + units * problem.transportCents[a]!,
      0,
    )
  }
  // What everyone costs from Reno is the same, whichever areas stand together: but for the drift of shares.
  expect(fromReno(joined) / fromReno(whole)).toBeCloseTo(1, 2)
})

it('names what is wrong', async () => {
  const facts = await smallStore()
  const wrong = (options: SiteOptions) => () => siteProblemOf(facts, options, KNOBS)
  expect(wrong({ growth: Number.NaN })).toThrow('growth is NaN')
  expect(wrong({ scenarios: [{ name: 'a', probability: 0.7 }] })).toThrow('add up to 0.7')
  expect(wrong({ mustKeep: ['REMO'] })).toThrow(
    'no site REMO to keep or forbid; did you mean RENO?',
  )
  expect(wrong({ mustKeep: ['RENO'], forbid: ['RENO'] })).toThrow('both to be kept and forbidden')
  expect(wrong({ years: 0 })).toThrow('years is 0')
  expect(wrong({ mostChanges: -1 })).toThrow('most changes is -1')
  expect(wrong({ candidates: 1.5 })).toThrow('candidates is 1.5')
})

it('names the year and the scenario in which demand is above all capacity', async () => {
  const facts = await smallStore()
  const growing = plan(facts, {
    scenarios: [{ name: 'boom', probability: 1, growth: 1 }],
    candidates: 0,
    years: 4,
  })
  await expect(growing).rejects.toMatchObject({
    code: 'ERR_INFEASIBLE',
    message: expect.stringMatching(
      /year 2 of scenario boom: demand is 240, above all capacity, 230/,
    ),
  })
  const still = plan(facts, { growth: 0.9, mostChanges: 0, candidates: 3 })
  await expect(still).rejects.toThrow('that 0 changes a year can reach')
})

it('asks for the room of centres, and for stock or the share of room in use', async () => {
  const facts = await smallStore(null)
  await db.run("DELETE FROM sites WHERE site_id = 'SHOP'")
  const unstated = await readNetworkFacts(db, {})
  expect(() => siteProblemOf(unstated, {}, KNOBS)).toThrow('states its room')
  const empty = { ...facts, nowUnits: facts.nowUnits.map(() => 0) }
  expect(() => siteProblemOf(empty, {}, KNOBS)).toThrow('no stock lies at any site')
  const knobs = { ...KNOBS, 'network.site-room-in-use': 0.5 }
  expect(siteProblemOf(empty, {}, knobs).roomM3).toBeGreaterThan(0)
})

it('says what changing nothing costs, or why that does not work', async () => {
  const facts = await smallStore()
  const answer = (growth: number) => {
    const { problem } = siteProblemOf(facts, { years: 2, growth, candidates: 1 }, KNOBS)
    const used = new Int32Array(new SharedArrayBuffer(4))
    return solveSites({ problem, seed: 1, knobs: KNOBS, seconds: 60, used })
  }
  const calm = await answer(0)
  expect(calm.isCut).toBe(false)
  expect(calm.staying.costCents).toBeGreaterThanOrEqual(calm.plan.costCents * (1 - 1e-9))
  const growing = await answer(0.4)
  expect(growing.staying.costCents).toBeNull()
  expect(growing.staying.blocked).toMatch(/year 2 of scenario .*above all capacity/)
})
