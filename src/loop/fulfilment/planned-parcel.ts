import type { Assignment, PlannedParcel, StockKeeper, StockLine } from '../../fulfilment/index.ts'
import type { ParcelWay } from './parcel-routes.ts'

/** A parcel as it is kept with its order. */
export function planned(
  { stock }: { readonly stock: StockKeeper },
  parcelId: string,
  parcel: Pick<
    Assignment['parcels'][number],
    'site' | 'lines' | 'boxes' | 'kg' | 'm3' | 'shippingCents'
  >,
  { slots: _, laneIds, ...way }: ParcelWay,
  reason: string,
): PlannedParcel {
  const { site, lines, boxes, kg, m3, shippingCents } = parcel
  return {
    ...{ parcelId, shipmentId: parcelId, siteId: stock.book.siteIds[site]! },
    lines: joinLines(
      lines.map(({ product, quantity }) => ({
        productId: stock.book.productIds[product]!,
        quantity,
      })),
    ),
    ...way,
    ...{ laneIds: [...laneIds], boxes, kg, m3, shippingCents, reason },
  }
}

function joinLines(lines: readonly { readonly productId: string; readonly quantity: number }[]) {
  const units = new Map<string, number>()
  for (const { productId, quantity } of lines)
    units.set(productId, (units.get(productId) ?? 0) + quantity)
  return Array.from(units, ([productId, quantity]) => ({ productId, quantity }))
}

/** Units of parcels by site, as a reservation holds them. */
export function linesOfParcels(
  parcels: readonly Pick<PlannedParcel, 'siteId' | 'lines'>[],
): StockLine[] {
  return parcels.flatMap(({ siteId, lines }) => lines.map((line) => ({ siteId, ...line })))
}
