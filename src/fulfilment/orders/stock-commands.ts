import type { AdjustReason, StockCommand, StockLine } from '../stock/types.ts'
import type { OrderEvent } from './events.ts'
import { isInBuilding } from './standing.ts'
import type { Order, OrderParcel } from './types.ts'

/**
 * What the keeper of stock is asked to do because of an order's event, in this order; the order's id
 * names its reservation, which holds what is planned, picked and packed. Request ids are made from the
 * event's, so that asking again after a crash changes nothing. `before` is undefined for `placed`.
 *
 * Assigning reserves or moves; shipping confirms; what is short is released and taken off the shelf;
 * what is withdrawn or cancelled is released (units already picked go back to their place); what
 * comes back is added, and taken off again where it cannot be sold.
 */
export function stockCommands(
  before: Order | undefined,
  after: Order,
  event: OrderEvent,
): readonly StockCommand[] {
  const { requestId, orderId: reservationId } = event
  const held = before === undefined ? [] : inBuildings(before)
  switch (event.kind) {
    case 'assigned': {
      const lines = inBuildings(after)
      if (lines.length === 0) return release(event, held)
      if (held.length > 0) {
        return [{ kind: 'move', requestId: `${requestId}/move`, reservationId, lines }]
      }
      return [{ kind: 'reserve', requestId: `${requestId}/reserve`, reservationId, lines }]
    }
    case 'shipped': {
      const lines = linesOf(after.parcels.filter(({ parcelId }) => parcelId === event.parcelId))
      return [{ kind: 'confirm', requestId: `${requestId}/confirm`, reservationId, lines }]
    }
    case 'short': {
      const { siteId } = after.parcels.find(({ parcelId }) => parcelId === event.parcelId)!
      const lines = event.lines.map((line) => ({ siteId, ...line }))
      const reason = event.because === 'damaged' ? 'damaged' : 'lost'
      return [...release(event, lines), adjust(event, reason, lines, -1)]
    }
    case 'withdrawn':
    case 'cancelled':
      return release(event, less(held, inBuildings(after)))
    case 'returned': {
      const { siteId, condition } = event
      const lines = event.lines.map((line) => ({ siteId, ...line }))
      const back = adjust(event, 'returned', lines, 1)
      return condition === 'sellable' ? [back] : [back, adjust(event, condition, lines, -1)]
    }
    default:
      return []
  }
}

function release(
  { requestId, orderId }: OrderEvent,
  lines: readonly StockLine[],
): readonly StockCommand[] {
  if (lines.length === 0) return []
  return [{ kind: 'release', requestId: `${requestId}/release`, reservationId: orderId, lines }]
}

function adjust(
  { requestId }: OrderEvent,
  reason: AdjustReason,
  lines: readonly StockLine[],
  sign: 1 | -1,
): StockCommand {
  const signed = lines.map((line) => ({ ...line, quantity: sign * line.quantity }))
  return { kind: 'adjust', requestId: `${requestId}/${reason}`, reason, lines: signed }
}

/** What an order holds in buildings: the lines of its reservation, one a site and product. */
export function inBuildings({ parcels }: Order): readonly StockLine[] {
  return linesOf(parcels.filter(isInBuilding))
}

function linesOf(parcels: readonly OrderParcel[]): readonly StockLine[] {
  const cells = new Map<string, StockLine>()
  for (const { siteId, lines } of parcels) {
    for (const { productId, quantity } of lines) {
      const key = JSON.stringify([siteId, productId])
      const units = (cells.get(key)?.quantity ?? 0) + quantity
      cells.set(key, { siteId, productId, quantity: units })
    }
  }
  return [...cells.values()]
}

/** Lines of `all` beyond those of `kept`. */
function less(all: readonly StockLine[], kept: readonly StockLine[]): readonly StockLine[] {
  return all.flatMap((line) => {
    const same = kept.find(
      ({ siteId, productId }) => siteId === line.siteId && productId === line.productId,
    )
    const quantity = line.quantity - (same?.quantity ?? 0)
    return quantity > 0 ? [{ ...line, quantity }] : []
  })
}
