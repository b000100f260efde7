import type { LinearSolver } from '../../core/optimize/linear/solver.ts'
import type { SolverModel } from '../../core/optimize/linear/solver-model.ts'
import { type Design, moves } from './problem.ts'
import { FLOW_TOLERANCE, type Route } from './routes.ts'
import { createPathFinder, type PathFinder } from './shortest-path.ts'

/** Least-cost flow of all commodities at costs per unit, through open arcs alone. */
export interface FlowAnswer {
  /** Ways of each commodity; those of a commodity add up to its demand where `missing` is 0. */
  readonly routes: readonly (readonly Route[])[]
  /** Money at the costs asked. */
  readonly cost: number
  /** Units that the open arcs cannot carry. */
  readonly missing: number
  /** What one more unit of capacity of each arc would save, ≥ 0. */
  readonly capacityPrice: Float64Array
}

/** Solves flows over one network again and again, each from where the last one ended. */
export interface FlowSolver extends Disposable {
  /**
   * Money for a unit on arc a at `costs[a]`, or at `costs[k · arcs + a]` where `costs` has a
   * number for each commodity; `open[a]` 1 where an arc may be used.
   */
  solve(costs: Float64Array, open: Uint8Array): FlowAnswer
}

interface PathColumn {
  readonly commodity: number
  readonly arcs: Int32Array
}

/** Rounds of column generation before an answer is taken as it is. */
const MOST_ROUNDS = 200

/**
 * Multicommodity minimum-cost flow by column generation: a master over ways that were met (one
 * row a commodity, one an arc of limited capacity) on HiGHS, new ways by shortest paths at its
 * prices. Source: Ford & Fulkerson 1958; Tomlin 1966.
 */
export function createFlowSolver(design: Design, solver: LinearSolver): FlowSolver {
  const finder = createPathFinder(design)
  const master = createMaster(design, solver)
  function solve(costs: Float64Array, open: Uint8Array): FlowAnswer {
    const penalty = missingPenalty(design, costs)
    master.reset(costs, open, penalty)
    if (master.empty()) master.add(cheapestPaths(design, finder, costs, open, undefined))
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { commodityPrice, capacityPrice } = master.solve()
      const prices = { commodityPrice, capacityPrice, tolerance: 1e-7 * penalty }
      const found = cheapestPaths(design, finder, costs, open, prices)
      if (found.length === 0) break
      master.add(found)
    }
    return master.answer()
  }
  return { solve, [Symbol.dispose]: () => master.dispose() }
}

/** Money for a unit of demand that is left: more than any way costs at `costs`. */
export function missingPenalty(design: Design, costs: Float64Array): number {
  let dearest = 1
  for (const cost of costs) if (cost < Infinity && cost > dearest) dearest = cost
  return 10 * dearest * design.nodes
}

interface Prices {
  /** Money for the whole demand of a commodity. */
  readonly commodityPrice: Float64Array
  readonly capacityPrice: Float64Array
  readonly tolerance: number
}

/** The cheapest way of each commodity, at prices only where it is cheaper than what the master pays. */
function cheapestPaths(
  design: Design,
  finder: PathFinder,
  costs: Float64Array,
  open: Uint8Array,
  prices: Prices | undefined,
): PathColumn[] {
  const { arcs, origin, destination } = design
  const each = costs.length > arcs
  const price = new Float64Array(arcs)
  const found: PathColumn[] = []
  let source = -1
  for (const k of byOrigin(design)) {
    if (!moves(design, k)) continue
    if (each || origin[k] !== source) {
      for (let a = 0; a < arcs; a++) {
        const cost = costs[each ? k * arcs + a : a]! + (prices?.capacityPrice[a] ?? 0)
        price[a] = open[a] === 1 ? cost : Infinity
      }
      source = origin[k]!
      finder.search(source, -1, price)
    }
    const paid = prices === undefined ? Infinity : prices.commodityPrice[k]!
    const slack = prices === undefined ? 0 : prices.tolerance
    if (finder.distance[destination[k]!]! >= paid - slack) continue
    found.push({ commodity: k, arcs: finder.path(destination[k]!) })
  }
  return found
}

function byOrigin(design: Design): number[] {
  const order = Array.from({ length: design.commodities }, (_, k) => k)
  return order.sort((i, j) => design.origin[i]! - design.origin[j]! || i - j)
}

interface Master {
  reset(costs: Float64Array, open: Uint8Array, penalty: number): void
  empty(): boolean
  add(paths: readonly PathColumn[]): void
  /** Prices per unit of each commodity and of each arc's capacity. */
  solve(): { readonly commodityPrice: Float64Array; readonly capacityPrice: Float64Array }
  answer(): FlowAnswer
  dispose(): void
}

