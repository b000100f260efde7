import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatDay, parseDay } from '../../core/calendar.ts'
import {
  currentVersion,
  forecastStore,
  makeDemoStore,
  readPlan,
  runLoop,
  withDatabase,
} from '../index.ts'
import type { ForecastNote } from './forecast-note.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-forecast-'))
const store = join(folder, 'demo')
const now = Date.UTC(2026, 3, 1)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rows = (sql: string) => withDatabase(store, 'read', (db) => db.rows(sql))
const run = (sql: string) => withDatabase(store, 'write', (db) => db.run(sql))
const ids = (list: readonly string[]) => list.map((id) => `'${id}'`).join(', ')

/** Held out of the sales: launched a month ago, to come in twelve days, never in stock, not offered. */
const held: Record<'young' | 'coming' | 'never' | 'delisted', string> = {
  young: '',
  coming: '',
  never: '',
  delisted: '',
}
const LAUNCH = parseDay('2026-04-13')

beforeAll(async () => {
  const size = { products: 80, days: 300, ordersPerDay: 40, vendors: 6, seed: 3 }
  await makeDemoStore(store, { ...size, salesBy: 'state' })
  const busy = await rows(
    `SELECT product_id FROM sales WHERE ds > DATE '2026-02-20'
     GROUP BY 1 ORDER BY sum(units) DESC, 1 LIMIT 4`,
  )
  Object.keys(held).forEach((name, k) => {
    held[name as keyof typeof held] = String(busy[k]!['product_id'])
  })
  await run(`DELETE FROM sales WHERE product_id IN (${ids(Object.values(held))})`)
  await run(
    `UPDATE products SET launched_on = DATE '2026-03-02' WHERE product_id = '${held.young}'`,
  )
  await run(
    `UPDATE products SET launched_on = DATE '${formatDay(LAUNCH)}' WHERE product_id = '${held.coming}'`,
  )
  await run(`UPDATE products SET launched_on = NULL WHERE product_id = '${held.never}'`)
  await run(
    `UPDATE products SET launched_on = DATE '2020-01-01' WHERE product_id = '${held.delisted}'`,
  )
  await run(`DELETE FROM offers WHERE product_id = '${held.delisted}'`)
  for (const table of ['stock', 'receipts']) {
    await run(`DELETE FROM ${table} WHERE product_id IN (${ids([held.coming, held.never])})`)
  }
  await runLoop(store, { now })
})

const meansOf = (id: string) =>
  rows(`SELECT ds, mean, "q0.95" FROM demand_forecast WHERE product_id = '${id}' ORDER BY ds`)

describe('products that never sold', () => {
  it('are forecast where they are on offer or launched, from the day of the launch on', async () => {
    expect(await meansOf(held.delisted)).toEqual([])
    const sum = (of: readonly { [name: string]: unknown }[]) =>
      of.reduce((total, row) => total + Number(row['mean']), 0)
    const never = await meansOf(held.never)
    expect(sum(never)).toBeGreaterThan(1)
    // A month on the shelf without a sale says something.
    expect(sum(await meansOf(held.young))).toBeLessThan(sum(never))
    const coming = await meansOf(held.coming)
    const before = coming.filter((row) => Number(row['ds']) < LAUNCH)
    expect(before).toHaveLength(12)
    expect(before.every((row) => row['mean'] === 0 && row['q0.95'] === 0)).toBe(true)
    expect(sum(coming)).toBeGreaterThan(1)
  })

  it('have parts that sum to the forecast, and likes', async () => {
    const [parts] = await rows(
      `SELECT sum(units) AS units FROM forecast_contributions WHERE product_id = '${held.coming}'`,
    )
    const shown = (await meansOf(held.coming)).slice(0, 28)
    const sum = shown.reduce((total, row) => total + Number(row['mean']), 0)
    expect(Number(parts!['units'])).toBeCloseTo(sum, 9)
    const likes = await rows(
      `SELECT product_id, count(*) AS n FROM cold_start_likes
       WHERE product_id IN (${ids([held.coming, held.never, held.young])}) GROUP BY 1`,
    )
    expect(likes).toHaveLength(3)
  })

  it('are on the plan where that pays, but for those no vendor offers', async () => {
    const plan = await withDatabase(store, 'read', (db) => readPlan(db, []))
    const planned = new Set(plan.lines.map(({ productId }) => productId))
    expect(planned.has(held.never)).toBe(true)
    expect(planned.has(held.delisted)).toBe(false)
    const line = plan.lines.find(({ productId }) => productId === held.never)!
    expect(line.onHand).toBe(0)
    expect(line.gainCents).toBeGreaterThan(0)
  })

  it('do not change what the replay replays', async () => {
    const replayed = await rows('SELECT DISTINCT product_id FROM outcome_product')
    const names = new Set(replayed.map((row) => row['product_id']))
    for (const id of Object.values(held)) expect(names.has(id)).toBe(false)
  })

  it('make a new forecast when one of them is put on offer, and only then', async () => {
    const again = await forecastStore(store, { now })
    expect(again.skipped).toBe(true)
    await run(`INSERT INTO offers BY NAME SELECT vendor_id, '${held.delisted}' AS product_id,
      500 AS unit_cost_cents FROM vendors ORDER BY vendor_id LIMIT 1`)
    const step = await forecastStore(store, { now })
    expect(step.skipped).toBe(false)
    expect((await meansOf(held.delisted)).length).toBeGreaterThan(0)
  })
})

