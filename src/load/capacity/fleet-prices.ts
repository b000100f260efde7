import { createModelBuilder, type ModelBuilder } from '../../core/optimize/linear/model-builder.ts'
import type { LinearSolver } from '../../core/optimize/linear/solver.ts'
import type { SolverModel } from '../../core/optimize/linear/solver-model.ts'
import type { SupplyPrices } from './market.ts'

/** Consecutive weeks [starts[p], starts[p + 1]) in which level, offers and standing servers are alike. */
export interface Periods {
  readonly starts: Int32Array
  readonly count: number
  /** [weeks] period of each week. */
  readonly of: Int32Array
}

/** Servers, one number an item, that would hold a period's level. */
export interface Pattern {
  readonly period: number
  readonly servers: Int32Array
}

/** What the linear program says of a need whose levels are given. */
export interface FleetPrices {
  /** Least cost if patterns and servers could be shares of one. */
  readonly cost: number
  /** [periods × items] price of a server-week: no offer costs less than the weeks it supplies. */
  readonly prices: Float64Array
  /** [items] of [terms] of [weeks] terms that begin, in shares of one. */
  readonly starts: readonly (readonly Float64Array[])[]
}

/** The program of one need; patterns may be added between solves. */
export interface FleetProgram extends Disposable {
  solve(): FleetPrices
  add(patterns: readonly Pattern[]): void
}

/** Parts that say how rows and columns are numbered: linking rows first, p × items + j, then a row a period. */
interface Shape {
  readonly items: number
  readonly periods: Periods
  /** Column of a term of an item that starts in a week; −1 where it cannot be had. */
  readonly startColumn: readonly (readonly Int32Array[])[]
}

/**
 * min Σ hourly_j,p h_j,p + Σ starts_j,o,s x_j,o,s subject to, for every item j and period p,
 * h_j,p + Σ overlap(o, s, p) x_j,o,s / length_p ≥ Σ_q servers_q,j v_q, and Σ_{q of p} v_q ≥ 1: the master
 * program of Dantzig and Wolfe 1960 with the weeks of a period added up, which relaxes it. Its duals
 * of the linking rows, spread evenly over the weeks, are prices at which no offer is too cheap.
 */
export function createFleetProgram(
  solver: LinearSolver,
  items: readonly SupplyPrices[],
  termWeeks: readonly number[],
  periods: Periods,
  patterns: readonly Pattern[],
): FleetProgram {
  const builder = createModelBuilder()
  const startColumn = items.map(({ starts }) =>
    starts.map((list) => new Int32Array(list.length).fill(-1)),
  )
  const supplied = supplyColumns(builder, items, termWeeks, periods, startColumn)
  const shape = { items: items.length, periods, startColumn }
  const columns = patterns.map((pattern) => [builder.column({}), pattern] as const)
  const held = columns.map(() => [] as number[])
  supplied.forEach((entries, row) => {
    const indices = entries.map(([column]) => column)
    const values = entries.map(([, value]) => value)
    const p = Math.floor(row / items.length)
    const j = row % items.length
    columns.forEach(([column, { period, servers }], q) => {
      if (period !== p || servers[j] === 0) return
      held[q]!.push(row)
      indices.push(column)
      values.push(-servers[j]!)
    })
    builder.row(0, Infinity, indices, values)
  })
  for (let p = 0; p < periods.count; p++) {
    const own = columns.filter(([, { period }]) => period === p).map(([column]) => column)
    builder.row(1, Infinity, own, 1)
  }
  const model = solver.load(builder.model())
  return {
    solve: () => readPrices(model, shape),
    add: (more) => addPatterns(model, shape, more),
    [Symbol.dispose]: () => model.dispose(),
  }
}

/** Up to so many periods, terms may begin in any week. */
const FEW_PERIODS = 40

type Entry = readonly [column: number, value: number]

/** Adds what can be had and returns, a linking row each, which columns supply it. */
function supplyColumns(
  builder: ModelBuilder,
  items: readonly SupplyPrices[],
  termWeeks: readonly number[],
  periods: Periods,
  startColumn: readonly (readonly Int32Array[])[],
): Entry[][] {
  const rows: Entry[][] = Array.from({ length: periods.count * items.length }, () => [])
  // Terms that begin or end where a period does suffice; others price too little but for a trifle.
  const isTurn = new Set(periods.starts)
  const turns = (s: number, length: number) =>
    periods.count <= FEW_PERIODS || isTurn.has(s) || isTurn.has(s + length)
  items.forEach(({ hourly, starts }, j) => {
    for (let p = 0; p < periods.count; p++) {
      const from = periods.starts[p]!
      const length = periods.starts[p + 1]! - from
      if (!Number.isFinite(hourly[from]!)) continue
      rows[p * items.length + j]!.push([builder.column({ cost: length * hourly[from]! }), 1])
    }
    starts.forEach((list, o) => {
      list.forEach((cost, s) => {
        if (!Number.isFinite(cost) || !turns(s, termWeeks[o]!)) return
        const column = builder.column({ cost })
        startColumn[j]![o]![s] = column
        const end = Math.min(list.length, s + termWeeks[o]!)
        for (let p = periods.of[s]!; p < periods.count && periods.starts[p]! < end; p++) {
          const from = periods.starts[p]!
          const to = periods.starts[p + 1]!
          const overlap = Math.min(end, to) - Math.max(s, from)
          rows[p * items.length + j]!.push([column, overlap / (to - from)])
        }
      })
    })
  })
  return rows
}

function readPrices(model: SolverModel, { items, periods, startColumn }: Shape): FleetPrices {
  const { objective, values } = model.solveOrThrow({ presolve: false, method: 'simplex' })
  const duals = model.duals()
  const prices = new Float64Array(periods.count * items)
  for (let row = 0; row < prices.length; row++) {
    const p = Math.floor(row / items)
    prices[row] = Math.max(0, duals[row]!) / (periods.starts[p + 1]! - periods.starts[p]!)
  }
  const starts = startColumn.map((terms) =>
    terms.map((list) => Float64Array.from(list, (column) => (column < 0 ? 0 : values[column]!))),
  )
  return { cost: objective, prices, starts }
}

function addPatterns(model: SolverModel, shape: Shape, patterns: readonly Pattern[]): void {
  const { items, periods } = shape
  const starts = [0]
  const indices: number[] = []
  const values: number[] = []
  for (const { period, servers } of patterns) {
    servers.forEach((count, j) => {
      if (count === 0) return
      indices.push(period * items + j)
      values.push(-count)
    })
    indices.push(periods.count * items + period)
    values.push(1)
    starts.push(indices.length)
  }
  const zeros = new Float64Array(patterns.length)
  model.addColumns(
    { cost: zeros, lower: zeros, upper: zeros.map(() => Infinity) },
    {
      starts: Int32Array.from(starts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(values),
    },
  )
}
