import type { LinearSolver } from '../../../core/optimize/linear/solver.ts'
import type { SolverModel } from '../../../core/optimize/linear/solver-model.ts'
import { type BestWays, createBestWays } from './best-ways.ts'
import type { StockCells } from './cells.ts'
import { type BasketForecast, checkForecast, type WayCosts } from './forecast.ts'

/** What the basket LP says. */
export interface BasketPlan {
  /** Cents of the LP's solution, and what no plan goes below. */
  readonly cents: number
  readonly boundCents: number
  /** Cents that one more unit in each cell would save, at least 0. */
  readonly worth: Float64Array
  readonly used: readonly UsedWay[]
  readonly rounds: number
}

/** A way that the LP ships a basket: the cell of each of its lines, and how often. */
export interface UsedWay {
  readonly basket: number
  readonly cells: readonly number[]
  readonly orders: number
}

/** How near to the optimum a solve goes. */
export interface BasketLpStop {
  /** Ends where solution and bound are this close, relatively; default 1e-6. */
  readonly gap?: number
  /** Rounds of new ways at most; default 200. */
  readonly rounds?: number
}

type Column = Omit<UsedWay, 'orders'>

/**
 * The LP over expected baskets (Amil, Makhdoumi and Wei 2022, Multi-item order fulfillment revisited),
 * at least as tight as that of Jasin and Sinha (2015, An LP-based correlated rounding scheme for
 * multi-item ecommerce order fulfillment, Operations Research 63):
 *
 *   minimize Σ cost(b, w) x(b, w)             over ways w of shipping basket b: a cell for every line
 *   Σ over w of x(b, w) = weight(b)           every basket is shipped
 *   Σ units taken from cell c by (b, w) · x ≤ stock(c)
 *
 * Ways are columns, made where their reduced cost is negative (each basket's cheapest way at the
 * duals), so that the optimum over all ways is reached with few. The model stays in the solver: a
 * re-solve with other stock or weights starts from the last basis and columns. Dispose of it.
 *
 * With baskets of one line (`singlesOf`) it is the transport LP of Acimovic and Graves (2015).
 */
export class BasketLp implements Disposable {
  readonly #model: SolverModel
  readonly #forecast: BasketForecast
  readonly #cells: StockCells
  readonly #best: BestWays
  readonly #columns: Column[] = []
  readonly #known = new Set<string>()

