import type { Ledger } from '../../ledger/index.ts'
import { applyOrderEvent } from './apply-event.ts'
import { ORDER_PREFIX, type OrderEvent, orderEntry, readOrderEntry } from './events.ts'
import type { Order, OrderOutcome, OrderStatus } from './types.ts'

/** Orders in memory, as the events of a ledger made them. */
export interface OrderBook {
  /** Number of orders. */
  readonly size: number
  order(orderId: string): Order | undefined
  /** The order that a request was carried out on. */
  ofRequest(requestId: string): Order | undefined
  /** Orders of a customer, oldest first. */
  ofCustomer(customerId: string): readonly Order[]
  /** Orders with something planned or in work at a site, oldest first. */
  atSite(siteId: string): readonly Order[]
  /** Orders of a status, oldest first. */
  withStatus(status: OrderStatus): readonly Order[]
  /** All orders, oldest first. */
  all(): IterableIterator<Order>
  /** Number of changes so far: what `changedSince` is asked with next. */
  readonly revision: number
  /** Orders changed after `revision`, each once, as they are now. O(changes since). */
  changedSince(revision: number): readonly Order[]
}

/** An order book that takes new events; opened on a ledger by the one process that writes orders. */
export interface OrderKeeper {
  readonly book: OrderBook
  /**
   * Checks an event against its order, appends it and applies it. Resolves once it is on disk. A
   * refused event appends nothing, nor does a request id that was carried out before, on whichever
   * order: it is answered with that order. Throws ERR_LEDGER_….
   */
  submit(event: OrderEvent): Promise<OrderOutcome>
  /** Events in their order, each with its own outcome, in one append. */
  submitMany(events: readonly OrderEvent[]): Promise<readonly OrderOutcome[]>
  /** Sequence number of the ledger's last event about orders. */
  lastSequence(): number
}

/**
 * The orders of a ledger's events, read once: O(events). What other processes append later is not
 * heard, so that one process at a time may keep orders. Throws ERR_LEDGER_DAMAGED.
 */
export async function openOrders(ledger: Ledger): Promise<OrderKeeper> {
  const shelf = createShelf()
  let sequence = 0
  for await (const entry of ledger.read({ prefix: ORDER_PREFIX })) {
    const event = readOrderEntry(entry)
    if (event === undefined) continue
    const outcome = applyOrderEvent(shelf.order(event.orderId), event)
    if (outcome.ok && !outcome.repeated) shelf.put(outcome.order, event.requestId)
    sequence = entry.sequence
  }
  return createKeeper(ledger, shelf, sequence)
}

interface Waiting {
  readonly events: readonly OrderEvent[]
  resolve(outcomes: readonly OrderOutcome[]): void
  reject(error: unknown): void
}

/** Group commit: what is handed in while an append is under way goes together with the next. */
function createKeeper(ledger: Ledger, shelf: Shelf, from: number): OrderKeeper {
  const waiting: Waiting[] = []
  let running = false
  let sequence = from
  async function commit(): Promise<void> {
    running = true
    while (waiting.length > 0) {
      const group = waiting.splice(0)
      try {
        const { outcomes, entries, changed } = tryEvents(
          shelf,
          group.flatMap(({ events }) => events),
        )
        if (entries.length > 0) sequence = (await ledger.append(entries.map(orderEntry))).last
        for (const [requestId, order] of changed) shelf.put(order, requestId)
        for (const { events, resolve } of group) resolve(outcomes.splice(0, events.length))
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    running = false
  }
  function submitMany(events: readonly OrderEvent[]): Promise<readonly OrderOutcome[]> {
    return new Promise((resolve, reject) => {
      waiting.push({ events, resolve, reject })
      if (!running) void commit()
    })
  }
  return {
    book: shelf,
    submitMany,
    submit: async (event) => (await submitMany([event]))[0]!,
    lastSequence: () => sequence,
  }
}

/** What events would do, in their order, and those that change something. */
function tryEvents(book: OrderBook, events: readonly OrderEvent[]) {
  const now = new Map<string, Order>()
  const asked = new Map<string, string>()
  const outcomes: OrderOutcome[] = []
  const entries: OrderEvent[] = []
  const changed: [requestId: string, order: Order][] = []
  const orderNow = (orderId: string) => now.get(orderId) ?? book.order(orderId)
  for (const event of events) {
    const { requestId } = event
    const first = orderNow(asked.get(requestId) ?? book.ofRequest(requestId)?.orderId ?? '')
    const outcome: OrderOutcome =
      first === undefined
        ? applyOrderEvent(orderNow(event.orderId), event)
        : { ok: true, order: first, repeated: true }
    outcomes.push(outcome)
    if (!outcome.ok || outcome.repeated) continue
    now.set(event.orderId, outcome.order)
    asked.set(requestId, event.orderId)
    entries.push(event)
    changed.push([requestId, outcome.order])
  }
  return { outcomes, entries, changed }
}

interface Shelf extends OrderBook {
  put(order: Order, requestId: string): void
}

function createShelf(): Shelf {
  const orders = new Map<string, Order>()
  const requests = new Map<string, string>()
  const customers = createIndex()
  const sites = createIndex()
  const statuses = createIndex()
  /** The order of each change. */
  const changes: string[] = []
  const all = (ids: Iterable<string>) =>
    [...ids].map((id) => orders.get(id)!).sort((a, b) => a.placedAt - b.placedAt)
  return {
    get size() {
      return orders.size
    },
    order: (orderId) => orders.get(orderId),
    ofRequest: (requestId) => orders.get(requests.get(requestId) ?? ''),
    ofCustomer: (customerId) => all(customers.of(customerId)),
    atSite: (siteId) => all(sites.of(siteId)),
    withStatus: (status) => all(statuses.of(status)),
    all: () => orders.values(),
    get revision() {
      return changes.length
    },
    changedSince: (revision) =>
      [...new Set(changes.slice(revision))].map((orderId) => orders.get(orderId)!),
    put(order, requestId) {
      const before = orders.get(order.orderId)
      orders.set(order.orderId, order)
      changes.push(order.orderId)
      requests.set(requestId, order.orderId)
      const { customerId, orderId } = order
      if (customerId !== undefined) customers.add(customerId, orderId)
      statuses.move(orderId, before === undefined ? [] : [before.status], [order.status])
      sites.move(orderId, before === undefined ? [] : sitesOf(before), sitesOf(order))
    },
  }
}

function sitesOf({ parcels }: Order): readonly string[] {
  const open = ['planned', 'picking', 'packed']
  return parcels.flatMap(({ siteId, status }) => (open.includes(status) ? [siteId] : []))
}

/** Order ids by some key. */
function createIndex() {
  const sets = new Map<string, Set<string>>()
  const add = (key: string, id: string) => {
    const set = sets.get(key)
    if (set === undefined) sets.set(key, new Set([id]))
    else set.add(id)
  }
  return {
    of: (key: string): Iterable<string> => sets.get(key) ?? [],
    add,
    move(id: string, from: readonly string[], to: readonly string[]) {
      for (const key of from) {
        if (to.includes(key)) continue
        const set = sets.get(key)
        set?.delete(id)
        if (set?.size === 0) sets.delete(key)
      }
      for (const key of to) add(key, id)
    },
  }
}
