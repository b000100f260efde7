import { DAY_MS } from '../../core/calendar.ts'
import type { Database } from '../../core/sql/database.ts'
import type { Field, FieldValue, Product } from '../../search/index.ts'

/** The fields of a store's products table, and what search makes of them. */
export const STORE_FIELDS: readonly Field[] = [
  { name: 'title', role: 'title' },
  { name: 'category', role: 'category' },
  { name: 'brand', role: 'brand' },
  { name: 'description', role: 'text' },
  { name: 'price', role: 'price' },
  { name: 'units_sold', role: 'popularity' },
  { name: 'launched_on', role: 'date' },
  { name: 'weight_kg', role: 'number' },
]

/** Sales of these last days say how popular a product is. */
const POPULAR_DAYS = 90

const PRODUCTS_SQL = `
  SELECT p.product_id, p.title, p.category, p.brand, p.description, p.price_cents / 100.0 AS price,
    p.launched_on, p.weight_kg, COALESCE(s.units, 0) AS units_sold
  FROM products p LEFT JOIN (
    SELECT product_id, sum(units) AS units FROM sales
    WHERE ds > (SELECT max(ds) FROM sales) - ${POPULAR_DAYS} GROUP BY product_id
  ) s USING (product_id)
  ORDER BY p.product_id`

/** The store's products as search reads them; money in whole units of the currency, days in epoch ms. */
export async function readSearchProducts(db: Database): Promise<Product[]> {
  const rows = await db.rows(PRODUCTS_SQL)
  return rows.map((row) => {
    const values: Record<string, FieldValue> = {}
    for (const { name, role } of STORE_FIELDS) {
      const value = row[name]
      if (value === null || value === undefined || value === '') continue
      values[name] = role === 'date' ? Number(value) * DAY_MS : value
    }
    return { id: String(row['product_id']), values }
  })
}
