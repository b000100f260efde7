import type { SolveOptions } from '../../core/optimize/linear/outcome.ts'
import type { LinearSolver } from '../../core/optimize/linear/solver.ts'
import type { SolverModel } from '../../core/optimize/linear/solver-model.ts'
import { type Design, moves, unitCost } from './problem.ts'
import type { Solution } from './slope-scaling.ts'
import { CLOSED, OPEN } from './window.ts'

/** What branch and bound found. */
export interface ExactAnswer {
  /** 1 for each arc that is open, where a design better than the incumbent was found. */
  readonly open?: Uint8Array
  /** No design is cheaper than this. */
  readonly bound: number
  readonly proven: boolean
}

interface ArcModel {
  readonly design: Design
  readonly model: SolverModel
  /** Column of the design variable of each arc, −1 where it is closed. */
  readonly yColumn: Int32Array
  /** First column of the commodities of each arc: share of the demand that uses it. */
  readonly xColumn: Int32Array
  /** 1 where the forcing row of [a · commodities + k] is in the model. */
  readonly forced: Uint8Array
}

/**
 * Solves the arc formulation over the arcs that `role` leaves free or open by branch and cut: minimize Σ f_a y_a +
 * Σ d_k c_a x_a^k, flow conservation, Σ_k d_k x_a^k ≤ u_a y_a, and the strong inequalities
 * x_a^k ≤ y_a, which are added at the root where the relaxation breaks them. `bound` holds for all
 * designs cheaper than the incumbent.
 */
export function solveExactly(
  design: Design,
  solver: LinearSolver,
  role: Uint8Array,
  incumbent: Solution,
  limits: SolveOptions,
): ExactAnswer {
  const state = buildModel(design, solver, role)
  using model = state.model
  let root = -Infinity
  for (;;) {
    const { status, objective, values } = model.solve({ ...limits, relaxed: true })
    if (status === 'infeasible') return { bound: incumbent.value, proven: true }
    if (status !== 'optimal') return { bound: root, proven: false }
    root = objective
    if (addForcing(state, values) === 0) break
  }
  for (const y of state.yColumn) if (y >= 0) model.setInteger(y, Uint8Array.of(1))
  model.start(startOf(state, incumbent))
  const { status, objective, bound, values } = model.solve(limits)
  const proven = status === 'optimal' || status === 'bound' || status === 'infeasible'
  const least = proven
    ? Math.min(objective, incumbent.value)
    : Math.min(Math.max(root, bound), incumbent.value)
  const better = values.length > 0 && objective < incumbent.value * (1 - 1e-9)
  return { bound: least, proven, ...(better ? { open: openOf(state, values) } : {}) }
}

function buildModel(design: Design, solver: LinearSolver, role: Uint8Array): ArcModel {
  const { arcs, nodes, commodities, demand } = design
  const yColumn = new Int32Array(arcs).fill(-1)
  const xColumn = new Int32Array(arcs).fill(-1)
  const cost: number[] = []
  const lower: number[] = []
  const upper: number[] = []
  const starts = [0]
  const indices: number[] = []
  const values: number[] = []
  const flowRows = nodes * commodities
  const end = (money: number, most: number) => {
    cost.push(money)
    upper.push(most)
    starts.push(indices.length)
  }
  let rows = flowRows
  for (let a = 0; a < arcs; a++) {
    if (role[a] === CLOSED) continue
    yColumn[a] = cost.length
    lower.push(role[a] === OPEN ? 1 : 0)
    indices.push(rows)
    values.push(-design.capacity[a]!)
    end(design.fixedCost[a]!, 1)
    xColumn[a] = cost.length
    for (let k = 0; k < commodities; k++) {
      const ends = [
        [k * nodes + design.from[a]!, 1],
        [k * nodes + design.to[a]!, -1],
      ].sort(([i], [j]) => i! - j!)
      indices.push(...ends.map(([row]) => row!), rows)
      values.push(...ends.map(([, sign]) => sign!), demand[k]!)
      const useful = usefulFor(design, k, a)
      lower.push(0)
      end(unitCost(design, k, a) * demand[k]!, useful ? 1 : 0)
    }
    rows++
  }
  const supply = supplies(design)
  const open = rows - flowRows
  const model = solver.load({
    columns: {
      cost: Float64Array.from(cost),
      lower: Float64Array.from(lower),
      upper: Float64Array.from(upper),
    },
    rows: {
      lower: Float64Array.of(...supply, ...new Float64Array(open).fill(-Infinity)),
      upper: Float64Array.of(...supply, ...new Float64Array(open)),
    },
    matrix: {
      format: 'csc',
      starts: Int32Array.from(starts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(values),
    },
  })
  return { design, model, yColumn, xColumn, forced: new Uint8Array(arcs * commodities) }
}

/** No cheapest way leads into its origin, out of its destination, or around in place. */
function usefulFor(design: Design, k: number, a: number): boolean {
  const { from, to, origin, destination } = design
  return moves(design, k) && from[a] !== to[a] && to[a] !== origin[k] && from[a] !== destination[k]
}

function supplies(design: Design): Float64Array {
  const { nodes, commodities, origin, destination } = design
  const supply = new Float64Array(nodes * commodities)
  for (let k = 0; k < commodities; k++) {
    if (!moves(design, k)) continue
    supply[k * nodes + origin[k]!] = 1
    supply[k * nodes + destination[k]!] = -1
  }
  return supply
}

/** Adds x ≤ y where the relaxation breaks it; returns how many. */
function addForcing(
  { design, model, yColumn, xColumn, forced }: ArcModel,
  values: Float64Array,
): number {
  const { arcs, commodities } = design
  const indices: number[] = []
  for (let a = 0; a < arcs; a++) {
    const y = yColumn[a]!
    if (y < 0) continue
    for (let k = 0; k < commodities; k++) {
      const place = a * commodities + k
      if (forced[place] === 1 || values[xColumn[a]! + k]! <= values[y]! + 1e-5) continue
      forced[place] = 1
      indices.push(y, xColumn[a]! + k)
    }
  }
  const count = indices.length / 2
  model.addRows(
    { lower: new Float64Array(count).fill(-Infinity), upper: new Float64Array(count) },
    {
      starts: Int32Array.from({ length: count + 1 }, (_, i) => 2 * i),
      indices: Int32Array.from(indices),
      values: Float64Array.from(indices, (_, i) => (i % 2 === 0 ? -1 : 1)),
    },
  )
  return count
}

function startOf(
  { design, model, yColumn, xColumn }: ArcModel,
  { routes }: Solution,
): Float64Array {
  const values = new Float64Array(model.columns)
  routes.forEach((list, k) => {
    for (const { arcs, amount } of list) {
      for (const a of arcs) {
        values[yColumn[a]!] = 1
        values[xColumn[a]! + k]! += amount / design.demand[k]!
      }
    }
  })
  return values
}

function openOf({ yColumn }: ArcModel, values: Float64Array): Uint8Array {
  return Uint8Array.from(yColumn, (y) => (y >= 0 && values[y]! > 0.5 ? 1 : 0))
}
