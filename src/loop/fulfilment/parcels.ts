import { isInBuilding, type Order, type OrderParcel } from '../../fulfilment/index.ts'
import type { planned } from './planned-parcel.ts'

/** Parcels whose units the order's reservation holds. */
export function inBuilding({ parcels }: Order): readonly OrderParcel[] {
  return parcels.filter(isInBuilding)
}

/** Number of an order's next parcel: above all that it has, as some may have been replaced. */
export function nextParcelNumber({ orderId, parcels }: Order): number {
  const numbers = parcels.map(({ parcelId }) => Number(parcelId.slice(orderId.length + 1)))
  return 1 + Math.max(0, ...numbers.filter((number) => Number.isInteger(number)))
}

/** A parcel as events carry it. */
export function plainParcel(parcel: OrderParcel | ReturnType<typeof planned>) {
  const { parcelId, shipmentId, siteId, lines, routeVersion, laneIds, pickBy, shipsBy } = parcel
  const { arriveBy, boxes, kg, m3, shippingCents, reason } = parcel
  return {
    ...{ parcelId, shipmentId, siteId, lines: [...lines], routeVersion, laneIds: [...laneIds] },
    ...{ pickBy, shipsBy, arriveBy, boxes, kg, m3, shippingCents, reason },
  }
}
