import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { createStoreTables } from '../../feed/index.ts'
import { readOrders } from './read-orders.ts'

let db: Database
beforeEach(async () => {
  db = await openDatabase(':memory:')
  await createStoreTables(db)
  await db.run(`INSERT INTO orders (order_id, ordered_at, area_id) VALUES
    ('o1', '2026-01-01 10:00', 'A'), ('o2', '2026-02-01 09:00', 'B'), ('o3', '2026-02-02 12:00', 'A'),
    ('o4', '2026-02-02 13:00', NULL), ('o5', '2026-02-03 08:00', 'B');
    INSERT INTO order_lines (order_id, line_number, product_id, quantity, unit_price_cents) VALUES
    ('o1', 1, 'P', 1, 100), ('o2', 1, 'Q', 2, 100), ('o2', 2, 'P', 1, 100), ('o3', 1, 'P', 0, 100),
    ('o4', 1, 'P', 1, 100), ('o5', 1, 'GONE', 1, 100), ('o5', 2, 'P', 3, 100)`)
})
afterEach(() => db.close())

it('keeps the lines of one order together, and leaves out what has no area or product', async () => {
  const orders = await readOrders(db, ['A', 'B'], ['P', 'Q'], { days: 7 })
  expect(orders.ids).toEqual(['o2', 'o5'])
  expect([...orders.area]).toEqual([1, 1])
  expect([...orders.starts]).toEqual([0, 2, 3])
  expect([...orders.product]).toEqual([1, 0, 0])
  expect([...orders.quantity]).toEqual([2, 1, 3])
  expect(orders.withoutArea).toBe(1)
  expect(orders.days).toBe(2)
})

it('says why there is nothing to plan from', async () => {
  await expect(readOrders(db, ['Z'], ['P'], { days: 7 })).rejects.toThrow('names an area')
  await db.run('DELETE FROM orders')
  await expect(readOrders(db, ['A'], ['P'], { days: 7 })).rejects.toMatchObject({
    code: 'ERR_STORE_EMPTY',
  })
})
