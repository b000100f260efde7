import type { NetworkOrders } from '../network/replay/input.ts'
import { drawKey, streamKey, uniformAt } from '../replay/counter-random.ts'

/** Orders with who placed them. */
export interface CustomersOrders extends NetworkOrders {
  /** Customer of each order: a number that orders of one customer share. */
  readonly customer: Int32Array
}

/** Minutes until a customer comes back: between these, the longer the rarer (log-uniform). */
const SOONEST_BACK = 2
const LATEST_BACK = 720

/**
 * The same orders, some of them placed by a customer who ordered a little before: after a share of
 * all orders the first order that comes so many minutes later becomes the same customer's, at the
 * same place. Numbers and hours of orders stay.
 */
export function withReturningCustomers(
  orders: NetworkOrders,
  share: number,
  seed: string | number,
): CustomersOrders {
  const count = orders.minute.length
  const area = Int32Array.from(orders.area)
  const customer = Int32Array.from({ length: count }, (_, order) => order)
  const taken = new Uint8Array(count)
  const back = drawKey(streamKey(seed, 'customers come back'), 0)
  const gap = drawKey(streamKey(seed, 'customers come back after'), 0)
  for (let order = 0; order < count; order++) {
    if (uniformAt(back, order) >= share) continue
    const minutes = SOONEST_BACK * (LATEST_BACK / SOONEST_BACK) ** uniformAt(gap, order)
    let next = firstAt(orders.minute, orders.minute[order]! + minutes)
    while (next < count && taken[next] === 1) next++
    if (next >= count || next === order) continue
    taken[next] = 1
    area[next] = area[order]!
    customer[next] = customer[order]!
  }
  return { ...orders, area, customer }
}

/** Index of the first order at or after a minute. */
function firstAt(minute: Int32Array, from: number): number {
  let low = 0
  let high = minute.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (minute[middle]! < from) low = middle + 1
    else high = middle
  }
  return low
}
