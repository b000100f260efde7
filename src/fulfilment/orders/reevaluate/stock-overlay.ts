import type { OrderToAssign, ParcelPrice, ProductPhysics, Situation } from '../../assign/types.ts'
import type { HeldParcel } from './types.ts'

/**
 * A situation in which units can be given back and taken without anyone else seeing it: what a
 * search tries. Only `available` and `sitesWith` differ from the situation below.
 */
export class StockOverlay implements Situation {
  readonly sites: number
  readonly #base: Situation
  /** Units given back (+) or taken (−), by product × sites + site; and the sites touched of a product. */
  readonly #change = new Map<number, number>()
  readonly #touched = new Map<number, Set<number>>()

  constructor(base: Situation) {
    this.#base = base
    this.sites = base.sites
  }

  available(site: number, product: number): number {
    const change = this.#change.get(product * this.sites + site) ?? 0
    return Math.max(0, this.#base.available(site, product) + change)
  }

  sitesWith(product: number): readonly number[] {
    const below = this.#base.sitesWith(product)
    const touched = this.#touched.get(product)
    if (touched === undefined) return below
    const all = new Set([...below, ...touched])
    return [...all].filter((site) => this.available(site, product) > 0).sort((a, b) => a - b)
  }

  physics(product: number): ProductPhysics {
    return this.#base.physics(product)
  }

  price(site: number, order: OrderToAssign, kg: number, m3: number): ParcelPrice | undefined {
    return this.#base.price(site, order, kg, m3)
  }

  distanceKm(site: number, area: number): number {
    return this.#base.distanceKm(site, area)
  }

  unitWorthCents(site: number, product: number): number {
    return this.#base.unitWorthCents(site, product)
  }

  /** Changes the units that can be taken at a site. */
  add(site: number, product: number, units: number): void {
    const cell = product * this.sites + site
    this.#change.set(cell, (this.#change.get(cell) ?? 0) + units)
    const touched = this.#touched.get(product)
    if (touched === undefined) this.#touched.set(product, new Set([site]))
    else touched.add(site)
  }

  /** Gives back what parcels hold. */
  release(parcels: readonly HeldParcel[]): void {
    for (const { site, lines } of parcels) {
      for (const { product, quantity } of lines) this.add(site, product, quantity)
    }
  }

  /** Takes what parcels hold. */
  take(parcels: readonly HeldParcel[]): void {
    for (const { site, lines } of parcels) {
      for (const { product, quantity } of lines) this.add(site, product, -quantity)
    }
  }
}

/** The situation in which nothing can be taken but what these parcels hold. */
export function onlyThese(base: Situation, parcels: readonly HeldParcel[]): Situation {
  const nothing: Situation = {
    sites: base.sites,
    available: () => 0,
    sitesWith: () => [],
    physics: (product) => base.physics(product),
    price: (site, order, kg, m3) => base.price(site, order, kg, m3),
    distanceKm: (site, area) => base.distanceKm(site, area),
    unitWorthCents: (site, product) => base.unitWorthCents(site, product),
  }
  const overlay = new StockOverlay(nothing)
  overlay.release(parcels)
  return overlay
}

/** The situation in which only one site ships. */
export function onlyFrom(base: Situation, site: number): Situation {
  const own = [site]
  return {
    sites: base.sites,
    available: (at, product) => (at === site ? base.available(at, product) : 0),
    sitesWith: (product) => (base.available(site, product) > 0 ? own : []),
    physics: (product) => base.physics(product),
    price: (at, order, kg, m3) => base.price(at, order, kg, m3),
    distanceKm: (at, area) => base.distanceKm(at, area),
    unitWorthCents: (at, product) => base.unitWorthCents(at, product),
  }
}
