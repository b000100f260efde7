import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { loadSolver } from '../../core/optimize/linear/solver.ts'
import type { StopRule } from '../../core/optimize/stop.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { createRandom } from '../../core/random/random.ts'
import { requireCarriable } from './blocked.ts'
import { createFlowSolver } from './flow.ts'
import { createPace, type DesignBudget } from './pace.ts'
import { findDesigns, firstDesign, improve, type Run } from './phases.ts'
import { type DesignProblem, prepareDesign } from './problem.ts'
import { type DesignResult, resultOf } from './result.ts'
import { createSearch, type Search } from './search.ts'

/** How to search; all of it may be left out. */
export interface DesignOptions {
  readonly seed?: string | number
  /** True ends the search with the best design found; asked between steps and inside long ones. */
  readonly stop?: StopRule
  /** Time for the whole search, spread over its parts; without it, knobs limit each part by counts. */
  readonly budget?: DesignBudget
  /** Aborting ends the search with the best design found; ERR_CANCELLED where it was aborted before. */
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
  readonly knobs?: KnobSettings
}

/**
 * Chooses which arcs to open and how commodities flow: minimize Σ fixed cost of open arcs + Σ cost
 * per unit × flow, each commodity's demand carried within capacities (fixed-charge capacitated
 * multicommodity network design). A Lagrangian relaxation gives the bound and points at arcs, slope
 * scaling and rerouting find designs, MIPs over windows improve them, and what is small enough is
 * solved by branch and bound as a whole. Same problem, seed, knobs and counts: same answer; a
 * budget of time cuts where it cuts. Throws ERR_ARGUMENT or ERR_NOT_FINITE on a malformed problem
 * and ERR_INFEASIBLE naming the cut that cannot carry the demand.
 */
export async function designNetwork(
  problem: DesignProblem,
  options: DesignOptions = {},
): Promise<DesignResult> {
  throwIfStopped(options.signal)
  let search: Search | undefined
  const stopped = () => search !== undefined && options.stop?.(search.state()) === true
  const pace = createPace(options.budget, options.signal, stopped)
  const design = prepareDesign(problem)
  const solver = await loadSolver()
  using flow = createFlowSolver(design, solver)
  requireCarriable(design, flow)
  search = createSearch(design, flow, firstDesign(design, flow))
  const run: Run = {
    design,
    solver,
    flow,
    search,
    pace,
    knob: (knob) => readKnob(knob, options.knobs),
    random: createRandom(`network design ${options.seed ?? 1}`),
    report: options.onProgress ?? silent,
  }
  if (!pace.over() && !search.proven()) findDesigns(run)
  improve(run)
  return resultOf(design, search)
}
