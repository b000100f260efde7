import type { OrderEvent, OrderEventOf } from '../events.ts'
import type { OrderLineIds, PlannedParcel } from '../types.ts'

/** Noon of the day on which test orders are placed, and one hour, in epoch ms. */
export const NOON = Date.UTC(2026, 2, 2, 12)
export const HOUR = 3_600_000

/** An order of A × 2 and B × 1, promised in two days. */
export function placed(change: Partial<OrderEventOf<'placed'>> = {}): OrderEventOf<'placed'> {
  return {
    kind: 'placed',
    requestId: 'place',
    orderId: 'O1',
    at: NOON,
    customerId: 'C1',
    areaId: 'area',
    lines: [
      { productId: 'A', quantity: 2, unitPriceCents: 500 },
      { productId: 'B', quantity: 1, unitPriceCents: 900 },
    ],
    promise: {
      kind: 'guaranteed',
      promisedAt: NOON,
      arriveBy: NOON + 48 * HOUR,
      routeVersion: '1',
    },
    ...change,
  }
}

/** A planned parcel that is picked within six hours and arrives in 30. */
export function parcel(
  parcelId: string,
  lines: readonly OrderLineIds[],
  change: Partial<PlannedParcel> = {},
): PlannedParcel {
  return {
    parcelId,
    shipmentId: parcelId,
    siteId: 'S1',
    lines,
    routeVersion: '1',
    laneIds: ['L1', 'L2'],
    pickBy: NOON + 6 * HOUR,
    shipsBy: NOON + 10 * HOUR,
    arriveBy: NOON + 30 * HOUR,
    boxes: 1,
    kg: 1,
    m3: 0.01,
    shippingCents: 700,
    reason: 'nearest',
    ...change,
  }
}

/** All of the order in parcel P1. */
export const WHOLE = [
  { productId: 'A', quantity: 2 },
  { productId: 'B', quantity: 1 },
]

/** The order goes to these parcels. */
export function assigned(
  requestId: string,
  parcels: readonly PlannedParcel[],
  at = NOON + 1,
): OrderEvent {
  const words = 'given to sites'
  return {
    ...{ kind: 'assigned', requestId, orderId: 'O1', at, why: 'placed', words },
    parcels: parcels.map((one) => ({ ...one, lines: [...one.lines], laneIds: [...one.laneIds] })),
  }
}

/** A parcel of O1 reaches a status. */
export function step(
  kind: 'picking' | 'packed' | 'shipped' | 'delivered',
  at: number,
  parcelId = 'P1',
): OrderEvent {
  return { kind, requestId: `${kind} ${parcelId}`, orderId: 'O1', at, parcelId }
}
