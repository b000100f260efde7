import { createModelBuilder } from '../../core/optimize/linear/model-builder.ts'
import type { SolveOptions } from '../../core/optimize/linear/outcome.ts'
import type { LinearSolver } from '../../core/optimize/linear/solver.ts'
import type { SolverModel } from '../../core/optimize/linear/solver-model.ts'
import { missingPenalty } from './flow.ts'
import { costsInFull, type Design, moves, unitCost } from './problem.ts'
import { FLOW_TOLERANCE, type Route } from './routes.ts'
import { createPathFinder, type PathFinder } from './shortest-path.ts'

/** What a window may do with an arc. */
export const CLOSED = 0
export const OPEN = 1
export const FREE = 2

/** The strong path model of a window: see `createWindow`. */
export interface Window extends Disposable {
  /** Adds ways and forcing rows until the LP relaxation is solved or `stop`; returns its value, −Infinity if stopped. */
  relax(stop: () => boolean): number
  /** Best design over the ways in the model, started from the incumbent. */
  search(limits: SolveOptions): WindowAnswer
}

/** What the MIP of a window found. */
export interface WindowAnswer {
  /** The design, where there is one. */
  readonly routes?: readonly (readonly Route[])[]
  /** Whether the MIP ended before its limits. */
  readonly finished: boolean
}

interface PathColumn {
  readonly commodity: number
  readonly arcs: Int32Array
  /** Column in the model. */
  readonly column: number
}

interface State {
  readonly design: Design
  readonly model: SolverModel
  readonly role: Uint8Array
  /** Column of y for a free arc, −1 for others. */
  readonly yColumn: Int32Array
  /** Capacity row of an arc that is not closed, −1 for others. */
  readonly capacityRow: Int32Array
  readonly paths: PathColumn[]
  readonly pathsOf: PathColumn[][]
  /** Forcing row of [k · arcs + a] + 1, 0 where there is none. */
  readonly forcing: Map<number, number>
  readonly known: Set<string>
  columns: number
  rows: number
  penalty: number
}

/**
 * A window on the problem: some arcs closed, some open, the free ones decided by a MIP over ways
 * (z_p: share of the demand of its commodity): Σ z = 1 for each commodity, Σ d z ≤ u y for each
 * arc, and Σ z over a commodity's ways on an arc ≤ y, added where violated. Ways come from
 * `pool` and from pricing the LP relaxation. Source: Katayama, Chen & Kubo 2009 (column and row
 * generation); Hewitt, Nemhauser & Savelsbergh 2010 (restricted problems).
 */
export function createWindow(
  design: Design,
  solver: LinearSolver,
  role: Uint8Array,
  incumbent: readonly (readonly Route[])[],
  pool: readonly (readonly (readonly Route[])[])[],
): Window {
  const state = createState(design, solver, role)
  const finder = createPathFinder(design)
  const usable = (route: Route) => route.arcs.every((a) => role[a] !== CLOSED)
  for (const routes of [incumbent, ...pool]) {
    addPaths(
      state,
      routes.flatMap((list, k) => list.filter(usable).map(({ arcs }) => ({ commodity: k, arcs }))),
    )
  }
  return {
    relax: (stop) => relax(state, finder, stop),
    search: (limits) => searchDesign(state, incumbent, limits),
    [Symbol.dispose]: () => state.model.dispose(),
  }
}

function createState(design: Design, solver: LinearSolver, role: Uint8Array): State {
  const { arcs, commodities, capacity, fixedCost, demand } = design
  const build = createModelBuilder()
  const penalty = missingPenalty(design, costsInFull(design))
  for (const units of demand) build.column({ cost: units * penalty, upper: 1 })
  const yColumn = Int32Array.from(fixedCost, (cost, a) =>
    role[a] === FREE ? build.column({ cost, upper: 1 }) : -1,
  )
  for (let k = 0; k < commodities; k++) {
    const share = moves(design, k) ? 1 : 0
    build.row(share, share, [k], 1)
  }
  const capacityRow = new Int32Array(arcs).fill(-1)
  for (let a = 0; a < arcs; a++) {
    if (role[a] === OPEN) capacityRow[a] = build.row(-Infinity, capacity[a]!, [], 1)
    if (role[a] === FREE) capacityRow[a] = build.row(-Infinity, 0, [yColumn[a]!], -capacity[a]!)
  }
  const model = solver.load(build.model())
  const { columns, rows } = model
  const pathsOf: PathColumn[][] = Array.from({ length: commodities }, () => [])
  const ways = { paths: [], pathsOf, forcing: new Map(), known: new Set<string>() }
  return { design, model, role, yColumn, capacityRow, ...ways, columns, rows, penalty }
}

/** Adds the ways that the model does not have yet; returns how many. */
function addPaths(
  state: State,
  found: readonly { readonly commodity: number; readonly arcs: Int32Array }[],
): number {
  const { design, known } = state
  const cost: number[] = []
  const starts = [0]
  const indices: number[] = []
  const values: number[] = []
  for (const { commodity, arcs } of found) {
    const name = `${commodity}:${arcs.join(',')}`
    if (known.has(name) || arcs.length === 0) continue
    known.add(name)
    const path = { commodity, arcs, column: state.columns++ }
    state.paths.push(path)
    state.pathsOf[commodity]!.push(path)
    const entries = entriesOf(state, path)
    indices.push(...entries.map(([row]) => row))
    values.push(...entries.map(([, value]) => value))
    starts.push(indices.length)
    let unit = 0
    for (const a of arcs) unit += unitCost(design, commodity, a)
    cost.push(unit * design.demand[commodity]!)
  }
  const columns = {
    cost: Float64Array.from(cost),
    lower: new Float64Array(cost.length),
    upper: new Float64Array(cost.length).fill(Infinity),
  }
  state.model.addColumns(columns, {
    starts: Int32Array.from(starts),
    indices: Int32Array.from(indices),
    values: Float64Array.from(values),
  })
  return cost.length
}

