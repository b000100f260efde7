import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import { historyBefore, type Panel } from '../../core/panel.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textsOf } from '../../core/table.ts'
import type { IncomingOrders } from '../../inventory/index.ts'
import { type Decision, decisionsInForce } from '../decisions.ts'
import { indexColumn, indexOf } from './receipts.ts'

export const ASSUMED_COVER_DAYS = declareKnob({
  name: 'loop.assumed-cover-days',
  unit: 'days of average sales',
  range: [0, 365],
  default: 14,
  trades: 'Stands in for the stock of products the feed has none for: higher buys less of them.',
})

const RECENT_DAYS = 56

/** What is there and what is coming, by dense product index. */
export interface StockPosition {
  readonly onHand: Float64Array
  readonly incoming: IncomingOrders
  /** True where the feed has no stock and cover days of recent sales stand in. */
  readonly assumed: readonly boolean[]
}

/**
 * Stock on hand (all sites, less what is committed) and incoming: what the feed says is incoming,
 * plus approved purchases that are still on their way.
 */
export async function readStock(
  db: Database,
  panel: Panel,
  today: number,
  decisions: readonly Decision[],
  knobs: KnobSettings,
): Promise<StockPosition> {
  const table = await db.table(
    `SELECT product_id, sum(on_hand - coalesce(committed, 0)) AS on_hand,
       sum(incoming) AS incoming, max(CAST(as_of AS DATE)) AS as_of
     FROM stock GROUP BY product_id ORDER BY product_id`,
  )
  const known = indexOf(panel.ids)
  const products = indexColumn(textsOf(table, 'product_id'), known)
  const onHand = new Float64Array(panel.ids.length).fill(Number.NaN)
  const rows = { product: [] as number[], arrivalDay: [] as number[], units: [] as number[] }
  const snapshots = new Map<string, Snapshot>()
  products.forEach((product, row) => {
    if (product < 0) return
    onHand[product] = Math.max(0, numbersOf(table, 'on_hand')[row]!)
    const units = numbersOf(table, 'incoming')[row]!
    const day = numbersOf(table, 'as_of')[row]!
    snapshots.set(panel.ids[product]!, { day, saysIncoming: !Number.isNaN(units) })
    // A snapshot does not say when: the middle of a usual wait is as good a guess as any.
    if (units > 0) addRow(rows, product, today + readKnob(ASSUMED_COVER_DAYS, knobs) / 2, units)
  })
  const received = await readReceived(db)
  for (const order of openOrders(decisions, snapshots, received, today)) {
    const product = known.get(order.productId)
    if (product === undefined) continue
    addRow(rows, product, order.expectedArrivalDay ?? today + 1, order.toQuantity)
  }
  const assumed = Array.from(onHand, (units) => Number.isNaN(units))
  const cover = readKnob(ASSUMED_COVER_DAYS, knobs)
  return {
    onHand: onHand.map((units, i) =>
      assumed[i] ? Math.round(recentDailySales(panel, i, today) * cover) : units,
    ),
    incoming: {
      product: Int32Array.from(rows.product),
      arrivalDay: Int32Array.from(rows.arrivalDay),
      units: Float64Array.from(rows.units),
    },
    assumed,
  }
}

function addRow(
  rows: { product: number[]; arrivalDay: number[]; units: number[] },
  product: number,
  arrivalDay: number,
  units: number,
): void {
  rows.product.push(product)
  rows.arrivalDay.push(Math.round(arrivalDay))
  rows.units.push(units)
}

/** What the feed says of one product's stock. */
interface Snapshot {
  /** Day number on which it was counted. */
  readonly day: number
  /** Whether it says what is on the way: then approvals before it are in its number. */
  readonly saysIncoming: boolean
}

interface Receipt {
  readonly orderedDay: number
  readonly units: number
}

async function readReceived(db: Database): Promise<Map<string, Receipt[]>> {
  const rows = await db.rows(
    'SELECT product_id, CAST(ordered_at AS DATE) AS ordered_on, arrived_quantity FROM receipts',
  )
  const received = new Map<string, Receipt[]>()
  for (const row of rows) {
    const id = String(row['product_id'])
    const receipt = {
      orderedDay: Number(row['ordered_on']),
      units: Number(row['arrived_quantity']),
    }
    received.set(id, [...(received.get(id) ?? []), receipt])
  }
  return received
}

/**
 * Approved and overridden purchases that are still on their way: not undone, not received, and not
 * in a later stock snapshot. A snapshot that does not say what is incoming counts what was due by
 * its day; where the feed has no stock at all, a purchase has arrived on the day it was due.
 */
function openOrders(
  decisions: readonly Decision[],
  snapshots: ReadonlyMap<string, Snapshot>,
  received: ReadonlyMap<string, readonly Receipt[]>,
  today: number,
): Decision[] {
  return [...decisionsInForce(decisions).values()].filter((decision) => {
    const { productId, planDay, toQuantity, expectedArrivalDay } = decision
    if (toQuantity <= 0) return false
    const arrived = (received.get(productId) ?? [])
      .filter((receipt) => receipt.orderedDay >= planDay)
      .reduce((sum, receipt) => sum + receipt.units, 0)
    if (arrived >= toQuantity) return false
    const due = expectedArrivalDay ?? planDay
    const snapshot = snapshots.get(productId)
    if (snapshot === undefined) return due >= today
    if (snapshot.day < planDay) return true
    return !snapshot.saysIncoming && due > snapshot.day
  })
}

/** Mean units a day over the last eight weeks before `today`, days out of stock left out. */
export function recentDailySales(panel: Panel, i: number, today: number): number {
  const recent = historyBefore(panel, i, today).subarray(-RECENT_DAYS)
  let sum = 0
  let days = 0
  for (const units of recent) {
    if (Number.isNaN(units)) continue
    sum += units
    days++
  }
  return days === 0 ? 0 : sum / days
}
