import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type LinearSolver, loadSolver } from '../../core/optimize/linear/solver.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { branchOnSites } from './branch.ts'
import { Incumbent } from './incumbent.ts'
import * as knobs from './knobs.ts'
import { type FacilityPlan, makePlan } from './plan.ts'
import { type CompleteProblem, completeProblem, type FacilityProblem } from './problem.ts'
import { Relaxation, type SiteStates } from './relaxation.ts'
import { settleSites } from './settle.ts'
import { assignWhole } from './single-exact.ts'
import { type PriceSearch, searchPrices } from './subgradient.ts'

export interface FacilityOptions {
  /** Asked between steps; true ends the search with what is known. */
  readonly stop?: () => boolean
  /** Told of each better plan's value as it is found. */
  readonly onBetter?: (value: number) => void
  readonly settings?: KnobSettings
  /** Checked before the search begins. */
  readonly signal?: AbortSignal
}

/**
 * Decides which sites to open and who serves whom (see FacilityProblem): uncapacitated,
 * capacitated, and capacitated with single sourcing. Lagrangian prices give a bound and sets of
 * sites; each set is served at least cost (exactly where customers may be shared); local search
 * opens, closes and exchanges sites; branch and bound over sites closes the gap, with the
 * assignment of whole customers to a set of sites by HiGHS. Nothing is random. Throws as
 * `completeProblem`, and ERR_INFEASIBLE naming the sites that are too small for the customers only
 * they may serve.
 *
 * Sources: Beasley (1993), Lagrangean heuristics for location problems; Holmberg, Rönnqvist and Yuan
 * (1999), An exact algorithm for the capacitated facility location problems with single sourcing;
 * Görtz and Klose (2012), A simple but usually fast branch-and-bound algorithm for the CFLP.
 */
export async function solveFacility(
  problem: FacilityProblem,
  options: FacilityOptions = {},
): Promise<FacilityPlan> {
  throwIfStopped(options.signal)
  const complete = completeProblem(problem)
  const solver = problem.sourcing === 'single' ? await loadSolver() : undefined
  return new FacilitySearch(complete, options, solver).run()
}

/** Whole values differ by 1; what rounding may hide of it. */
const WHOLE_TOLERANCE = 1e-3

class FacilitySearch {
  readonly #problem: CompleteProblem
  readonly #options: FacilityOptions
  readonly #solver: LinearSolver | undefined
  readonly #incumbent: Incumbent
  readonly #relaxation: Relaxation
  readonly #stop: () => boolean

  constructor(
    problem: CompleteProblem,
    options: FacilityOptions,
    solver: LinearSolver | undefined,
  ) {
    this.#problem = problem
    this.#options = options
    this.#solver = solver
    this.#incumbent = new Incumbent(problem, options.onBetter)
    this.#relaxation = new Relaxation(problem, this.#knob(knobs.KNAPSACK_NODES))
    this.#stop = options.stop ?? (() => false)
  }

  run(): FacilityPlan {
    const incumbent = this.#incumbent
    const all = new Uint8Array(this.#problem.sites).fill(1)
    incumbent.refuseIfBlocked(all)
    incumbent.look(all)
    const root = this.#rootPrices()
    const states = this.#settled(root)
    incumbent.improve(this.#stop, states, this.#knob(knobs.SEARCH_TRIES))
    const { bound, nodes } = this.#branch(root, this.#settled(root))
    if (incumbent.best === undefined) throw this.#nothingFound(bound)
    return makePlan(this.#problem, incumbent.best, {
      bound: this.#roundUp(Math.max(bound, root.bound)),
      nodes,
      gap: this.#knob(knobs.PROOF_GAP),
    })
  }

  #knob(knob: (typeof knobs)[keyof typeof knobs]): number {
    return readKnob(knob, this.#options.settings)
  }

  /** What is better by less than this is not looked for. */
  #gap(): number {
    const share = this.#knob(knobs.PROOF_GAP) * this.#incumbent.upper
    return this.#problem.wholeValues ? Math.max(share, 1 - 2 * WHOLE_TOLERANCE) : share
  }

