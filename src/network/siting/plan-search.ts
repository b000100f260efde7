import type { SolveOptions } from '../../core/optimize/linear/outcome.ts'
import type { LinearSolver } from '../../core/optimize/linear/solver.ts'
import type { SolverModel } from '../../core/optimize/linear/solver-model.ts'
import type { Random } from '../../core/random/random.ts'
import { buildModel, type SitingModel } from './model.ts'
import { nodeCount, nodeOf, type SitingProblem } from './problem.ts'

/** A plan as the model has it. */
export interface FoundPlan {
  readonly sizes: Int8Array
  /** Cents that no plan of the model goes below. */
  readonly boundCents: number
  readonly method: 'exact' | 'rolling'
}

export interface PlanLimits {
  readonly nearest: number
  readonly exactColumns: number
  readonly nodes: number
  /** Of each year or group of sites, where the model is not solved in one piece. */
  readonly windowNodes: number
  readonly rounds: number
  readonly isOver: () => boolean
}

/** What a search works on. */
interface PlanSearch {
  readonly problem: SitingProblem
  readonly siting: SitingModel
  readonly loaded: SolverModel
  readonly limits: PlanLimits
  /** Bounds of the size columns as the problem sets them. */
  readonly lower: Float64Array
  readonly upper: Float64Array
}

/**
 * Finds a plan: in one piece where the model is small, else year after year with the later years
 * relaxed (relax and fix), then groups of sites again with all others as they are.
 * Throws ERR_INFEASIBLE naming the rows that block.
 */
export function searchPlan(
  solver: LinearSolver,
  problem: SitingProblem,
  random: Random,
  limits: PlanLimits,
): FoundPlan {
  const siting = relaxableModel(solver, problem, limits.nearest)
  using loaded = solver.load(siting.model)
  const count = nodeCount(problem) * siting.columnsPerNode
  const { lower, upper, cost } = siting.model.columns
  const bounds = { lower: lower.slice(0, count), upper: upper.slice(0, count) }
  const search = { problem, siting, loaded, limits, ...bounds }
  const relaxed = loaded.solveOrThrow({ relaxed: true })
  if (cost.length <= limits.exactColumns) return solveWhole(search, undefined)
  const rolled = rollYears(search)
  if (rolled === undefined) return solveWhole(search, undefined)
  const improved = regroup(search, rolled, random)
  const boundCents = relaxed.objective * siting.scale
  return { sizes: sizesOf(search, improved), boundCents, method: 'rolling' }
}

/** The model with few sites an area where that can serve everyone, else with all. */
function relaxableModel(solver: LinearSolver, problem: SitingProblem, nearest: number) {
  const few = buildModel(problem, nearest)
  if (nearest >= problem.sites.length) return few
  using loaded = solver.load(few.model)
  const fits = loaded.solve({ relaxed: true }).values.length > 0
  return fits ? few : buildModel(problem, problem.sites.length)
}

const wholeLimits = ({ limits }: PlanSearch): SolveOptions => ({
  nodes: limits.nodes,
  stop: limits.isOver,
  relativeGap: 1e-9,
})

/** A window is decided again by later rounds, so that its proof is not worth much. */
const windowLimits = ({ limits }: PlanSearch): SolveOptions => ({
  nodes: limits.windowNodes,
  stop: limits.isOver,
  relativeGap: 1e-3,
})

function solveWhole(search: PlanSearch, start: Float64Array | undefined): FoundPlan {
  const { loaded, siting } = search
  if (start !== undefined) loaded.start(start)
  const { values, bound } = loaded.solveOrThrow(wholeLimits(search))
  return { sizes: sizesOf(search, values), boundCents: bound * siting.scale, method: 'exact' }
}

/** Nodes of a year: one in committed years, one a scenario afterwards. */
function nodesOfYear(problem: SitingProblem, year: number): number[] {
  const all = problem.scenarios.map((_, w) => nodeOf(problem, w, year))
  return [...new Set(all)]
}

