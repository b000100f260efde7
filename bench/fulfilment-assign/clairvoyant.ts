import type { LinearSolver } from '../../src/core/optimize/linear/solver.ts'
import { BasketLp, basketsOf, createBestWays } from '../../src/fulfilment/index.ts'
import { pastOrders } from './replay.ts'
import { cellsAndStock, type Order, type SetUp, waysOf } from './set-up.ts'

/** What knowing all orders would cost: no less than the bound, no more than the rounded plan. */
export interface Clairvoyant {
  readonly boundCents: number
  readonly roundedCents: number
}

/**
 * The basket LP over the orders that came, and its solution in whole orders: each way is used as often
 * as the LP does, rounded down; orders left over take their cheapest way at the LP's worths from the
 * stock that is left.
 */
export function clairvoyant(
  solver: LinearSolver,
  setUp: SetUp,
  stock: Float64Array,
  orders: readonly Order[],
): Clairvoyant {
  const { cells, units } = cellsAndStock(setUp, stock)
  const forecast = basketsOf(pastOrders(setUp, orders), 1)
  const ways = waysOf(setUp)
  using lp = new BasketLp(solver, forecast, ways, cells)
  const plan = lp.resolve(units)
  const left = units.slice()
  const open = forecast.weight.slice()
  const best = createBestWays(forecast, ways, cells)
  let roundedCents = 0
  const ship = (basket: number, of: ArrayLike<number>, count: number) => {
    for (let line = 0; line < forecast.starts[basket + 1]! - forecast.starts[basket]!; line++) {
      left[of[line]!] = left[of[line]!]! - count
    }
    open[basket] = open[basket]! - count
    roundedCents += count * best.plainCost(basket, of)
  }
  for (const way of plan.used) {
    const count = Math.floor(way.orders + 1e-6)
    if (count > 0) ship(way.basket, way.cells, count)
  }
  const worth = () => plan.worth.map((cents, c) => (left[c]! > 0.5 ? cents : Infinity))
  open.forEach((_, basket) => {
    while (open[basket]! > 0.5) {
      best.find(basket, worth())
      ship(basket, best.cellOf, 1)
    }
  })
  return { boundCents: plan.boundCents, roundedCents }
}
