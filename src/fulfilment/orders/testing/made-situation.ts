import type { Situation } from '../../assign/types.ts'
import type { HeldParcel, OpenOrder } from '../reevaluate/types.ts'

/** Stock and ways of a small made-up store. */
export interface MadeStock {
  /** Units by site and product. */
  readonly units: readonly (readonly number[])[]
  /** Cents of a parcel from a site to an area; undefined: no way. */
  cents(site: number, area: number): number | undefined
  /** Epoch minute at which a parcel from the site arrives; default: in time. */
  arrives?(site: number, area: number): number
}

/** A situation over made-up stock: products of 1 kg and 1 litre, ways by site and area alone. */
export function madeSituation({ units, cents, arrives = () => 0 }: MadeStock): Situation {
  return {
    sites: units.length,
    available: (site, product) => units[site]![product] ?? 0,
    sitesWith: (product) => units.flatMap((of, site) => ((of[product] ?? 0) > 0 ? [site] : [])),
    physics: () => ({ kg: 1, m3: 0.001 }),
    price(site, { area, promisedBy }) {
      const way = cents(site, area)
      if (way === undefined || arrives(site, area) > promisedBy) return undefined
      return { route: 0, cents: way }
    },
    distanceKm: (site) => site,
    unitWorthCents: () => 0,
  }
}

/** One unit of each product from a site. */
export function from(site: number, ...products: readonly number[]): HeldParcel {
  return { site, lines: products.map((product) => ({ product, quantity: 1 })) }
}

/** An open order to area 0, promised by minute 1000. */
export function open(
  orderId: string,
  parcels: readonly HeldParcel[],
  change: Partial<OpenOrder> = {},
): OpenOrder {
  const standing = { customer: undefined, area: 0, pickFrom: 100, promisedBy: 1000 }
  return { orderId, ...standing, parcels, joined: undefined, ...change }
}
