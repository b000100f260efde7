import type { Order, OrderBook } from '../../fulfilment/index.ts'

/** A book of made orders, in which one can be put in the place of what it was. */
export interface MadeBook extends OrderBook {
  put(order: Order): void
}

/** A book of orders at hand. */
export function madeBook(made: readonly Order[]): MadeBook {
  const orders = new Map(made.map((order) => [order.orderId, order]))
  const changes = [...orders.keys()]
  return {
    get size() {
      return orders.size
    },
    get revision() {
      return changes.length
    },
    order: (id) => orders.get(id),
    ofRequest: () => undefined,
    ...{ ofCustomer: () => [], atSite: () => [], withStatus: () => [] },
    all: () => orders.values(),
    changedSince: (from) => [...new Set(changes.slice(from))].map((id) => orders.get(id)!),
    put(order) {
      orders.set(order.orderId, order)
      changes.push(order.orderId)
    },
  }
}
