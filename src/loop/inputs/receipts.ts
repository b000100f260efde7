import type { KnobSettings } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, type TextColumn, textAt, textsOf } from '../../core/table.ts'
import { estimateLeadTimes, type LeadTimes } from '../../inventory/index.ts'
import type { ProductFacts } from './products.ts'

/**
 * Lead times of each product from receipts that had arrived before `day` (a day number), the
 * offers of its vendor, or the stated default.
 */
export async function readLeadTimes(
  db: Database,
  facts: ProductFacts,
  day: number,
  knobs: KnobSettings,
): Promise<LeadTimes> {
  const receipts = await db.table(
    `SELECT product_id, vendor_id, CAST(ordered_at AS DATE) AS ordered_on,
       CAST(arrived_at AS DATE) AS arrived_on, ordered_quantity, arrived_quantity
     FROM receipts WHERE arrived_at < DATE '1970-01-01' + CAST($1 AS INTEGER)`,
    [day],
  )
  const productOf = indexOf(facts.ids)
  const vendors = [...new Set(facts.vendorIds.filter((id) => id !== undefined))]
  const vendorOf = indexOf(vendors)
  return estimateLeadTimes(
    facts.ids.length,
    {
      product: indexColumn(textsOf(receipts, 'product_id'), productOf),
      vendor: indexColumn(textsOf(receipts, 'vendor_id'), vendorOf),
      orderedDay: numbersOf(receipts, 'ordered_on'),
      arrivedDay: numbersOf(receipts, 'arrived_on'),
      orderedQuantity: numbersOf(receipts, 'ordered_quantity'),
      arrivedQuantity: numbersOf(receipts, 'arrived_quantity'),
    },
    {
      vendor: Int32Array.from(facts.vendorIds, (id) => (id === undefined ? -1 : vendorOf.get(id)!)),
      leadTimeDays: facts.offerLeadTimeDays,
      leadTimeSdDays: facts.offerLeadTimeSdDays,
    },
    knobs,
  )
}

/** Dense index of each id. */
export function indexOf(ids: readonly string[]): Map<string, number> {
  return new Map(ids.map((id, i) => [id, i]))
}

/** The dense index at each row; −1 where the id is missing or not among them. */
export function indexColumn(column: TextColumn, known: ReadonlyMap<string, number>): Int32Array {
  return Int32Array.from(column.codes, (_, row) => {
    const id = textAt(column, row)
    return id === undefined ? -1 : (known.get(id) ?? -1)
  })
}
