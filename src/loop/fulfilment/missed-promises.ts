import type {
  Order,
  OrderBook,
  OrderEvent,
  OrderKeeper,
  OrderStatus,
} from '../../fulfilment/index.ts'

/** Statuses in which something of an order is still to arrive. */
const OPEN: readonly OrderStatus[] = [
  'placed',
  'waiting',
  'assigned',
  'picking',
  'packed',
  'shipped',
]

/**
 * The events that count broken promises at `now` (epoch ms): one for each order of which something
 * has not arrived `graceMs` after its date, and whose promise is not judged yet. The cause is left to
 * the order's own parts. O(open orders).
 */
export function missedPromises(
  book: OrderBook,
  now: number,
  graceMs: number,
): readonly OrderEvent[] {
  const isMissed = ({ outcome, promise }: Order) =>
    outcome === undefined && now > promise.arriveBy + graceMs
  return OPEN.flatMap((status) => book.withStatus(status))
    .filter(isMissed)
    .map(({ orderId }) => ({
      ...{ kind: 'missed', requestId: `missed-${orderId}`, orderId, at: now, because: null },
    }))
}

/**
 * Writes those events down; returns how many promises were broken. One that is refused was delivered
 * or cancelled a moment before.
 */
export async function countMissed(
  orders: OrderKeeper,
  now: number,
  graceMs: number,
): Promise<number> {
  const events = missedPromises(orders.book, now, graceMs)
  if (events.length === 0) return 0
  const outcomes = await orders.submitMany(events)
  return outcomes.filter((outcome) => outcome.ok && !outcome.repeated).length
}
