import type { Database } from '../../core/sql/database.ts'
import type { OrderBook } from '../../fulfilment/index.ts'
import type { FulfilmentService } from '../../loop/index.ts'
import { withDatabase } from '../../loop/index.ts'
import type { FulfilmentPages } from '../fulfilment-pages.ts'
import type { OrdersSummary } from '../schemas/fulfilment-pages.ts'
import { type FulfilmentPlaces, readFulfilmentPlaces } from './fulfilment-places.ts'
import { keepReads } from './kept-reads.ts'
import { createOrderTally, type OrderTally } from './order-tally.ts'
import { orderDetailOf, orderPageOf, ordersSummaryOf } from './orders-page.ts'
import { createStockPages } from './stock-pages.ts'

/** Areas among which sample orders go round. */
const SAMPLE_AREAS = 25

/** What the console's pages ask, over the service that `open` gives. `clock` gives epoch ms. */
export function createFulfilmentPages(
  folder: string,
  open: () => Promise<FulfilmentService>,
  clock: () => number,
): FulfilmentPages {
  const kept = keepReads(folder)
  const places = () => kept('places', readFulfilmentPlaces)
  let tally: OrderTally | undefined
  const tallyOf = (orders: OrderBook): OrderTally => {
    if (tally?.book !== orders) tally = createOrderTally(orders)
    tally.follow(clock())
    return tally
  }
  return {
    async live() {
      const { orders, stock } = await open()
      return { orders: orders.revision, stock: stock.book.sequence }
    },
    async summary() {
      const { orders, stock } = await open()
      const sample = sampleOf(await places(), stock.book, orders.size)
      const priced =
        sample &&
        (await kept(`sample ${sample.productId} ${sample.areaId}`, (db) =>
          pricedSample(db, sample),
        ))
      return ordersSummaryOf(tallyOf(orders), priced ?? null, clock())
    },
    async orders(query) {
      const tally = tallyOf((await open()).orders)
      return orderPageOf(tally, await places(), query, clock())
    },
    async order(orderId) {
      const order = (await open()).orders.order(orderId)
      if (order === undefined) return undefined
      const ids = [...new Set(order.lines.map(({ productId }) => productId))]
      return orderDetailOf(order, await places(), await titlesOf(folder, ids), clock())
    },
    map: async () => (await places()).ground,
    ...createStockPages({ folder, kept, places, open, clock }),
  }
}

type Sample = Pick<NonNullable<OrdersSummary['sample']>, 'areaId' | 'productId'>

/** A product that is in stock and a populous area, another one after each order. */
function sampleOf(
  { areaIds }: FulfilmentPlaces,
  { index, cells, productIds }: FulfilmentService['stock']['book'],
  orders: number,
): Sample | undefined {
  // They go round, so that what the sample costs is seldom looked up.
  const turn = orders % Math.min(SAMPLE_AREAS, areaIds.length)
  const areaId = areaIds[turn]
  if (areaId === undefined) return undefined
  const { length } = productIds
  for (let i = 0; i < length; i++) {
    const product = (37 * turn + i) % length
    const [first, count] = [index[2 * product]!, index[2 * product + 1]!]
    for (let at = first; at < first + 4 * count; at += 4) {
      if (cells[at + 1]! > cells[at + 2]!) return { areaId, productId: productIds[product]! }
    }
  }
  return undefined
}

async function pricedSample(db: Database, sample: Sample): Promise<OrdersSummary['sample']> {
  const rows = await db.rows('SELECT price_cents FROM products WHERE product_id = $1', [
    sample.productId,
  ])
  return { ...sample, unitPriceCents: Math.round(Number(rows[0]?.['price_cents'] ?? 0)) }
}

/** Titles by product id. */
export async function titlesOf(
  folder: string,
  productIds: readonly string[],
): Promise<Record<string, string>> {
  if (productIds.length === 0) return {}
  const marks = productIds.map((_, i) => `$${i + 1}`).join(', ')
  const rows = await withDatabase(folder, 'read', (db) =>
    db.rows(
      `SELECT product_id, title FROM products WHERE title IS NOT NULL AND product_id IN (${marks})`,
      [...productIds],
    ),
  )
  return Object.fromEntries(rows.map((row) => [String(row['product_id']), String(row['title'])]))
}
