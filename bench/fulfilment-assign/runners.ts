import type { LinearSolver } from '../../src/core/optimize/linear/solver.ts'
import {
  BasketLp,
  basketsOf,
  createBasketWorth,
  createCheapestNow,
  createCorrelatedRounding,
  createLpDuals,
  createNearest,
  createStorewright,
  createTransportWorth,
  type PastOrder,
  type StockWorth,
  type StrategySettings,
  sharesOf,
  type WayShares,
} from '../../src/fulfilment/index.ts'
import type { Runner } from './replay.ts'
import { cellsAndStock, type SetUp, waysOf } from './set-up.ts'

/** Orders between two updates of worths: ours steps, the LPs are solved again. */
const STEP_ORDERS = 5
const RESOLVE_ORDERS = 500
/** One box that takes all and costs nothing: the set-up prices parcels alone. */
const SETTINGS: StrategySettings = {
  boxes: [{ name: 'any', m3: 1, kg: 1e6, cents: 0 }],
  knobs: { 'fulfilment.box-handling-cents': 0 },
}
const NOTHING = { before() {}, worthCents: () => 0, [Symbol.dispose]() {} }

/** The strategies of the bench, each made anew for a run; cells may hold stock anywhere. */
export function makeRunners(
  solver: LinearSolver,
  setUp: SetUp,
  past: readonly PastOrder[],
): readonly (() => Runner)[] {
  const anywhere = new Float64Array(setUp.products * setUp.sites).fill(1)
  const { cells } = cellsAndStock(setUp, anywhere)
  const sources = { orders: past, weight: 1, ways: waysOf(setUp), cells }
  const lost = Math.max(...setUp.fixedCents) + Math.max(...setUp.unitCents)
  return [
    () => ({ strategy: createNearest(SETTINGS), ...NOTHING }),
    () => ({ strategy: createCheapestNow(SETTINGS), ...NOTHING }),
    () =>
      withWorth(
        createLpDuals(SETTINGS),
        createTransportWorth(solver, sources, lost),
        RESOLVE_ORDERS,
      ),
    () => rounding(),
    () => withWorth(createStorewright(SETTINGS), createBasketWorth(sources), STEP_ORDERS),
  ]

  /** Shares of the basket LP over the forecast, solved again with what is left. */
  function rounding(): Runner {
    const forecast = basketsOf(past, 1)
    const lp = new BasketLp(solver, forecast, sources.ways, cells)
    let shares: WayShares = { share: () => 0 }
    return {
      ...NOTHING,
      strategy: createCorrelatedRounding(() => shares, 1, SETTINGS),
      before(index, remaining, available) {
        if (index !== 0) return
        const units = cells.site.length
        const stock = Float64Array.from({ length: units }, (_, cell) =>
          available(cells.site[cell]!, Math.floor(cell / setUp.sites)),
        )
        const plan = lp.resolve(
          stock,
          forecast.weight.map((orders) => orders * remaining),
        )
        shares = sharesOf(plan, forecast, cells, (area) => area)
      },
      [Symbol.dispose]: () => lp.dispose(),
    }
  }
}

function withWorth(strategy: Runner['strategy'], worth: StockWorth, every: number): Runner {
  return {
    strategy,
    worthCents: (site, product) => worth.worthCents(site, product),
    before(index, remaining, available) {
      if (index % every === 0) worth.update(available, remaining)
    },
    [Symbol.dispose]: () => worth[Symbol.dispose](),
  }
}
