import { createModelBuilder, type ModelBuilder } from '../../core/optimize/linear/model-builder.ts'
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
  const { arcs, commodities, demand } = design
  const build = createModelBuilder()
  const yColumn = new Int32Array(arcs).fill(-1)
  const xColumn = new Int32Array(arcs).fill(-1)
  for (let a = 0; a < arcs; a++) {
    if (role[a] === CLOSED) continue
    const least = role[a] === OPEN ? 1 : 0
    yColumn[a] = build.column({ cost: design.fixedCost[a]!, lower: least, upper: 1 })
    xColumn[a] = yColumn[a]! + 1
    for (let k = 0; k < commodities; k++) {
      const cost = unitCost(design, k, a) * demand[k]!
      build.column({ cost, upper: usefulFor(design, k, a) ? 1 : 0 })
    }
  }
  conserveFlow(build, design, xColumn)
  for (let a = 0; a < arcs; a++) {
    if (role[a] === CLOSED) continue
    const columns = Array.from({ length: commodities + 1 }, (_, i) => yColumn[a]! + i)
    build.row(-Infinity, 0, columns, [-design.capacity[a]!, ...demand])
  }
  const model = solver.load(build.model())
  return { design, model, yColumn, xColumn, forced: new Uint8Array(arcs * commodities) }
}

/** Outflow − inflow = supply, for each commodity and node; shares of the demand. */
function conserveFlow(build: ModelBuilder, design: Design, xColumn: Int32Array): void {
  const { from, to, origin, destination } = design
  const present = [...xColumn.keys()].filter((a) => xColumn[a]! >= 0 && from[a] !== to[a])
  for (let v = 0; v < design.nodes; v++) {
    const ends = present.filter((a) => from[a] === v || to[a] === v)
    const signs = ends.map((a) => (from[a] === v ? 1 : -1))
    for (let k = 0; k < design.commodities; k++) {
      const starts = origin[k] === v ? 1 : 0
      const stops = destination[k] === v ? 1 : 0
      const supply = moves(design, k) ? starts - stops : 0
      const columns = ends.map((a) => xColumn[a]! + k)
      build.row(supply, supply, columns, signs)
    }
  }
}

/** No cheapest way leads into its origin, out of its destination, or around in place. */
function usefulFor(design: Design, k: number, a: number): boolean {
  const { from, to, origin, destination } = design
  return moves(design, k) && from[a] !== to[a] && to[a] !== origin[k] && from[a] !== destination[k]
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
