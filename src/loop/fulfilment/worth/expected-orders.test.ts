import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { createStoreTables } from '../../../feed/index.ts'
import { readExpectedOrders } from './expected-orders.ts'

let db: Database
const QUANTILES = ['0.05', '0.1', '0.25', '0.5', '0.75', '0.9', '0.95']
  .map((level) => `0 AS "q${level}"`)
  .join(', ')
const options = { horizonDays: 14, most: 100, now: Date.parse('2026-03-01T09:00:00Z') }
const read = (more: Partial<typeof options> = {}) =>
  readExpectedOrders(db, ['A', 'B'], ['P', 'Q', 'NEW'], { ...options, ...more })

beforeEach(async () => {
  db = await openDatabase(':memory:')
  await createStoreTables(db)
  await db.run(`INSERT INTO orders (order_id, ordered_at, area_id) VALUES
    ('o1', '2026-02-01 00:00', 'A'), ('o2', '2026-02-08 00:00', 'B'), ('o3', '2026-02-15 00:00', 'A');
    INSERT INTO order_lines (order_id, line_number, product_id, quantity, unit_price_cents) VALUES
    ('o1', 1, 'P', 1, 100), ('o2', 1, 'P', 1, 100), ('o2', 2, 'Q', 3, 100), ('o3', 1, 'P', 2, 100)`)
})
afterEach(() => db.close())

async function forecast(rows: readonly (readonly [string, string, number])[]) {
  await db.run(`INSERT INTO versions (kind, version, created_at, input_hash, note)
    VALUES ('forecast', 1, TIMESTAMP '2026-03-01', 'x', '{}');
    INSERT INTO current_versions (kind, version) VALUES ('forecast', 1)`)
  for (const [product, day, mean] of rows) {
    await db.run(`INSERT INTO demand_forecast BY NAME SELECT 1 AS version, '${product}' AS product_id,
      'all' AS place_id, DATE '${day}' AS ds, 'ets' AS model, ${mean} AS mean, ${QUANTILES}`)
  }
}

it('expects past orders as often as they were, where nothing is forecast', async () => {
  const orders = await read()
  expect([...orders!.area]).toEqual([0, 1, 0])
  expect([...orders!.starts]).toEqual([0, 1, 3, 4])
  expect([...orders!.product]).toEqual([0, 0, 1, 0])
  expect([...orders!.units]).toEqual([1, 1, 3, 2])
  // 14 of 15 days, as the orders span them.
  for (const weight of orders!.weight) expect(weight).toBeCloseTo(14 / 14, 6)
  const newest = await read({ most: 2 })
  expect(newest!.area.length).toBe(2)
  expect(newest!.weight[0]).toBeCloseTo(14 / 7, 6)
})

it('moves orders as their products are forecast, and spreads what was never ordered', async () => {
  // P sold 4 in 14 days and is expected 8 times; Q sold 3 and hardly any more; NEW not yet.
  await forecast([
    ['P', '2026-03-01', 5],
    ['P', '2026-03-14', 3],
    ['P', '2026-03-15', 99],
    ['Q', '2026-03-02', 0],
    ['NEW', '2026-03-03', 6],
  ])
  const { area, product, units, weight, starts } = (await read())!
  expect([weight[0], weight[1], weight[2]].map((one) => one!.toFixed(3))).toEqual([
    ...['2.000', ((2 + 3 * 0.1) / 4).toFixed(3), '2.000'],
  ])
  expect([...area.subarray(3)]).toEqual([0, 1])
  expect([...product.subarray(4)]).toEqual([2, 2])
  expect([...units.subarray(4)]).toEqual([1, 1])
  expect([...starts]).toEqual([0, 1, 3, 4, 5, 6])
  expect([...weight.subarray(3)]).toEqual([4, 2])
})

it('reads the days of a forecast that has ended as if they were to come', async () => {
  await forecast([['P', '2026-01-05', 8]])
  expect((await read())!.weight[0]).toBeCloseTo(2, 6)
})

it('knows nothing where no order names an area', async () => {
  await db.run('UPDATE orders SET area_id = NULL')
  expect(await read()).toBeUndefined()
})
