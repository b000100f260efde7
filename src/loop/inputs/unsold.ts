import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import type { SalesHistory } from './sales.ts'

/** A product that the store offers, or is about to, and that never sold. */
export interface UnsoldProduct {
  readonly id: string
  /** First day on which it could have sold; the day after the sales where it could not yet. */
  readonly since: number
  /** Day number; NaN = unknown. */
  readonly launchedOn: number
}

/** Days of zeros at most that stand before the forecast of a product that never sold. */
const UNSOLD_DAYS = 365

/**
 * Products without a sale that are on offer by a vendor, or were launched within the last year or will
 * be within `aheadDays`. Days without a sale count from the launch on (without a launch day, none do),
 * but only where the product could have sold: where the feed knows of stock and receipts, one of which
 * there never was any has said nothing yet.
 */
export async function readUnsold(
  db: Database,
  { firstDay, lastDay }: Pick<SalesHistory, 'firstDay' | 'lastDay'>,
  aheadDays: number,
): Promise<readonly UnsoldProduct[]> {
  const table = await db.table(UNSOLD_SQL, [lastDay, lastDay - UNSOLD_DAYS, lastDay + aheadDays])
  const ids = textsOf(table, 'product_id')
  const launched = numbersOf(table, 'launched_on')
  const hadStock = numbersOf(table, 'had_stock')
  return Array.from({ length: table.rowCount }, (_, row) => {
    const launchedOn = launched[row]!
    const isOnSale = launchedOn <= lastDay && hadStock[row] === 1
    const since = isOnSale ? Math.max(launchedOn, firstDay, lastDay + 1 - UNSOLD_DAYS) : lastDay + 1
    return { id: textAt(ids, row)!, since, launchedOn }
  })
}

const DAY = (place: number) => `DATE '1970-01-01' + CAST($${place} AS INTEGER)`

const UNSOLD_SQL = `
  WITH held AS (
    SELECT product_id FROM stock WHERE on_hand > 0
    UNION SELECT product_id FROM receipts
    WHERE arrived_quantity > 0 AND CAST(arrived_at AS DATE) <= ${DAY(1)}
  )
  SELECT p.product_id, p.launched_on,
    p.product_id IN (SELECT product_id FROM held)
      OR NOT EXISTS (SELECT 1 FROM held) AS had_stock
  FROM products p
  WHERE p.product_id NOT IN (SELECT product_id FROM sales WHERE units > 0)
    AND (p.launched_on IS NULL OR p.launched_on <= ${DAY(3)})
    AND (p.launched_on > ${DAY(2)} OR p.product_id IN (SELECT product_id FROM offers))
  ORDER BY p.product_id`
