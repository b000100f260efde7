import type { Database } from '../../core/sql/database.ts'
import { readLostTotals } from '../../loop/index.ts'
import type { LostSales } from '../schemas/explain.ts'
import type { Catalog } from './catalog.ts'

/** How many products a list of the dearest names. */
const WORST = 20

/** What was wanted and not sold, in all and by product. */
export async function readLostSales(db: Database, catalog: Catalog): Promise<LostSales> {
  const totals = await readLostTotals(db, catalog.version.version)
  const priced = totals.flatMap(({ cents }) => cents ?? [])
  return {
    units: totals.reduce((sum, { units }) => sum + units, 0),
    cents: priced.length === 0 ? null : Math.round(priced.reduce((a, b) => a + b, 0)),
    products: totals.length,
    productDays: totals.reduce((sum, { days }) => sum + days, 0),
    worst: totals.slice(0, WORST).map(({ productId, days, units, cents }) => ({
      productId,
      title: catalog.byId.get(productId)?.title ?? productId,
      days,
      units,
      cents: cents === null ? null : Math.round(cents),
    })),
  }
}
