import { createRandom, type Random } from '../../../core/random/random.ts'
import type { DepartureBook, RouteSet } from '../../../core/routes/door.ts'
import { makeRouteSet } from '../../../core/routes/testing/made-sets.ts'
import { CELL_WORDS, type StockBook } from '../../stock/types.ts'
import { createHandlingBook, type HandlingRoom } from '../handling-book.ts'
import { packSizes } from '../product-sizes.ts'
import type { PromiseSources } from '../types.ts'

/** How large a made world is. */
export interface WorldSize {
  readonly sites: number
  readonly areas: number
  readonly products: number
  readonly routes: number
  readonly departures: number
  /** Most sites with stock of a product. */
  readonly spread: number
}

/** A world of promises for tests: random stock, sizes, routes, and buildings with hours that fill. */
export interface MadeWorld extends PromiseSources {
  readonly set: RouteSet
  readonly room: DepartureBook
  readonly handling: HandlingRoom
}

/** Same seed, same world. Sites of the stock book stand in another order than those of the set. */
export function makeWorld(seed: number, size: WorldSize): MadeWorld {
  const { set, book } = makeRouteSet(seed, size)
  const random = createRandom(`world ${seed}`)
  const siteIds = set.siteIds.toReversed()
  const productIds = Array.from({ length: size.products }, (_, product) => `product-${product}`)
  const handling = createHandlingBook(
    {
      ...{ startMinute: set.baseMinute, hours: 14 * 24, sites: siteIds.length },
      countedIn: random.next() < 0.5 ? 'units' : 'orders',
    },
    (site) => (site === 0 ? Infinity : random.next() < 0.6 ? 4 + random.int(40) : random.int(2)),
  )
  return {
    set,
    room: book,
    handling,
    stock: makeStock(random, siteIds, productIds, size.spread),
    sizes: packSizes(
      productIds.map(() => 0.5 * (1 + random.int(12))),
      productIds.map(() => 0.001 * (1 + random.int(random.next() < 0.1 ? 9000 : 20))),
    ),
    routesOf: () => set,
  }
}

/** A stock book with 1 to `spread` sites a product and few units at each. */
export function makeStock(
  random: Random,
  siteIds: readonly string[],
  productIds: readonly string[],
  spread: number,
): StockBook {
  const index = new Int32Array(2 * productIds.length)
  const cells: number[] = []
  productIds.forEach((_, product) => {
    const sites = new Set(
      Array.from({ length: 1 + random.int(spread) }, () => random.int(siteIds.length)),
    )
    index[2 * product] = cells.length
    index[2 * product + 1] = sites.size
    for (const site of sites) {
      const onHand = random.int(12)
      cells.push(site, onHand, random.int(Math.min(3, onHand + 1)), 0)
    }
    while (cells.length % (4 * CELL_WORDS) !== 0) cells.push(0)
  })
  return {
    ...{ siteIds, productIds, index, cells: Int32Array.from(cells), sequence: 0 },
    siteOf: (id) => siteIds.indexOf(id),
    productOf: (id) => productIds.indexOf(id),
  }
}
