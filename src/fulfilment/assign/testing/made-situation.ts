import { createRandom } from '../../../core/random/random.ts'
import type { OrderToAssign, ParcelPrice, ProductPhysics, Situation } from '../types.ts'

/** A small world in arrays, for tests. */
export interface MadeWorld {
  readonly sites: number
  readonly products: number
  readonly areas: number
  /** Units, a row of products a site. */
  readonly stock: Int32Array
  readonly physics: readonly ProductPhysics[]
  /** A row of areas a site. */
  readonly km: Float64Array
  /** A row of products a site. */
  readonly worthCents: Float64Array
  /** Weight from which a site ships nothing in time; Infinity where all arrives. */
  readonly heaviestKg: Float64Array
}

/** A random world. Same seed, same world. */
export function makeWorld(
  seed: number,
  size: { readonly sites: number; readonly products: number; readonly areas: number },
): MadeWorld {
  const random = createRandom(`assign-world-${seed}`)
  const { sites, products, areas } = size
  const floats = (length: number, make: () => number) => Float64Array.from({ length }, make)
  return {
    ...size,
    stock: Int32Array.from({ length: sites * products }, () =>
      random.next() < 0.4 ? 0 : random.int(6),
    ),
    physics: Array.from({ length: products }, () => ({
      kg: 0.1 + 4 * random.next() ** 2,
      m3: 0.0005 + 0.02 * random.next() ** 3,
    })),
    km: floats(sites * areas, () => 20 + 3000 * random.next()),
    worthCents: floats(sites * products, () =>
      random.next() < 0.4 ? 0 : 900 * random.next() - 100,
    ),
    heaviestKg: floats(sites, () => (random.next() < 0.8 ? Infinity : 12)),
  }
}

/** The situation of a world: a way costs 500 cents, 30 a chargeable kg and 1 for each 100 kg km. */
export function situationOf(world: MadeWorld): Situation {
  const { sites, products, areas, stock, physics, km, worthCents, heaviestKg } = world
  return {
    sites,
    available: (site, product) => stock[site * products + product]!,
    sitesWith: (product) =>
      Array.from({ length: sites }, (_, site) => site).filter(
        (site) => stock[site * products + product]! > 0,
      ),
    physics: (product) => physics[product]!,
    price(site, order, kg, m3): ParcelPrice | undefined {
      if (kg >= heaviestKg[site]!) return undefined
      const chargeable = Math.max(kg, 200 * m3)
      const way = km[site * areas + order.area]!
      return { route: 0, cents: 500 + chargeable * (30 + way / 100) }
    },
    distanceKm: (site, area) => km[site * areas + area]!,
    unitWorthCents: (site, product) => worthCents[site * products + product]!,
  }
}

/** A random order of `lines` products at most. */
export function makeOrder(world: MadeWorld, seed: number, lines: number): OrderToAssign {
  const random = createRandom(`assign-order-${seed}`)
  const products = new Set<number>()
  for (let line = 0; line < lines; line++) products.add(random.int(world.products))
  return {
    orderId: `order-${seed}`,
    area: random.int(world.areas),
    lines: [...products].map((product) => ({ product, quantity: 1 + random.int(3) })),
    now: 0,
    promisedBy: 10_000,
  }
}
