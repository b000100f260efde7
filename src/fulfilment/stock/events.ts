import { z } from 'zod'
import { defineEvent } from '../../ledger/index.ts'

// What happens to stock, as the ledger keeps it. One command is one event. Sites, products and
// units are numbers in one flat list, because they are encoded and read by the million; sites and
// products have the numbers that `stock.named` gave them, in the order of the ledger.
//
//   counted, adjusted, received, moved   n: product, site, units; product, site, units; …
//   reserved                             n: milliseconds held (−1 without end), then the same
//   confirmed, released                  n: the same, or nothing: all that the reservation holds
//   expected                             n: product, site, units, four arrivals (epoch ms); …
//   transferred                          n: the site that they leave, then as expected
//
// `ids` begins with the request (but for expired), then come the reservation, the receipts or the
// reason.

/** Ids and numbers of one event. */
export interface StockData {
  readonly ids: readonly string[]
  readonly n: readonly number[]
  readonly [key: string]: readonly string[] | readonly number[]
}

/** Numbers of a line: product, site, units. */
export const LINE = 3
/** Numbers of an expected receipt: a line and its four arrivals. */
export const RECEIPT = 7
/** Leading segment of the subjects of all events of stock. */
export const STOCK_SUBJECT = 'stock'

export const siteAndProductNamed = defineEvent(
  'stock.named',
  z.strictObject({ siteIds: z.array(z.string()), productIds: z.array(z.string()) }),
)
export const stockCounted = define('stock.counted', [1, 1], 0, LINE)
export const stockExpected = define('stock.expected', [2, Infinity], 0, RECEIPT)
export const stockReceived = define('stock.received', [1, 2], 0, LINE)
export const stockAdjusted = define('stock.adjusted', [2, 2], 0, LINE)
export const stockTransferred = define('stock.transferred', [2, Infinity], 1, RECEIPT)
export const stockReserved = define('stock.reserved', [2, 2], 1, LINE)
export const reservationMoved = define('stock.moved', [2, 2], 0, LINE)
export const reservationKept = define('stock.kept', [2, 2], 0, LINE)
export const reservationConfirmed = define('stock.confirmed', [2, 2], 0, LINE)
export const reservationReleased = define('stock.released', [2, 2], 0, LINE)
export const reservationsExpired = define('stock.expired', [1, Infinity], 0, LINE)

/** An event with so many ids, `lead` numbers, and groups of `group` numbers after them. */
function define(
  type: string,
  [leastIds, mostIds]: readonly [number, number],
  lead: number,
  group: number,
) {
  // Written by hand: the checks of a general schema would cost more than deciding does.
  const isData = (data: unknown): boolean => {
    if (typeof data !== 'object' || data === null) return false
    const { ids, n } = data as Partial<StockData>
    return (
      Array.isArray(ids) &&
      Array.isArray(n) &&
      ids.length >= leastIds &&
      ids.length <= mostIds &&
      n.length >= lead &&
      (n.length - lead) % group === 0 &&
      ids.every((id) => typeof id === 'string') &&
      n.every((value) => Number.isSafeInteger(value))
    )
  }
  return defineEvent(
    type,
    z.custom<StockData>(isData, `${type} needs ids and whole numbers in its own order`),
  )
}
