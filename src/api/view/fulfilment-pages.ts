import type { FulfilmentService } from '../../loop/index.ts'
import { withDatabase } from '../../loop/index.ts'
import type { FulfilmentPages } from '../fulfilment-pages.ts'
import type { OrdersSummary } from '../schemas/fulfilment-pages.ts'
import { type FulfilmentPlaces, readFulfilmentPlaces } from './fulfilment-places.ts'
import { keepReads } from './kept-reads.ts'
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
  return {
    async summary() {
      const { orders, stock } = await open()
      const sample = sampleOf(await places(), stock.book, orders.size)
      const priced = sample && (await pricedSample(folder, sample))
      return ordersSummaryOf(orders.all(), priced ?? null, clock())
    },
    async orders(query) {
      return orderPageOf((await open()).orders.all(), await places(), query, clock())
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

/** A product that is in stock and a populous area: others for each number of orders so far. */
function sampleOf(
  { areaIds }: FulfilmentPlaces,
  { index, cells, productIds }: FulfilmentService['stock']['book'],
  orders: number,
): Sample | undefined {
  const areaId = areaIds[orders % Math.min(SAMPLE_AREAS, areaIds.length)]
  if (areaId === undefined) return undefined
  const { length } = productIds
  for (let i = 0; i < length; i++) {
    const product = (37 * orders + i) % length
    const [first, count] = [index[2 * product]!, index[2 * product + 1]!]
    for (let at = first; at < first + 4 * count; at += 4) {
      if (cells[at + 1]! > cells[at + 2]!) return { areaId, productId: productIds[product]! }
    }
  }
  return undefined
}

async function pricedSample(folder: string, sample: Sample): Promise<OrdersSummary['sample']> {
  const rows = await withDatabase(folder, 'read', (db) =>
    db.rows('SELECT price_cents FROM products WHERE product_id = $1', [sample.productId]),
  )
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