  #rootPrices(): PriceSearch {
    return searchPrices(this.#relaxation, new Int8Array(this.#problem.sites), this.#firstPrices(), {
      iterations: this.#knob(knobs.PRICE_ITERATIONS),
      patience: 12,
      firstStep: 1.5,
      lastStep: 0.01,
      upper: () => this.#incumbent.upper,
      onEvaluated: (relaxation, iteration, better) => {
        if (iteration % 10 === 0 || (better && iteration > 30)) {
          this.#incumbent.look(relaxation.chosen)
        }
        return this.#stop()
      },
    })
  }

  /** u_j = min_i (c_ij + f_i d_j / s_i): what a customer costs where a site is full. */
  #firstPrices(): Float64Array {
    const { sites: m, customers: n, cost, demand, capacity, fixedCost } = this.#problem
    const prices = new Float64Array(n).fill(Infinity)
    for (let i = 0; i < m; i++) {
      if (!(capacity[i]! > 0)) continue
      const perUnit = fixedCost[i]! / capacity[i]!
      for (let j = 0; j < n; j++) {
        prices[j] = Math.min(prices[j]!, cost[i * n + j]! + perUnit * demand[j]!)
      }
    }
    return prices.map((price) => (price < Infinity ? price : 0))
  }

  #settled(root: PriceSearch): SiteStates {
    const states = new Int8Array(this.#problem.sites)
    this.#relaxation.evaluate(root.prices, states)
    settleSites(this.#relaxation, root.prices, states, this.#incumbent.upper - this.#gap())
    return states
  }

  #branch(root: PriceSearch, states: SiteStates): { bound: number; nodes: number } {
    const incumbent = this.#incumbent
    const patient = this.#knob(knobs.PATIENT_NODES)
    const branched = branchOnSites(
      this.#relaxation,
      { states, prices: root.prices, bound: root.bound },
      {
        upper: () => incumbent.upper,
        gap: () => this.#gap(),
        iterations: this.#knob(knobs.NODE_ITERATIONS),
        onChosen: (open) => incumbent.look(open),
        onLeaf: (leaf, prices) => this.#leaf(leaf, prices),
        onNode: (nodes) => {
          if (nodes === patient) incumbent.improve(this.#stop, states, Infinity)
        },
        stop: this.#stop,
      },
    )
    return branched
  }

  /** Finds the best plan that opens the sites of `leaf`, and returns a bound on it. */
  #leaf(leaf: SiteStates, prices: Float64Array): number {
    const incumbent = this.#incumbent
    const open = Uint8Array.from(leaf, (state) => (state === 1 ? 1 : 0))
    incumbent.look(open)
    const shared = incumbent.sharedValue(open)
    const upper = incumbent.upper - this.#gap()
    if (this.#solver === undefined || shared >= upper) return shared
    const { site, bound } = assignWhole(this.#solver, this.#problem, leaf, prices, {
      upper,
      cpuSeconds: this.#knob(knobs.ASSIGN_SECONDS),
    })
    if (site !== undefined) incumbent.take(site, open)
    return Math.max(shared, bound)
  }

  #roundUp(bound: number): number {
    return this.#problem.wholeValues ? Math.ceil(bound - WHOLE_TOLERANCE) : bound
  }

  #nothingFound(bound: number): StorewrightError {
    if (bound < Infinity && this.#stop()) {
      return new StorewrightError('ERR_LIMIT', 'The search was stopped before it found a plan.', {
        next: 'Allow more time.',
      })
    }
    return new StorewrightError(
      'ERR_INFEASIBLE',
      'No way of giving every customer whole to one site keeps all capacities, although sharing would.',
      { next: 'Allow customers to be shared, split the largest, or add capacity.' },
    )
  }
}