  /** Throws ERR_ARGUMENT as `checkForecast`. */
  constructor(solver: LinearSolver, forecast: BasketForecast, ways: WayCosts, cells: StockCells) {
    checkForecast(forecast, ways, cells)
    this.#forecast = forecast
    this.#cells = cells
    this.#best = createBestWays(forecast, ways, cells)
    const [stock, baskets] = [cells.site.length, forecast.area.length]
    const none = new Float64Array(0)
    this.#model = solver.load({
      columns: { cost: none, lower: none, upper: none },
      rows: { lower: new Float64Array(stock + baskets), upper: new Float64Array(stock + baskets) },
      matrix: { format: 'csc', starts: Int32Array.of(0), indices: new Int32Array(0), values: none },
      families: [
        { name: 'stock', rows: stock },
        { name: 'basket', rows: baskets },
      ],
    })
  }

  /** Adds each basket's cheapest way at `worth`: a start near the optimum. Returns how many were new. */
  addWaysAt(worth: Float64Array): number {
    const ways: Column[] = []
    for (let b = 0; b < this.#forecast.area.length; b++) {
      if (this.#best.find(b, worth) < Infinity) ways.push(this.#way(b))
    }
    return this.#addColumns(ways)
  }

  /**
   * Solves for units `stock` in each cell (Infinity: without end) and the weights of baskets. Every
   * basket needs a way from cells without end, or the LP may have no solution (ERR_INFEASIBLE).
   */
  resolve(
    stock: Float64Array,
    weight = this.#forecast.weight,
    { gap = 1e-6, rounds = 200 }: BasketLpStop = {},
  ): BasketPlan {
    this.#setBounds(stock, weight)
    this.addWaysAt(stock.map((units) => (units === Infinity ? 0 : Infinity)))
    const worth = new Float64Array(stock.length)
    let boundCents = -Infinity
    for (let round = 1; ; round++) {
      const { objective, values } = this.#model.solveOrThrow({ method: 'simplex' })
      const duals = this.#model.duals()
      for (let c = 0; c < worth.length; c++) {
        worth[c] = stock[c]! > 0 ? Math.max(0, -duals[c]!) : Infinity
      }
      const { added, lagrangian } = this.#price(worth, stock, weight, duals)
      boundCents = Math.max(boundCents, lagrangian)
      const isClose = objective - boundCents <= gap * Math.abs(objective)
      if (added > 0 && !isClose && round < rounds) continue
      for (let c = 0; c < worth.length; c++) worth[c] = Math.max(0, -duals[c]!)
      return { cents: objective, boundCents, worth, used: this.#used(values), rounds: round }
    }
  }

  dispose(): void {
    this.#model.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #setBounds(stock: Float64Array, weight: Float64Array): void {
    const rows = stock.length + weight.length
    const lower = new Float64Array(rows).fill(-Infinity)
    const upper = new Float64Array(rows)
    upper.set(stock)
    lower.set(weight, stock.length)
    upper.set(weight, stock.length)
    this.#model.setRowBounds(
      Int32Array.from({ length: rows }, (_, row) => row),
      lower,
      upper,
    )
  }

  /** Adds each basket's cheapest way where it costs less than the basket's dual; the Lagrangian bound. */
  #price(worth: Float64Array, stock: Float64Array, weight: Float64Array, duals: Float64Array) {
    const ways: Column[] = []
    let lagrangian = 0
    for (let c = 0; c < stock.length; c++) {
      if (stock[c]! > 0 && worth[c]! > 0) lagrangian -= worth[c]! * stock[c]!
    }
    for (let b = 0; b < weight.length; b++) {
      const cents = this.#best.find(b, worth)
      if (weight[b]! > 0) lagrangian += weight[b]! * cents
      if (cents < duals[stock.length + b]! - 1e-6) ways.push(this.#way(b))
    }
    return { added: this.#addColumns(ways), lagrangian }
  }

  #way(basket: number): Column {
    const lines = this.#forecast.starts[basket + 1]! - this.#forecast.starts[basket]!
    return { basket, cells: [...this.#best.cellOf.subarray(0, lines)] }
  }

  #addColumns(ways: readonly Column[]): number {
    const fresh = ways.filter(({ basket, cells }) => {
      const key = `${basket}|${cells.join(',')}`
      return !this.#known.has(key) && this.#known.add(key)
    })
    const { starts: lineStarts, units } = this.#forecast
    const starts = new Int32Array(fresh.length + 1)
    const indices: number[] = []
    const values: number[] = []
    fresh.forEach(({ basket, cells }, column) => {
      cells.forEach((cell, l) => {
        indices.push(cell)
        values.push(units[lineStarts[basket]! + l]!)
      })
      indices.push(this.#cells.site.length + basket)
      values.push(1)
      starts[column + 1] = indices.length
    })
    const cost = Float64Array.from(fresh, (way) => this.#best.plainCost(way.basket, way.cells))
    this.#model.addColumns(
      { cost, lower: new Float64Array(fresh.length), upper: cost.map(() => Infinity) },
      { starts, indices: Int32Array.from(indices), values: Float64Array.from(values) },
    )
    this.#columns.push(...fresh)
    return fresh.length
  }

  #used(values: Float64Array): UsedWay[] {
    const used: UsedWay[] = []
    values.forEach((orders, c) => {
      if (orders > 1e-9) used.push({ ...this.#columns[c]!, orders })
    })
    return used
  }
}
