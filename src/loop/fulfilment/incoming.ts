import type { KnobSettings } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import type { ExpectedReceipt } from '../../fulfilment/index.ts'
import { readProducts } from '../inputs/products.ts'
import { readLeadTimes } from '../inputs/receipts.ts'

const DAY_MS = 86_400_000
/** Chances with which an expected receipt states its arrival. */
const CHANCES = [0.1, 0.5, 0.9, 0.99] as const

/**
 * Units that the table stock says are on their way, with the times that their vendors have taken
 * (tables receipts and offers). When they were ordered is not stated: they are counted as ordered when
 * stock was counted, the latest that they can have been, so that none is expected too early.
 */
export async function readIncoming(
  db: Database,
  knobs: KnobSettings,
  now: number,
): Promise<readonly ExpectedReceipt[]> {
  const table = await db.table(
    `SELECT site_id, product_id, incoming, epoch_ms(as_of) AS as_of FROM stock WHERE incoming > 0
     ORDER BY site_id, product_id`,
  )
  if (table.rowCount === 0) return []
  const [sites, products] = [textsOf(table, 'site_id'), textsOf(table, 'product_id')]
  const ids = [
    ...new Set(Array.from({ length: table.rowCount }, (_, row) => textAt(products, row)!)),
  ]
  const day = Math.floor(now / DAY_MS)
  const { points } = await readLeadTimes(db, await readProducts(db, ids, day, knobs), day, knobs)
  const count = points.length / ids.length
  const numberOf = new Map(ids.map((id, number) => [id, number]))
  const [units, asOf] = [numbersOf(table, 'incoming'), numbersOf(table, 'as_of')]
  return Array.from({ length: table.rowCount }, (_, row) => {
    const [siteId, productId] = [textAt(sites, row)!, textAt(products, row)!]
    const at = count * numberOf.get(productId)!
    // A lead time of so many whole days ends by the end of the last.
    const [a, b, c, d] = CHANCES.map((chance) => {
      const days = points[at + Math.min(count - 1, Math.floor(chance * count))]!
      return asOf[row]! + (days + 1) * DAY_MS
    })
    const receiptId = `before-opening-${siteId}-${productId}`
    return { receiptId, siteId, productId, quantity: units[row]!, arrivesBy: [a!, b!, c!, d!] }
  })
}
