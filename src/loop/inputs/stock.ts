import { DAY_MS } from '../../core/calendar.ts'
import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import { historyBefore, type Panel } from '../../core/panel.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textsOf } from '../../core/table.ts'
import type { IncomingOrders } from '../../inventory/index.ts'
import type { Decision } from '../decisions.ts'
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
 * plus approved purchases that the stock snapshot is too old to know of.
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
       sum(coalesce(incoming, 0)) AS incoming, max(as_of) AS as_of
     FROM stock GROUP BY product_id ORDER BY product_id`,
  )
  const known = indexOf(panel.ids)
  const products = indexColumn(textsOf(table, 'product_id'), known)
  const onHand = new Float64Array(panel.ids.length).fill(Number.NaN)
  const rows = { product: [] as number[], arrivalDay: [] as number[], units: [] as number[] }
  let snapshotAt = -Infinity
  products.forEach((product, row) => {
    if (product < 0) return
    onHand[product] = Math.max(0, numbersOf(table, 'on_hand')[row]!)
    snapshotAt = Math.max(snapshotAt, numbersOf(table, 'as_of')[row]!)
    const units = numbersOf(table, 'incoming')[row]!
    // A snapshot does not say when: the middle of a usual wait is as good a guess as any.
    if (units > 0) addRow(rows, product, today + readKnob(ASSUMED_COVER_DAYS, knobs) / 2, units)
  })
  for (const order of openOrders(decisions, snapshotAt)) {
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

/** Approved and overridden lines not undone, decided after the stock snapshot (epoch ms or day). */
function openOrders(decisions: readonly Decision[], snapshotAt: number): Decision[] {
  const snapshotMs = snapshotAt < 1e8 ? snapshotAt * DAY_MS : snapshotAt
  const last = new Map<string, Decision>()
  for (const decision of decisions) last.set(decision.lineId, decision)
  return [...last.values()].filter(
    (d) => d.action !== 'undo' && d.toQuantity > 0 && d.time > snapshotMs,
  )
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