describe('forecasts of categories, places and the total', () => {
  const version = async () =>
    (await withDatabase(store, 'read', (db) => currentVersion(db, 'forecast')))!

  it('add up exactly, day by day: products, categories, places', async () => {
    const at = (await version()).version
    const worst = async (parts: string) => {
      const [row] = await rows(
        `SELECT max(abs(t.mean - s.mean)) AS off, max(t.mean) AS most, count(*) AS days
         FROM (SELECT ds, mean FROM group_forecast WHERE version = ${at} AND level = 'total') t
         JOIN (${parts}) s USING (ds)`,
      )
      expect(Number(row!['days'])).toBe(56)
      return Number(row!['off']) / Number(row!['most'])
    }
    const products = `SELECT ds, sum(mean) AS mean FROM demand_forecast WHERE version = ${at} GROUP BY 1`
    expect(await worst(products)).toBeLessThan(1e-12)
    for (const level of ['category', 'department', 'place']) {
      const parts = `SELECT ds, sum(mean) AS mean FROM group_forecast
        WHERE version = ${at} AND level = '${level}' GROUP BY 1`
      expect(await worst(parts)).toBeLessThan(1e-12)
    }
    const [category] = await rows(
      `SELECT max(abs(g.mean - s.mean)) AS off, count(*) AS n FROM group_forecast g JOIN (
         SELECT category AS group_id, ds, sum(mean) AS mean FROM demand_forecast
         JOIN products USING (product_id) WHERE version = ${at} GROUP BY ALL
       ) s USING (group_id, ds) WHERE version = ${at} AND level = 'category'`,
    )
    expect(Number(category!['n'])).toBeGreaterThan(56)
    expect(Number(category!['off'])).toBeLessThan(1e-9)
  })

  it('have quantiles that rise, and a band of the sum that knows days from weeks', async () => {
    const at = (await version()).version
    const rising =
      '"q0.05" <= "q0.25" AND "q0.25" <= "q0.5" AND "q0.5" <= "q0.9" AND "q0.9" <= "q0.95"'
    for (const table of ['group_forecast', 'forecast_groups']) {
      const [bad] = await rows(
        `SELECT count(*) FILTER (WHERE NOT (${rising}) OR "q0.05" < 0) AS bad, count(*) AS n
         FROM ${table} WHERE version = ${at}`,
      )
      expect(bad!['bad']).toBe(0)
      expect(Number(bad!['n'])).toBeGreaterThan(30)
    }
    // Days do not all miss the same way: the sum's band is narrower than that of days added up.
    const [band] = await rows(
      `SELECT g."q0.95" - g."q0.05" AS whole, d.width AS added, g.mean, d.mean AS days, g.wape
       FROM forecast_groups g JOIN (
         SELECT sum("q0.95" - "q0.05") AS width, sum(mean) AS mean FROM (
           SELECT * FROM group_forecast WHERE version = ${at} AND level = 'total' ORDER BY ds LIMIT 28)
       ) d ON true WHERE version = ${at} AND level = 'total'`,
    )
    expect(Number(band!['whole'])).toBeGreaterThan(0)
    expect(Number(band!['whole'])).toBeLessThan(Number(band!['added']))
    expect(Number(band!['mean'])).toBeCloseTo(Number(band!['days']), 6)
    expect(Number(band!['wape'])).toBeLessThan(1)
  })

  it('say how they were made, and are the same again', async () => {
    const first = await version()
    const note = JSON.parse(first.note) as ForecastNote
    expect(note.sums!.levels.map(({ level }) => level)).toEqual([
      'total',
      'department',
      'category',
      'series',
    ])
    expect(note.unsoldProducts).toBe(4)
    await run("DELETE FROM current_versions WHERE kind = 'forecast'")
    await forecastStore(store, { now })
    const second = await version()
    expect(second.inputHash).toBe(first.inputHash)
    const [off] = await rows(
      `SELECT count(*) AS n, sum(abs(a.mean - b.mean) + abs(a."q0.9" - b."q0.9")) AS off
       FROM group_forecast a JOIN group_forecast b USING (level, group_id, ds)
       WHERE a.version = ${first.version} AND b.version = ${second.version}`,
    )
    expect(Number(off!['n'])).toBeGreaterThan(1000)
    expect(off!['off']).toBe(0)
  })
})
