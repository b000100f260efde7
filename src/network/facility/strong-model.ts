import { createModelBuilder } from '../../core/optimize/linear/model-builder.ts'
import type { SolveOptions } from '../../core/optimize/linear/outcome.ts'
import { loadSolver } from '../../core/optimize/linear/solver.ts'
import { type FacilityPlan, makePlan, type Shares } from './plan.ts'
import { type CompleteProblem, completeProblem, type FacilityProblem } from './problem.ts'

/** Shares below this are rounding of the solver. */
const ROUNDING = 1e-7

/**
 * The same as `solveFacility` by HiGHS alone, in the strong formulation (every row x_ij ≤ y_i
 * stands in the model): the plain reference, for problems of a few thousand pairs. `start` is a
 * plan to begin from. Throws as `completeProblem`, and ERR_INFEASIBLE naming the rows that block.
 */
export async function solveByModel(
  problem: FacilityProblem,
  options: SolveOptions = {},
  start?: FacilityPlan,
): Promise<FacilityPlan> {
  const complete = completeProblem(problem)
  const solver = await loadSolver()
  const { model: linear, column } = strongModel(complete)
  using model = solver.load(linear)
  if (start !== undefined) model.start(startValues(complete, column, start))
  const outcome = model.solveOrThrow(options)
  const open = Uint8Array.from({ length: problem.sites }, (_, i) =>
    outcome.values[i]! > 0.5 ? 1 : 0,
  )
  const shares = sharesOf(complete, column, outcome.values)
  return makePlan(
    complete,
    { open, shares, value: outcome.objective },
    { bound: outcome.bound, nodes: outcome.nodes, gap: 1e-6 },
  )
}

/** Sites are columns 0 … sites − 1; `column` of a pair, −1 where the site may not serve. */
function strongModel(problem: CompleteProblem) {
  const { sites: m, customers: n, cost, demand, capacity, fixedCost, sourcing } = problem
  const build = createModelBuilder()
  for (let i = 0; i < m; i++) build.column({ cost: fixedCost[i]!, upper: 1, integer: true })
  const column = Int32Array.from(cost, (c) =>
    c < Infinity ? build.column({ cost: c, upper: 1, integer: sourcing === 'single' }) : -1,
  )
  const sites = Array.from({ length: m }, (_, i) => i)
  const customers = Array.from({ length: n }, (_, j) => j)
  const has = (i: number, j: number) => column[i * n + j]! >= 0
  build.family('every customer is served', (j) => `customer ${problem.customerIds?.[j] ?? j}`)
  for (const j of customers) {
    const mine = sites.filter((i) => has(i, j)).map((i) => column[i * n + j]!)
    build.row(1, 1, mine, 1)
  }
  build.family('capacity', (i) => `site ${problem.siteIds?.[i] ?? i}`)
  for (const i of sites) {
    const mine = customers.filter((j) => has(i, j))
    const columns = mine.map((j) => column[i * n + j]!)
    build.row(-Infinity, 0, [...columns, i], [...mine.map((j) => demand[j]!), -capacity[i]!])
  }
  build.family('only open sites serve')
  for (const i of sites) {
    for (const j of customers) {
      if (has(i, j)) build.row(-Infinity, 0, [column[i * n + j]!, i], [1, -1])
    }
  }
  return { model: build.model(), column }
}

function startValues(
  problem: CompleteProblem,
  column: Int32Array,
  plan: FacilityPlan,
): Float64Array {
  const values = new Float64Array(problem.sites + column.filter((at) => at >= 0).length)
  values.set(plan.open)
  plan.shares.share.forEach((share, k) => {
    const at = column[plan.shares.site[k]! * problem.customers + plan.shares.customer[k]!]!
    values[at] = share
  })
  return values
}

function sharesOf(problem: CompleteProblem, column: Int32Array, values: Float64Array): Shares {
  const used = Array.from(column, (at, pair) => ({ at, pair })).filter(
    ({ at }) => at >= 0 && values[at]! > ROUNDING,
  )
  return {
    site: Int32Array.from(used, ({ pair }) => Math.floor(pair / problem.customers)),
    customer: Int32Array.from(used, ({ pair }) => pair % problem.customers),
    share: Float64Array.from(used, ({ at }) => values[at]!),
  }
}
