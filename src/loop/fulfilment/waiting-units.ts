import type { Order, ReceiptClaim, StockCommand, StockLine } from '../../fulfilment/index.ts'
import type { PlacingParts } from './place-order.ts'

// What waits of an order as it was promised: units of receipts that it claims, and units set aside for
// it, on a shelf already or come with a receipt, under a reservation of their own. They become the
// order's own in one step with the assignment that sends them.

type Parts = Pick<PlacingParts, 'stock' | 'receipts'>

/** Name of the reservation of units that are set aside for what waits of an order. */
export function asideOf(orderId: string): string {
  return `waiting-${orderId}`
}

/** Units set aside for an order. */
export function heldAside({ stock }: Pick<Parts, 'stock'>, orderId: string): readonly StockLine[] {
  return stock.reservation(asideOf(orderId))?.lines ?? []
}

/**
 * Brings claims and units set aside in line with what still waits of an order: nothing is kept for
 * one that waits no more.
 */
export async function settleWaiting({ stock, receipts }: Parts, order: Order): Promise<void> {
  const { orderId, claims = [], waiting, life } = order
  receipts.release(orderId)
  // Refused where a receipt was called off, or has come in part: then it waits for what comes.
  if (claims.length > 0) receipts.claim(orderId, claims)
  if (waiting.length > 0 || heldAside({ stock }, orderId).length === 0) return
  const requestId = `waited-${orderId}-${life.length}`
  await stock.submit({ kind: 'release', requestId, reservationId: asideOf(orderId) })
}

/**
 * The commands, each receipt that arrives followed by those that set its units aside for the orders that
 * claim them, in the order of their claims: nobody else can take them in between. `own[i]` is the place
 * of command `i` among them.
 */
export function withArrivals(
  parts: Parts & Pick<PlacingParts, 'orders'>,
  commands: readonly StockCommand[],
): { readonly all: readonly StockCommand[]; readonly own: readonly number[] } {
  const all: StockCommand[] = []
  const own: number[] = []
  const aside = new Map<string, readonly StockLine[]>()
  for (const command of commands) {
    own.push(all.length)
    all.push(command)
    if (command.kind !== 'receive' || command.receiptId === undefined) continue
    all.push(...arrivals(parts, command, command.receiptId, aside))
  }
  return { all, own }
}

function arrivals(
  { stock, receipts, orders }: Parts & Pick<PlacingParts, 'orders'>,
  { requestId, lines }: Extract<StockCommand, { kind: 'receive' }>,
  receiptId: string,
  aside: Map<string, readonly StockLine[]>,
): readonly StockCommand[] {
  const left = new Map<string, number>()
  for (const line of lines) left.set(keyOf(line), (left.get(keyOf(line)) ?? 0) + line.quantity)
  return receipts.waitingFor(receiptId).flatMap((orderId): StockCommand[] => {
    const claims = orders.book.order(orderId)?.claims ?? []
    const got = claims
      .filter((claim) => claim.receiptId === receiptId)
      .flatMap((claim) => takeFrom(left, claim))
    if (got.length === 0) return []
    const before = aside.get(orderId) ?? heldAside({ stock }, orderId)
    const held = [...before, ...got]
    aside.set(orderId, held)
    const kind = before.length === 0 ? 'reserve' : 'move'
    const name = `arrived-${requestId}-${orderId}`.slice(0, 256)
    return [{ kind, requestId: name, reservationId: asideOf(orderId), lines: held }]
  })
}

function takeFrom(left: Map<string, number>, claim: ReceiptClaim): readonly StockLine[] {
  const { siteId, productId } = claim
  const there = left.get(keyOf(claim)) ?? 0
  const quantity = Math.min(claim.quantity, there)
  left.set(keyOf(claim), there - quantity)
  return quantity > 0 ? [{ siteId, productId, quantity }] : []
}

function keyOf({ siteId, productId }: Omit<StockLine, 'quantity'>): string {
  return JSON.stringify([siteId, productId])
}
