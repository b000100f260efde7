import { expect, test } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { writeTables } from '../../feed/index.ts'
import { generateDemoStore } from './generate.ts'

test("a store takes the tables in with all of a feed's checks, and finds nothing new twice", async () => {
  const { tables } = generateDemoStore({
    products: 150,
    days: 120,
    ordersPerDay: 30,
    vendors: 14,
    impressions: true,
    loadDays: 3,
  })
  const db = await openDatabase(':memory:')
  try {
    const changes = await writeTables(db, tables)
    for (const [name, { rowCount }] of Object.entries(tables)) {
      if (rowCount === 0) continue
      const [row] = await db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${name}`)
      expect(`${name} ${row?.n}`).toBe(`${name} ${rowCount}`)
    }
    expect(changes.length).toBeGreaterThan(14)
    const [days] = await db.rows<{ n: number }>(
      `SELECT count(DISTINCT ds) AS n FROM sales WHERE in_stock`,
    )
    expect(days?.n).toBe(119) // Christmas Day is closed.
    const again = await writeTables(db, tables)
    expect(again.filter(({ added, changed }) => added + changed > 0)).toEqual([])
  } finally {
    db.close()
  }
})
