import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import type { Network } from '../../network/index.ts'
import { type ProductFacts, readProducts } from '../inputs/products.ts'
import { indexColumn, indexOf } from '../inputs/receipts.ts'
import { NETWORK_ORDER_DAYS } from './knobs.ts'
import { readNetwork } from './read-network.ts'
import { type PlacedOrders, readOrders } from './read-orders.ts'

/** What the network is planned from. */
export interface NetworkFacts {
  readonly network: Network
  readonly orders: PlacedOrders
  readonly products: ProductFacts
  /** m³ of a unit; a usual one where the store does not say. */
  readonly unitM3: Float64Array
  /** Units there now, row-major site × product. */
  readonly nowUnits: Int32Array
}

/** Tables that the plans of the network are made from. */
export const NETWORK_TABLES = [
  'areas',
  'adjacency',
  'sites',
  'lanes',
  'departures',
  'lane_transit',
  'products',
  'offers',
  'orders',
  'order_lines',
  'stock',
] as const

/** Room of a unit where the store does not say, m³: a shoe box. */
const USUAL_UNIT_M3 = 0.004
const DAY_MS = 86_400_000

/** Reads network, orders, products and stock by site. Throws as readNetwork and readOrders do. */
export async function readNetworkFacts(db: Database, knobs: KnobSettings): Promise<NetworkFacts> {
  const network = await readNetwork(db)
  const listed = await db.table('SELECT product_id FROM products ORDER BY product_id')
  const names = textsOf(listed, 'product_id')
  const ids = Array.from({ length: listed.rowCount }, (_, row) => textAt(names, row)!)
  const orders = await readOrders(db, network.areas.ids, ids, {
    days: readKnob(NETWORK_ORDER_DAYS, knobs),
  })
  const today = Math.floor(orders.orderedAt.at(-1)! / DAY_MS)
  const products = await readProducts(db, ids, today, knobs)
  return {
    network,
    orders,
    products,
    unitM3: products.volumeM3.map((m3) => (m3 > 0 ? m3 : USUAL_UNIT_M3)),
    nowUnits: await readStockBySite(db, network.sites.ids, ids),
  }
}

async function readStockBySite(
  db: Database,
  siteIds: readonly string[],
  productIds: readonly string[],
): Promise<Int32Array> {
  const table = await db.table(
    'SELECT site_id, product_id, on_hand - coalesce(committed, 0) AS units FROM stock',
  )
  const site = indexColumn(textsOf(table, 'site_id'), indexOf(siteIds))
  const product = indexColumn(textsOf(table, 'product_id'), indexOf(productIds))
  const units = new Int32Array(siteIds.length * productIds.length)
  numbersOf(table, 'units').forEach((count, row) => {
    if (site[row]! >= 0 && product[row]! >= 0 && count > 0)
      units[site[row]! * productIds.length + product[row]!]! += count
  })
  return units
}

/**
 * Orders a day by area: as recorded, with one order an area added in proportion to population, so
 * that areas from which nobody has ordered yet still weigh what their people do.
 */
export function demandByArea(
  orders: Pick<PlacedOrders, 'area' | 'days'>,
  population: Float64Array,
): Float64Array {
  const n = population.length
  const people = population.reduce((sum, p) => sum + p, 0)
  const count = population.map((p) => (people > 0 ? (n * p) / people : 1))
  for (const area of orders.area) count[area]!++
  const total = orders.area.length + n
  return count.map((c) => ((c / total) * orders.area.length) / orders.days)
}
