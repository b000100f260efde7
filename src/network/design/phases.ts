import type { Knob } from '../../core/knobs.ts'
import type { LinearSolver } from '../../core/optimize/linear/solver.ts'
import type { OnProgress } from '../../core/progress.ts'
import type { Random } from '../../core/random/random.ts'
import { solveExactly } from './exact.ts'
import type { FlowSolver } from './flow.ts'
import * as knobs from './knobs.ts'
import { lagrangianBound } from './lagrangian.ts'
import { type Ground, nextWindow, relaxationWindow } from './neighbourhood.ts'
import type { Pace } from './pace.ts'
import { costsInFull, type Design } from './problem.ts'
import { routingOf, valueOfRouting } from './routes.ts'
import { ruinAndRecreate } from './ruin-recreate.ts'
import type { Search } from './search.ts'
import { type Solution, slopeScaling } from './slope-scaling.ts'
import { CLOSED, createWindow, FREE, OPEN } from './window.ts'

/** What the parts of a search share. */
export interface Run {
  readonly design: Design
  readonly solver: LinearSolver
  readonly flow: FlowSolver
  readonly search: Search
  readonly pace: Pace
  readonly random: Random
  readonly knob: (knob: Knob) => number
  readonly report: OnProgress
}

/** A first design: the flow at c + f / u, the cost of arcs used to the full. */
export function firstDesign(design: Design, flow: FlowSolver): Solution {
  const { routes } = flow.solve(costsInFull(design), usableArcs(design))
  return { routes, value: valueOfRouting(design, routingOf(design, routes)) }
}

export function usableArcs(design: Design): Uint8Array {
  return Uint8Array.from(design.capacity, (capacity) => (capacity > 0 ? 1 : 0))
}

/** Lagrangian relaxation, then slope scaling from what it opens, then rerouting. */
export function findDesigns(run: Run): void {
  const { design, search, pace, flow, knob } = run
  const relaxation = lagrangianBound(design, {
    upper: search.best().value,
    iterations: knob(knobs.LAGRANGIAN_ITERATIONS),
    stop: pace.until(0.12),
  })
  search.learn(relaxation)
  tell(run, 'relaxation')
  if (pace.over()) return
  const start = { iterations: knob(knobs.SLOPE_ITERATIONS), openness: relaxation.openness }
  slopeScaling(design, flow, {
    ...start,
    allowed: usableArcs(design),
    stop: pace.until(0.17),
    visit: ({ routes, value }) => search.offer(routes, value),
  })
  tell(run, 'slope scaling')
  if (pace.over()) return
  for (let i = 0; i < 3; i++) reroute(run, 0.03, 0.01)
  tell(run, 'rerouting')
}

/** Ruin and recreate from the best design over the arcs that may matter; offers what it finds. */
function reroute({ design, search, pace, random, knob }: Run, share: number, heat: number): void {
  const { routes } = search.best()
  const least = knob(knobs.LEAST_OPENNESS)
  const allowed = search.allowed()
  const used = routingOf(design, routes).users
  const closed = Uint8Array.from(search.openness(), (open, a) =>
    used[a]! > 0 || (allowed[a] === 1 && open >= least) ? 0 : 1,
  )
  const found = ruinAndRecreate(design, routes, {
    random,
    stop: pace.during(share),
    trials: knob(knobs.REROUTE_TRIALS),
    heat: [heat, heat / 30],
    closed,
  })
  search.offer(found.routes, found.value)
}

/**
 * Windows, and branch and bound over all arcs that may matter where the problem is small enough:
 * some windows first, so that it starts from a good design, the rest after it.
 */
export function improve(run: Run): void {
  const { design, pace, knob, search } = run
  const allowed = arcsThatMatter(run)
  const columns = design.commodities * allowed.reduce((sum, may) => sum + may, 0)
  const rounds = pace.timed ? Infinity : knob(knobs.WINDOW_ROUNDS)
  if (columns > knob(knobs.EXACT_COLUMNS)) {
    searchWindows(run, 0, rounds, pace.over, FIRST_WINDOW)
    return
  }
  const warm = Math.ceil(knob(knobs.WINDOW_ROUNDS) * knob(knobs.WARM_SHARE))
  const after = searchWindows(run, 0, warm, pace.until(knob(knobs.WARM_SHARE)))
  if (!pace.over() && !search.proven()) solveWhole(run)
  searchWindows(run, after, rounds, pace.over)
}

