import type { LinearSolver } from '../../src/core/optimize/linear/solver.ts'
import { createRandom } from '../../src/core/random/random.ts'
import {
  cellsOf,
  createBasketWorth,
  createTransportWorth,
  type PastOrder,
  type StockWorth,
  type WorthSources,
} from '../../src/fulfilment/index.ts'
import { cpuSeconds } from '../figure.ts'
import { type SetUp, waysOf } from './set-up.ts'

/** Sites of a product in the larger store, and past orders of one to three products each. */
const SITES_A_PRODUCT = 6
const ORDERS_A_PRODUCT = 10

/** CPU seconds of the first pricing of a larger store's stock, and of one after a tenth has sold. */
export interface ResolveCost {
  readonly first: number
  readonly again: number
}

/** Worths of `products` products of Zipf demand over the places of the set-up. */
export function resolveCost(
  solver: LinearSolver,
  setUp: SetUp,
  products: number,
): { readonly transport: ResolveCost; readonly basket: ResolveCost } {
  const sources = makeSources(setUp, products)
  return {
    transport: costOf(createTransportWorth(solver, sources, 2500), sources),
    basket: costOf(createBasketWorth(sources), sources),
  }
}

function makeSources(setUp: SetUp, products: number): WorthSources {
  const random = createRandom('resolve')
  const pick = () => Math.min(products - 1, Math.floor(products * random.next() ** 3))
  const orders: PastOrder[] = Array.from({ length: ORDERS_A_PRODUCT * products }, () => ({
    area: random.int(setUp.cities),
    lines: [...new Set([pick(), ...(random.next() < 0.5 ? [pick(), pick()] : [])])].map(
      (product) => ({ product, quantity: 1 }),
    ),
  }))
  const cells = cellsOf(setUp.sites, products, () =>
    Array.from({ length: SITES_A_PRODUCT }, () => random.int(setUp.centres))
      .filter((site, at, all) => all.indexOf(site) === at)
      .sort((a, b) => a - b),
  )
  const ways = { ...waysOf(setUp), kg: new Float64Array(products).fill(1) }
  return { orders, weight: 1, ways, cells }
}

function costOf(worth: StockWorth, { orders, cells }: WorthSources): ResolveCost {
  const demand = new Float64Array(cells.starts.length)
  for (const { lines } of orders) {
    for (const { product } of lines) demand[product] = demand[product]! + 1
  }
  const stock = (share: number) => (_: number, product: number) =>
    Math.round((share * demand[product]!) / SITES_A_PRODUCT)
  const timed = (share: number) => {
    const begun = process.cpuUsage()
    worth.update(stock(share), share)
    return cpuSeconds(begun)
  }
  const first = timed(1)
  // Demand falls with the horizon as stock does, but for rounding and a few units that went otherwise.
  const again = timed(0.9)
  worth[Symbol.dispose]()
  return { first, again }
}
