import type { HighsCallbackMap, Model } from 'highs'
import { StorewrightError } from '../../errors.ts'
import { throwIfStopped } from '../../progress.ts'
import { cpuSeconds } from '../cpu-seconds.ts'
import type { SolveOptions, SolveOutcome, SolveStatus } from './outcome.ts'

/** Codes of HiGHS for how a solve ended, and what they mean here. */
const STATUS: Readonly<Record<number, SolveStatus>> = {
  6: 'optimal',
  7: 'optimal',
  8: 'infeasible',
  9: 'infeasible-or-unbounded',
  10: 'unbounded',
  11: 'bound',
  12: 'limit',
  13: 'limit',
  14: 'limit',
  15: 'limit',
  16: 'limit',
  17: 'limit',
}
/** `primal_solution_status` of a feasible point. */
const FEASIBLE = 2

/** Solves what `model` holds. `whole`: whether any of its variables must be whole. */
export function solve(
  model: Model,
  whole: boolean,
  maximize: boolean,
  options: SolveOptions,
): SolveOutcome {
  throwIfStopped(options.signal)
  setOptions(model, options)
  model.zeroAllClocks()
  const { modelStatus } = model.run(interrupts(options))
  const status = STATUS[modelStatus]
  if (status === undefined) {
    throw new StorewrightError('ERR_SOLVER', `HiGHS gave up with status ${modelStatus}`, {
      next: 'Coefficients many powers of ten apart are the usual cause: state them in other units.',
    })
  }
  return outcomeOf(model, status, whole && options.relaxed !== true, maximize)
}

function setOptions(model: Model, options: SolveOptions): void {
  const finite = (name: string, value = Infinity) =>
    Number.isFinite(value) ? { [name]: value } : {}
  model.options.reset()
  model.options.set({
    output_flag: false,
    random_seed: options.seed ?? 0,
    mip_rel_gap: options.relativeGap ?? 0,
    mip_abs_gap: options.absoluteGap ?? 1e-6,
    solve_relaxation: options.relaxed === true,
    solver: options.method ?? 'choose',
    presolve: options.presolve === false ? 'off' : 'choose',
    mip_heuristic_effort: options.heuristicEffort ?? 0.05,
    // HiGHS takes the absence of a limit only as an option that is left alone.
    ...finite('time_limit', options.wallSeconds),
    ...finite('mip_max_nodes', options.nodes),
    ...finite('objective_bound', options.cutoff),
    ...finite('objective_target', options.target),
  })
}

/** Handlers for the simplex, interior-point and MIP checkpoints of HiGHS (types 1, 2 and 6). */
function interrupts(options: SolveOptions): HighsCallbackMap | undefined {
  const { stop, cpuSeconds: limit } = options
  if (stop === undefined && limit === undefined) return undefined
  const begun = cpuSeconds()
  const check = (event: { interrupt(): void }): undefined => {
    const late = limit !== undefined && cpuSeconds() - begun > limit
    if (late || stop?.() === true) event.interrupt()
  }
  return { 1: check, 2: check, 6: check }
}

function outcomeOf(
  model: Model,
  status: SolveStatus,
  mip: boolean,
  maximize: boolean,
): SolveOutcome {
  const found = Number(model.info.get('primal_solution_status')) === FEASIBLE
  const useful = found && (status === 'optimal' || status === 'limit' || status === 'bound')
  const objective = useful ? model.getObjectiveValue() : maximize ? -Infinity : Infinity
  const worst = maximize ? Infinity : -Infinity
  const proven = mip ? Number(model.info.get('mip_dual_bound')) : objective
  const bound = status === 'optimal' && !mip ? objective : mip ? proven : worst
  const solution = useful ? model.getSolution() : undefined
  return {
    status: status === 'limit' && useful ? 'feasible' : status,
    objective,
    bound: Number.isNaN(bound) ? worst : bound,
    gap: useful ? Math.abs(objective - bound) / Math.max(Math.abs(objective), 1e-9) : Infinity,
    values: solution?.colValue ?? new Float64Array(0),
    rowValues: solution?.rowValue ?? new Float64Array(0),
    nodes: mip ? Number(model.info.get('mip_node_count')) : 0,
    iterations: Number(model.info.get('simplex_iteration_count')),
  }
}