function entriesOf(state: State, path: PathColumn): (readonly [row: number, value: number])[] {
  const { design, capacityRow, forcing } = state
  const k = path.commodity
  const entries: [number, number][] = [[k, 1]]
  for (const a of path.arcs) {
    entries.push([capacityRow[a]!, design.demand[k]!])
    const row = forcing.get(k * design.arcs + a)
    if (row !== undefined) entries.push([row, 1])
  }
  return entries.sort(([i], [j]) => i - j)
}

function relax(state: State, finder: PathFinder, stop: () => boolean): number {
  for (;;) {
    const { status, values, objective } = state.model.solve({ relaxed: true, stop })
    if (status !== 'optimal') return -Infinity
    const duals = state.model.duals()
    const rows = addForcingRows(state, values)
    const columns = addPaths(state, pricedPaths(state, finder, duals))
    if (rows + columns === 0) return objective
    if (stop()) return -Infinity
  }
}

/** Adds Σ z ≤ y for commodities and free arcs that break it; returns how many. */
function addForcingRows(state: State, values: Float64Array): number {
  const { design, forcing, yColumn } = state
  const broken: { readonly row: number[]; readonly key: number; readonly a: number }[] = []
  for (let k = 0; k < design.commodities; k++) {
    const share = new Map<number, number>()
    for (const path of state.pathsOf[k]!) {
      const z = values[path.column] ?? 0
      if (z <= FLOW_TOLERANCE) continue
      for (const a of path.arcs) share.set(a, (share.get(a) ?? 0) + z)
    }
    for (const [a, z] of share) {
      const key = k * design.arcs + a
      if (yColumn[a]! < 0 || forcing.has(key) || z <= values[yColumn[a]!]! + 1e-4) continue
      const row = state.pathsOf[k]!.filter((path) => path.arcs.includes(a)).map(
        ({ column }) => column,
      )
      broken.push({ row, key, a })
    }
  }
  const starts = [0]
  const indices: number[] = []
  const numbers: number[] = []
  for (const { row, key, a } of broken) {
    forcing.set(key, state.rows++)
    indices.push(yColumn[a]!, ...row)
    numbers.push(-1, ...row.map(() => 1))
    starts.push(indices.length)
  }
  state.model.addRows(
    {
      lower: new Float64Array(broken.length).fill(-Infinity),
      upper: new Float64Array(broken.length),
    },
    {
      starts: Int32Array.from(starts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(numbers),
    },
  )
  return broken.length
}

/** The way of each commodity that the prices make cheaper than those in the model. */
function pricedPaths(
  state: State,
  finder: PathFinder,
  duals: Float64Array,
): { commodity: number; arcs: Int32Array }[] {
  const { design, role, capacityRow, forcing } = state
  const { arcs, commodities, origin, destination, demand } = design
  const price = new Float64Array(arcs)
  const found: { commodity: number; arcs: Int32Array }[] = []
  for (let k = 0; k < commodities; k++) {
    if (!moves(design, k)) continue
    for (let a = 0; a < arcs; a++) {
      if (role[a] === CLOSED) {
        price[a] = Infinity
        continue
      }
      const row = forcing.get(k * arcs + a)
      const force = row === undefined ? 0 : Math.max(0, -duals[row]!)
      const units = unitCost(design, k, a) + Math.max(0, -duals[capacityRow[a]!]!)
      price[a] = units * demand[k]! + force
    }
    const far = finder.search(origin[k]!, destination[k]!, price)
    if (far < duals[k]! - 1e-7 * (1 + Math.abs(duals[k]!)) - 1e-9 * state.penalty) {
      found.push({ commodity: k, arcs: finder.path(destination[k]!) })
    }
  }
  return found
}

function searchDesign(
  state: State,
  incumbent: readonly (readonly Route[])[],
  limits: SolveOptions,
): WindowAnswer {
  const { model, design, role, yColumn } = state
  for (let a = 0; a < design.arcs; a++) {
    if (role[a] === FREE) model.setInteger(yColumn[a]!, Uint8Array.of(1))
  }
  model.start(startOf(state, incumbent))
  const { values, status } = model.solve(limits)
  const finished = status === 'optimal'
  const complete = values.length > 0 && design.demand.every((_, k) => values[k]! <= 1e-6)
  return complete ? { routes: routesOf(state, values), finished } : { finished }
}

function startOf(state: State, incumbent: readonly (readonly Route[])[]): Float64Array {
  const values = new Float64Array(state.columns)
  incumbent.forEach((routes, k) => {
    for (const { arcs, amount } of routes) {
      const name = arcs.join(',')
      const path = state.pathsOf[k]!.find((other) => other.arcs.join(',') === name)
      if (path !== undefined) values[path.column]! += amount / state.design.demand[k]!
      for (const a of arcs) if (state.yColumn[a]! >= 0) values[state.yColumn[a]!] = 1
    }
  })
  return values
}

function routesOf(state: State, values: Float64Array): Route[][] {
  const routes: Route[][] = Array.from({ length: state.design.commodities }, () => [])
  for (const { commodity, arcs, column } of state.paths) {
    const share = values[column]!
    if (share <= FLOW_TOLERANCE) continue
    routes[commodity]!.push({ arcs, amount: share * state.design.demand[commodity]! })
  }
  return routes
}