/** Columns of the sizes of one node. */
const columnsOf = ({ siting }: PlanSearch, node: number) =>
  Array.from({ length: siting.columnsPerNode }, (_, k) => node * siting.columnsPerNode + k)

/** Decides year after year; later years are relaxed meanwhile. Undefined where that leads nowhere. */
function rollYears(search: PlanSearch): Float64Array | undefined {
  const { problem, loaded, lower } = search
  loaded.setInteger(0, new Uint8Array(lower.length))
  let values: Float64Array | undefined
  for (let year = 0; year < problem.years; year++) {
    const columns = nodesOfYear(problem, year).flatMap((node) => columnsOf(search, node))
    for (const node of nodesOfYear(problem, year)) {
      const { columnsPerNode } = search.siting
      loaded.setInteger(node * columnsPerNode, new Uint8Array(columnsPerNode).fill(1))
    }
    const outcome = loaded.solve(windowLimits(search))
    if (outcome.values.length === 0) {
      release(search)
      return undefined
    }
    values = outcome.values
    fix(search, columns, values)
  }
  release(search)
  return values
}

function fix({ loaded }: PlanSearch, columns: readonly number[], values: Float64Array): void {
  const indices = Int32Array.from(columns).sort()
  const fixed = Float64Array.from(indices, (column) => Math.round(values[column]!))
  loaded.setColumnBounds(indices, fixed, fixed)
}

/** All sizes free again, and whole. */
function release({ loaded, lower, upper }: PlanSearch): void {
  loaded.setColumnBounds(Int32Array.from(lower.keys()), lower, upper)
  loaded.setInteger(0, new Uint8Array(lower.length).fill(1))
}

/** Sites that are decided anew together. */
const GROUP = 6

/** Decides groups of sites anew, in all years at once, the others as they are; keeps what is better. */
function regroup(search: PlanSearch, from: Float64Array, random: Random): Float64Array {
  const { problem, siting, loaded, limits } = search
  let best = from
  for (let round = 0; round < limits.rounds && !limits.isOver(); round++) {
    const group = drawGroup(problem.sites.length, random)
    const columns: number[] = []
    for (let node = 0; node < nodeCount(problem); node++) {
      for (let s = 0; s < problem.sites.length; s++) {
        if (group.has(s)) continue
        const first = node * siting.columnsPerNode
        for (let k = siting.offsets[s]!; k < siting.offsets[s + 1]!; k++) columns.push(first + k)
      }
    }
    fix(search, columns, best)
    loaded.start(best)
    const { values, objective } = loaded.solve(windowLimits(search))
    release(search)
    if (values.length > 0 && objective < costOf(siting, best) * (1 - 1e-9)) best = values
  }
  return best
}

function drawGroup(sites: number, random: Random): ReadonlySet<number> {
  const group = new Set<number>()
  while (group.size < Math.min(GROUP, sites)) group.add(random.int(sites))
  return group
}

const costOf = ({ model }: SitingModel, values: Float64Array) =>
  values.reduce((sum, value, column) => sum + value * model.columns.cost[column]!, 0)

/** Sizes of every scenario and year from the columns of the model. */
function sizesOf({ problem, siting }: PlanSearch, values: Float64Array): Int8Array {
  const { sites, years, scenarios } = problem
  const sizes = new Int8Array(scenarios.length * years * sites.length).fill(-1)
  scenarios.forEach((_, w) => {
    for (let t = 0; t < years; t++) {
      const first = nodeOf(problem, w, t) * siting.columnsPerNode
      for (let s = 0; s < sites.length; s++) {
        let size = -1
        for (let k = siting.offsets[s]!; k < siting.offsets[s + 1]!; k++) {
          size += Math.round(values[first + k]!)
        }
        sizes[(w * years + t) * sites.length + s] = size
      }
    }
  })
  return sizes
}
