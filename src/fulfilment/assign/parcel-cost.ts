import type { Packed, Packer } from './boxes.ts'
import type { Cart } from './cart.ts'
import type { AssignedParcel, Assignment, OrderLine, Situation } from './types.ts'

/**
 * Cents to ship packed goods from a site: boxes and packing, and a way for each box. The way of the
 * mean box is priced and counted as often as there are boxes, because carriers charge each.
 * Undefined where they cannot arrive in time.
 */
export function shippingOf(
  { order }: Cart,
  situation: Situation,
  site: number,
  packed: Packed,
): { readonly route: number; readonly cents: number } | undefined {
  const { boxes, kg, m3, cents } = packed
  const way = situation.price(site, order, kg / boxes, m3 / boxes)
  return way === undefined ? undefined : { route: way.route, cents: cents + boxes * way.cents }
}

/** Cents that units at a site are worth where they lie. */
export function worthOf(
  situation: Situation,
  site: number,
  { product, quantity }: OrderLine,
): number {
  return quantity * situation.unitWorthCents(site, product)
}

/** The parcel of some pieces from a site; undefined where it cannot arrive in time. */
export function parcelOf(
  cart: Cart,
  situation: Situation,
  packer: Packer,
  site: number,
  pieces: readonly number[],
): AssignedParcel | undefined {
  const lines = pieces.map((piece) => cart.pieces[piece]!)
  const packed = packer.pack(lines)
  const way = shippingOf(cart, situation, site, packed)
  if (way === undefined) return undefined
  const { boxes, kg, m3 } = packed
  const opportunityCents = lines.reduce((sum, line) => sum + worthOf(situation, site, line), 0)
  return {
    site,
    lines,
    boxes,
    kg,
    m3,
    route: way.route,
    shippingCents: way.cents,
    opportunityCents,
  }
}

/** Parcels in the order of their sites, with what they cost together. */
export function assignmentOf(parcels: readonly AssignedParcel[]): Assignment {
  const sorted = [...parcels].sort((a, b) => a.site - b.site)
  const sum = (cents: (parcel: AssignedParcel) => number) =>
    sorted.reduce((total, parcel) => total + cents(parcel), 0)
  return {
    parcels: sorted,
    shippingCents: sum((parcel) => parcel.shippingCents),
    opportunityCents: sum((parcel) => parcel.opportunityCents),
  }
}
