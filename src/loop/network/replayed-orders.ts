import { DAY_MS } from '../../core/calendar.ts'
import type { NetworkOrders } from '../../world/index.ts'
import type { PlacedOrders } from './read-orders.ts'

/** Most different products of an order that the replay takes. */
const MOST_LINES = 24

/**
 * Recorded orders from a day (day number, UTC) on as the replay reads them: lines of one product
 * joined, since they draw on one shelf; orders of more than 24 products left out.
 */
export function replayedOrders(orders: PlacedOrders, firstDay: number): NetworkOrders {
  const begin = firstDay * DAY_MS
  const starts = [0]
  const kept = { area: [] as number[], minute: [] as number[] }
  const lines = { product: [] as number[], quantity: [] as number[] }
  orders.orderedAt.forEach((at, o) => {
    if (at < begin) return
    const units = new Map<number, number>()
    for (let line = orders.starts[o]!; line < orders.starts[o + 1]!; line++) {
      const product = orders.product[line]!
      units.set(product, (units.get(product) ?? 0) + orders.quantity[line]!)
    }
    if (units.size > MOST_LINES) return
    kept.area.push(orders.area[o]!)
    kept.minute.push(Math.floor((at - begin) / 60_000))
    lines.product.push(...units.keys())
    lines.quantity.push(...units.values())
    starts.push(lines.product.length)
  })
  return {
    starts: Int32Array.from(starts),
    area: Int32Array.from(kept.area),
    minute: Int32Array.from(kept.minute),
    product: Int32Array.from(lines.product),
    quantity: Int32Array.from(lines.quantity),
  }
}
