import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textsOf } from '../../core/table.ts'
import { indexColumn, indexOf } from '../inputs/receipts.ts'

/** Past orders whose area is known, by time; the lines of order `o` are `starts[o]` … `starts[o + 1] − 1`. */
export interface PlacedOrders {
  readonly ids: readonly string[]
  /** Epoch ms. */
  readonly orderedAt: Float64Array
  /** Area each ships to. */
  readonly area: Int32Array
  readonly starts: Int32Array
  /** Product and units of each line. */
  readonly product: Int32Array
  readonly quantity: Int32Array
  /** Whole days that the orders span, at least 1. */
  readonly days: number
  /** Orders of these days without an area of the network: they are left out. */
  readonly withoutArea: number
}

const DAY_MS = 86_400_000

/**
 * The orders of the last `days` days before `end` (epoch ms; default: just after the last order),
 * with areas and products by their places in the given ids. Throws ERR_STORE_EMPTY without any.
 */
export async function readOrders(
  db: Database,
  areaIds: readonly string[],
  productIds: readonly string[],
  { days, end }: { readonly days: number; readonly end?: number },
): Promise<PlacedOrders> {
  const until = end ?? (await afterLastOrder(db))
  const window = [until - days * DAY_MS, until]
  const table = await db.table(
    `SELECT o.order_id, o.area_id, epoch_ms(o.ordered_at) AS ordered_ms, l.product_id, l.quantity
     FROM orders o JOIN order_lines l USING (order_id)
     WHERE l.quantity > 0 AND o.ordered_at >= make_timestamp(CAST($1 AS BIGINT) * 1000)
       AND o.ordered_at < make_timestamp(CAST($2 AS BIGINT) * 1000)
     ORDER BY o.ordered_at, o.order_id, l.line_number`,
    window,
  )
  const area = indexColumn(textsOf(table, 'area_id'), indexOf(areaIds))
  const product = indexColumn(textsOf(table, 'product_id'), indexOf(productIds))
  const orders = textsOf(table, 'order_id')
  const at = numbersOf(table, 'ordered_ms')
  const quantity = numbersOf(table, 'quantity')
  const kept = { ids: [] as string[], at: [] as number[], area: [] as number[], starts: [0] }
  const lines = { product: [] as number[], quantity: [] as number[] }
  let withoutArea = 0
  for (let row = 0, next = 0; row < table.rowCount; row = next) {
    while (next < table.rowCount && orders.codes[next] === orders.codes[row]) next++
    if (area[row]! < 0) {
      withoutArea++
      continue
    }
    for (let line = row; line < next; line++) {
      if (product[line]! < 0) continue
      lines.product.push(product[line]!)
      lines.quantity.push(quantity[line]!)
    }
    if (lines.product.length === kept.starts.at(-1)) continue
    kept.ids.push(orders.dictionary[orders.codes[row]!]!)
    kept.at.push(at[row]!)
    kept.area.push(area[row]!)
    kept.starts.push(lines.product.length)
  }
  if (kept.ids.length === 0) throw noOrders(withoutArea)
  return {
    ids: kept.ids,
    orderedAt: Float64Array.from(kept.at),
    area: Int32Array.from(kept.area),
    starts: Int32Array.from(kept.starts),
    product: Int32Array.from(lines.product),
    quantity: Int32Array.from(lines.quantity),
    days: Math.max(1, Math.ceil((until - kept.at[0]!) / DAY_MS)),
    withoutArea,
  }
}

async function afterLastOrder(db: Database): Promise<number> {
  const [row] = await db.rows<{ last: number | null }>(
    'SELECT epoch_ms(max(ordered_at)) AS last FROM orders',
  )
  if (row?.last == null) throw noOrders(0)
  return row.last + 1
}

function noOrders(withoutArea: number): StorewrightError {
  const why = withoutArea > 0 ? `none of its ${withoutArea} orders names an area` : 'it has none'
  return new StorewrightError('ERR_STORE_EMPTY', `no orders to plan regions from: ${why}`, {
    file: 'orders',
    column: 'area_id',
    next: 'Import orders.csv with area_id (see docs/feed.md), and areas.csv with these areas.',
  })
}
