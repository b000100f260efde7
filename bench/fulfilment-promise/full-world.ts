import { createRandom, type Random } from '../../src/core/random/random.ts'
import type { DepartureBook, RouteSet } from '../../src/core/routes/door.ts'
import { createHandlingBook } from '../../src/fulfilment/promise/handling-book.ts'
import { packSizes } from '../../src/fulfilment/promise/product-sizes.ts'
import type { PromiseSources } from '../../src/fulfilment/promise/types.ts'
import { CELL_WORDS, type StockBook } from '../../src/fulfilment/stock/types.ts'
import { type FullSize, fullBook, fullSet } from '../network-routes/full-set.ts'

/** A world at the size of the target. */
export interface FullWorld extends PromiseSources {
  readonly set: RouteSet
  readonly room: DepartureBook
}

const MOST_SITES = 12

/**
 * A world of `products` products, each at 1 to 12 sites with 1 to 40 units, of 0.2 to 5 kg and 0.3 to
 * 20 litres; buildings that handle 2,000 units an hour; a full route set. Same seed, same world.
 */
export function fullWorld(seed: number, size: FullSize, products: number): FullWorld {
  const random = createRandom(`promises ${seed}`)
  const room = fullBook(size)
  const set = fullSet(seed, size, room, 0)
  const productIds = { length: products } as unknown as readonly string[]
  return {
    set,
    room,
    stock: fullStock(random, set.siteIds, productIds),
    sizes: packSizes(
      Float64Array.from({ length: products }, () => 0.2 * 25 ** random.next()),
      Float64Array.from({ length: products }, () => 0.0003 * 66 ** random.next()),
    ),
    handling: createHandlingBook(
      {
        ...{ startMinute: set.baseMinute, hours: 21 * 24, sites: size.sites, countedIn: 'units' },
      },
      () => 2000,
    ),
    routesOf: () => set,
  }
}

function fullStock(
  random: Random,
  siteIds: readonly string[],
  productIds: readonly string[],
): StockBook {
  const line = 4 * CELL_WORDS
  const index = new Int32Array(new SharedArrayBuffer(8 * productIds.length))
  let words = 0
  for (let product = 0; product < productIds.length; product++) {
    const sites = 1 + random.int(MOST_SITES)
    index[2 * product] = words
    index[2 * product + 1] = sites
    words += line * Math.ceil(sites / 4)
  }
  const cells = new Int32Array(new SharedArrayBuffer(4 * words))
  const order = Int32Array.from(siteIds, (_, site) => site)
  for (let product = 0; product < productIds.length; product++) {
    for (let i = 0; i < index[2 * product + 1]!; i++) {
      // The first of a partial shuffle: different sites.
      const j = i + random.int(order.length - i)
      ;[order[i], order[j]] = [order[j]!, order[i]!]
      const at = index[2 * product]! + CELL_WORDS * i
      cells[at] = order[i]!
      cells[at + 1] = 1 + random.int(40)
    }
  }
  return {
    ...{ siteIds, productIds, index, cells, sequence: 0 },
    siteOf: (id) => siteIds.indexOf(id),
    productOf: () => -1,
  }
}