/** 1 for each arc that the best design uses or a better one may use. */
function arcsThatMatter({ design, search }: Run): Uint8Array {
  const used = routingOf(design, search.best().routes).users
  return search.allowed().map((may, a) => (may === 1 || used[a]! > 0 ? 1 : 0))
}

/**
 * Branch and bound ends here at the latest. What it has not proven by then it hardly proves later,
 * while windows from the designs that it found go on finding better ones (r13.9 at 60 s: 703,400
 * with branch and bound until 0.8, 698,280 with it until 0.45).
 */
const EXACT_UNTIL = 0.45
/**
 * Share of the time of the window around the relaxation, and of each later one. Where the whole goes
 * to branch and bound next, the first window is given no more than the others.
 */
const FIRST_WINDOW = 0.15
const LATER_WINDOW = 0.05

function solveWhole(run: Run): void {
  const { design, solver, search, pace, flow, knob } = run
  const role = arcsThatMatter(run).map((may) => (may === 1 ? FREE : CLOSED))
  const answer = solveExactly(design, solver, role, search.best(), {
    stop: pace.until(EXACT_UNTIL),
    seed: run.random.int(1 << 30),
    ...(pace.timed ? {} : { nodes: knob(knobs.EXACT_NODES) }),
  })
  if (answer.open !== undefined) {
    const base = design.costPerCommodity ?? design.costPerUnit
    const { routes, missing } = flow.solve(base, answer.open)
    if (missing === 0) search.offer(routes, valueOfRouting(design, routingOf(design, routes)))
  }
  search.raiseBound(answer.proven ? Math.min(answer.bound, search.best().value) : answer.bound)
  tell(run, 'branch and bound')
}

/** How many windows of a kind pass between two rounds of rerouting. */
const WINDOWS_A_REROUTE = 3

/** Searches windows `first` … `last` − 1 around the best design until `stop`; returns the next. */
function searchWindows(
  run: Run,
  first: number,
  last: number,
  stop: () => boolean,
  firstShare = LATER_WINDOW,
): number {
  const { search, random, knob } = run
  let i = first
  let size = knob(knobs.WINDOW_ARCS)
  for (; i < last && !stop() && !search.proven(); i++) {
    const ground = groundOf(run)
    const whole = i === 0
    const role = whole
      ? relaxationWindow(ground, knob(knobs.LEAST_OPENNESS))
      : nextWindow(ground, size, random)
    const finished = searchWindow(run, role, whole ? firstShare : LATER_WINDOW)
    if (!whole) size = Math.max(8, Math.round(size * (finished ? 1.15 : 0.85)))
    search.count()
    tell(run, 'windows', i + 1)
    if (i % WINDOWS_A_REROUTE === 2 && !stop()) reroute(run, 0.02, 0.005)
  }
  return i
}

function groundOf({ design, search }: Run): Ground {
  return {
    design,
    incumbent: search.best(),
    elites: search.elites(),
    openness: search.openness(),
    allowed: search.allowed(),
  }
}

/** One window: relaxation, then MIP; true where the MIP was solved before its limit. */
function searchWindow(run: Run, role: Uint8Array, share: number): boolean {
  const { design, solver, search, pace, random, knob } = run
  const best = search.best()
  const pool = search.elites().map((elite) => elite.routes)
  const stop = pace.during(share)
  using window = createWindow(design, solver, role, best.routes, pool)
  const value = window.relax(stop)
  if (stop()) return false
  if (value + openCost(design, role) >= best.value) return true
  const found = window.search({
    stop,
    nodes: knob(knobs.WINDOW_NODES),
    relativeGap: 1e-4,
    heuristicEffort: 0.2,
    seed: random.int(1 << 30),
  })
  if (found.routes !== undefined) {
    search.offer(found.routes, valueOfRouting(design, routingOf(design, found.routes)))
  }
  return found.finished
}

function openCost(design: Design, role: Uint8Array): number {
  let sum = 0
  role.forEach((what, a) => {
    if (what === OPEN) sum += design.fixedCost[a]!
  })
  return sum
}

function tell({ report, search }: Run, note: string, done = 0): void {
  const { value, bound } = search.state()
  const words = `${note}: ${value.toPrecision(8)}, bound ${bound.toPrecision(8)}`
  report({ step: 'design', done, note: words })
}
