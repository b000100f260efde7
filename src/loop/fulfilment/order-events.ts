import { StorewrightError } from '../../core/errors.ts'
import {
  applyOrderEvent,
  newlyWaiting,
  type Order,
  type OrderEvent,
  type OrderRefusal,
  type StockLine,
  stockCommands,
} from '../../fulfilment/index.ts'
import { inBuilding } from './parcels.ts'
import type { PlacingParts } from './place-order.ts'
import { linesOfParcels } from './planned-parcel.ts'
import { fillOrder } from './repair-orders.ts'
import { settleWaiting } from './waiting-units.ts'

export interface OrderChange {
  readonly order: Order
  /** The request was carried out before. */
  readonly repeated: boolean
}

export interface CarryOutOptions {
  /** Units that are short are off the shelf already: stock said so. */
  readonly isCounted?: boolean
  /** What waits since is left to the caller to give to sites. */
  readonly isRepairedLater?: boolean
}

/**
 * Carries out an event of an order: looks what it would do, changes stock accordingly (units leave,
 * are freed, come back), writes it down, and gives what now waits to other sites where that keeps
 * the promise. Sent again, it is answered with the order as it stands. Throws, having changed nothing:
 * ERR_NOT_FOUND (no such order, parcel or product), ERR_ORDER, ERR_STOCK.
 */
export async function carryOut(
  parts: PlacingParts,
  event: OrderEvent,
  { isCounted = false, isRepairedLater = false }: CarryOutOptions = {},
): Promise<OrderChange> {
  const before = parts.orders.book.order(event.orderId)
  const would = applyOrderEvent(before, event)
  if (!would.ok) throw orderError(would.refusal, would.message)
  if (would.repeated || before === undefined) return { order: would.order, repeated: true }
  for (const command of stockCommands(before, would.order, event)) {
    if (isCounted && command.kind === 'adjust') continue
    const outcome = await parts.stock.submit(command)
    if (!outcome.ok) throw new StorewrightError('ERR_STOCK', outcome.message)
  }
  const done = await parts.orders.submit(event)
  if (!done.ok) throw orderError(done.refusal, done.message)
  giveRoom(parts, before, done.order)
  if (before.waiting.length > 0) await settleWaiting(parts, done.order)
  if (isRepairedLater || newlyWaiting(before, done.order).length === 0) {
    return { order: done.order, repeated: false }
  }
  const helped = await fillOrder(parts, done.order, 'repaired', `${event.requestId}-repair`)
  return { order: helped ?? done.order, repeated: false }
}

function giveRoom({ room }: PlacingParts, before: Order, after: Order): void {
  const open = new Set(inBuilding(after).map(({ parcelId }) => parcelId))
  for (const { parcelId } of inBuilding(before)) {
    if (open.has(parcelId)) continue
    const status = after.parcels.find((parcel) => parcel.parcelId === parcelId)?.status
    room.give(parcelId, status === 'shipped' || status === 'delivered')
  }
}

/**
 * Moves an order's units back to where its parcels are, where a process ended after it had moved them
 * and before it wrote that down. A reservation that lacks units is let be: those have left.
 */
export async function takeMoveBack(
  { stock, clock }: Pick<PlacingParts, 'stock' | 'clock'>,
  order: Order,
): Promise<void> {
  const { orderId } = order
  const held = stock.reservation(orderId)?.lines ?? []
  const lines = linesOfParcels(inBuilding(order))
  const isSame = (key: (line: StockLine) => string) => sums(held, key) === sums(lines, key)
  if (!isSame(({ productId }) => productId)) return
  if (isSame(({ siteId, productId }) => JSON.stringify([siteId, productId]))) return
  const requestId = `moved-back-${orderId}-${clock()}`
  // Refused where those units are gone by now: picking will find that out.
  await stock.submit({ kind: 'move', requestId, reservationId: orderId, lines })
}

/** Units by some key, in one text. */
function sums(lines: readonly StockLine[], keyOf: (line: StockLine) => string): string {
  const units = new Map<string, number>()
  for (const line of lines) units.set(keyOf(line), (units.get(keyOf(line)) ?? 0) + line.quantity)
  return JSON.stringify([...units].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const NOT_FOUND: readonly OrderRefusal[] = ['unknown-order', 'unknown-parcel', 'unknown-product']

function orderError(refusal: OrderRefusal, message: string): StorewrightError {
  return new StorewrightError(NOT_FOUND.includes(refusal) ? 'ERR_NOT_FOUND' : 'ERR_ORDER', message)
}