/** Columns: what is missing of each commodity, then ways; all as shares of the demand. */
function createMaster(design: Design, solver: LinearSolver): Master {
  const { arcs, commodities, demand } = design
  const model = solver.load(emptyMaster(design))
  const paths: PathColumn[] = []
  let costs = design.costPerUnit
  let values = new Float64Array(0)
  let capacityPrice = new Float64Array(arcs)
  const costOf = ({ commodity, arcs: way }: PathColumn) => {
    const offset = costs.length > arcs ? commodity * arcs : 0
    let sum = 0
    for (const a of way) sum += costs[offset + a]!
    return sum * demand[commodity]!
  }
  return {
    reset(newCosts, open, penalty) {
      costs = newCosts
      setMissing(model, design, penalty)
      const indices = Int32Array.from(paths, (_, i) => commodities + i)
      const upper = Float64Array.from(paths, (path) =>
        path.arcs.every((a) => open[a] === 1) ? Infinity : 0,
      )
      const cost = Float64Array.from(paths, (path, i) => (upper[i] === 0 ? 0 : costOf(path)))
      model.setCosts(indices, cost)
      model.setColumnBounds(indices, new Float64Array(paths.length), upper)
    },
    empty: () => paths.length === 0,
    add(found) {
      addPaths(model, design, found, costOf)
      paths.push(...found)
    },
    solve() {
      values = model.solveOrThrow().values as Float64Array<ArrayBuffer>
      const duals = model.duals()
      const commodityPrice = new Float64Array(commodities)
      for (let k = 0; k < commodities; k++)
        commodityPrice[k] = demand[k]! > 0 ? duals[k]! / demand[k]! : 0
      capacityPrice = duals.slice(commodities).map((dual) => Math.max(0, -dual))
      return { commodityPrice, capacityPrice }
    },
    answer: () => readAnswer(design, paths, values, costOf, capacityPrice),
    dispose: () => model.dispose(),
  }
}

function emptyMaster(design: Design) {
  const { arcs, commodities, demand, capacity } = design
  const fixed = Float64Array.from(demand, (_, k) => (moves(design, k) ? 1 : 0))
  return {
    columns: {
      cost: new Float64Array(commodities),
      lower: new Float64Array(commodities),
      upper: new Float64Array(commodities).fill(Infinity),
    },
    rows: {
      lower: Float64Array.of(...fixed, ...new Float64Array(arcs).fill(-Infinity)),
      upper: Float64Array.of(...fixed, ...capacity),
    },
    matrix: {
      format: 'csc' as const,
      starts: Int32Array.from({ length: commodities + 1 }, (_, k) => k),
      indices: Int32Array.from({ length: commodities }, (_, k) => k),
      values: new Float64Array(commodities).fill(1),
    },
  }
}

function setMissing(model: SolverModel, design: Design, penalty: number): void {
  const { commodities, demand } = design
  const cost = demand.map((units) => penalty * units)
  model.setCosts(
    Int32Array.from({ length: commodities }, (_, k) => k),
    cost,
  )
}

function addPaths(
  model: SolverModel,
  design: Design,
  found: readonly PathColumn[],
  costOf: (path: PathColumn) => number,
): void {
  const starts = [0]
  const indices: number[] = []
  const values: number[] = []
  for (const { commodity, arcs } of found) {
    const rows = [...arcs].sort((a, b) => a - b)
    indices.push(commodity, ...rows.map((a) => design.commodities + a))
    values.push(1, ...rows.map(() => design.demand[commodity]!))
    starts.push(indices.length)
  }
  model.addColumns(
    {
      cost: Float64Array.from(found, costOf),
      lower: new Float64Array(found.length),
      upper: new Float64Array(found.length).fill(Infinity),
    },
    {
      starts: Int32Array.from(starts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(values),
    },
  )
}

function readAnswer(
  design: Design,
  paths: readonly PathColumn[],
  values: Float64Array,
  costOf: (path: PathColumn) => number,
  capacityPrice: Float64Array,
): FlowAnswer {
  const { commodities, demand } = design
  const routes: Route[][] = Array.from({ length: commodities }, () => [])
  let cost = 0
  let missing = 0
  for (let k = 0; k < commodities; k++) {
    missing += Math.max(0, values[k]!) * demand[k]!
  }
  paths.forEach((path, i) => {
    const share = values[commodities + i] ?? 0
    if (share <= FLOW_TOLERANCE) return
    cost += share * costOf(path)
    routes[path.commodity]!.push({ arcs: path.arcs, amount: share * demand[path.commodity]! })
  })
  return { routes, cost, missing: missing > 1e-6 * design.totalDemand ? missing : 0, capacityPrice }
}
