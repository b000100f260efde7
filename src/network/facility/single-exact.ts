import { createModelBuilder } from '../../core/optimize/linear/model-builder.ts'
import type { LinearSolver } from '../../core/optimize/linear/solver.ts'
import type { CompleteProblem } from './problem.ts'
import { Relaxation, type SiteStates } from './relaxation.ts'
import { searchPrices } from './subgradient.ts'

export interface WholeOutcome {
  /** Site of each customer; undefined where nothing better than `upper` was found. */
  readonly site: Int32Array | undefined
  /** No assignment within the open sites is better. */
  readonly bound: number
}

/**
 * The best way of giving each customer one of the open sites (generalized assignment), where it is
 * better than `upper`: pairs whose bound with x_ij = 1 is not are left out, HiGHS solves the rest.
 */
export function assignWhole(
  solver: LinearSolver,
  problem: CompleteProblem,
  open: SiteStates,
  start: Float64Array,
  limits: { readonly upper: number; readonly cpuSeconds: number; readonly start?: Int32Array },
): WholeOutcome {
  const relaxation = new Relaxation(problem)
  const { upper } = limits
  const found = searchPrices(relaxation, open, start, {
    iterations: 200,
    patience: 10,
    firstStep: 0.5,
    lastStep: 0.01,
    upper: () => upper,
  })
  if (found.bound >= upper) return { site: undefined, bound: found.bound }
  const pairs = possiblePairs(problem, relaxation, found.prices, open, upper)
  return solvePairs(solver, problem, open, pairs, limits, found.bound)
}

/** For each customer, the open sites that may serve it in a solution better than `upper`. */
function possiblePairs(
  problem: CompleteProblem,
  relaxation: Relaxation,
  prices: Float64Array,
  open: SiteStates,
  upper: number,
): number[][] {
  const bound = relaxation.evaluate(prices, open)
  const pairs: number[][] = Array.from({ length: problem.customers }, () => [])
  for (let i = 0; i < problem.sites; i++) {
    if (open[i] !== 1) continue
    const forced = forcedValues(problem, prices, i)
    const value = problem.fixedCost[i]! - relaxation.reduced[i]!
    forced.forEach((withIt, j) => {
      if (bound + value - withIt < upper) pairs[j]!.push(i)
    })
  }
  return pairs
}

/** Bound on the knapsack of site `i` with each customer put in by force; −Infinity where it does not fit. */
function forcedValues(problem: CompleteProblem, prices: Float64Array, i: number): Float64Array {
  const { customers: n, cost, demand, capacity } = problem
  const gain = (j: number) => prices[j]! - cost[i * n + j]!
  const items = Array.from({ length: n }, (_, j) => j)
    .filter((j) => gain(j) > 0 && demand[j]! <= capacity[i]!)
    .sort((a, b) => gain(b) * demand[a]! - gain(a) * demand[b]!)
  return Float64Array.from({ length: n }, (_, forced) => {
    let room = capacity[i]! - demand[forced]!
    if (room < 0) return -Infinity
    let value = gain(forced)
    for (const j of items) {
      if (j === forced) continue
      if (demand[j]! > room) return value + (room * gain(j)) / demand[j]!
      room -= demand[j]!
      value += gain(j)
    }
    return value
  })
}

function solvePairs(
  solver: LinearSolver,
  problem: CompleteProblem,
  open: SiteStates,
  pairs: readonly (readonly number[])[],
  limits: { readonly upper: number; readonly cpuSeconds: number },
  bound: number,
): WholeOutcome {
  const { customers: n, cost, demand, capacity, fixedCost } = problem
  if (pairs.some((sites) => sites.length === 0)) return { site: undefined, bound: limits.upper }
  const build = createModelBuilder()
  const columns: [column: number, site: number, customer: number][] = []
  const bySite = new Map<number, { columns: number[]; weights: number[] }>()
  let fixed = 0
  open.forEach((state, i) => {
    if (state === 1) fixed += fixedCost[i]!
  })
  pairs.forEach((sites, j) => {
    const mine = sites.map((i) => {
      const column = build.column({ cost: cost[i * n + j]!, upper: 1, integer: true })
      columns.push([column, i, j])
      const row = bySite.get(i) ?? { columns: [], weights: [] }
      row.columns.push(column)
      row.weights.push(demand[j]!)
      bySite.set(i, row)
      return column
    })
    build.row(1, 1, mine, 1)
  })
  for (const [i, row] of bySite) build.row(-Infinity, capacity[i]!, row.columns, row.weights)
  using model = solver.load(build.model())
  const outcome = model.solve({ cutoff: limits.upper - fixed, cpuSeconds: limits.cpuSeconds })
  const proven =
    outcome.status === 'infeasible' || outcome.status === 'bound'
      ? limits.upper
      : outcome.bound + fixed
  const better = outcome.values.length > 0 && outcome.objective + fixed < limits.upper
  return {
    site: better ? siteOf(columns, outcome.values, n) : undefined,
    bound: Math.max(bound, Math.min(proven, limits.upper)),
  }
}

function siteOf(
  columns: readonly (readonly [number, number, number])[],
  values: Float64Array,
  customers: number,
): Int32Array {
  const site = new Int32Array(customers).fill(-1)
  for (const [column, i, j] of columns) if (values[column]! > 0.5) site[j] = i
  return site
}
