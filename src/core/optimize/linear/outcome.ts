/**
 * How a solve ended. `optimal`: proven within the gap asked for. `feasible`: a limit was reached
 * with a solution in hand. `limit`: reached with none. `bound`: nothing better than `cutoff` exists.
 */
export type SolveStatus =
  | 'optimal'
  | 'feasible'
  | 'limit'
  | 'bound'
  | 'infeasible'
  | 'unbounded'
  | 'infeasible-or-unbounded'

/** What a solve returns. Arrays are copies and stay when the model changes or is disposed. */
export interface SolveOutcome {
  readonly status: SolveStatus
  /** Of `values`; Infinity (−Infinity when maximizing) where there is no solution. */
  readonly objective: number
  /** No solution is better than this: below (above when maximizing) or equal to the objective. */
  readonly bound: number
  /** |objective − bound| / max(|objective|, 1e-9); Infinity where there is no solution. */
  readonly gap: number
  /** One a column; empty where there is no solution. */
  readonly values: Float64Array
  /** Ax, one a row; empty where there is no solution. */
  readonly rowValues: Float64Array
  /** Branch-and-bound nodes and simplex iterations of this solve. */
  readonly nodes: number
  readonly iterations: number
}

/** Limits and manners of one solve; what is absent does not limit. */
export interface SolveOptions {
  /** Seconds of wall time, as HiGHS measures them. */
  readonly wallSeconds?: number
  /** Seconds of this thread's CPU time, looked at between iterations and nodes. */
  readonly cpuSeconds?: number
  /** Asked at the same moments; true stops the solve. */
  readonly stop?: () => boolean
  /** Branch-and-bound nodes. */
  readonly nodes?: number
  /** Relative and absolute gap between objective and bound at which a MIP counts as optimal; default 0 and 1e-6. */
  readonly relativeGap?: number
  readonly absoluteGap?: number
  /** Solutions no better than this are of no interest: the search gives up with `bound` where there are none. */
  readonly cutoff?: number
  /** A solution this good ends the search as `feasible`. */
  readonly target?: number
  /** Drops the demand that variables be whole: the LP relaxation, with duals. */
  readonly relaxed?: boolean
  /** How LPs are solved; default `choose` lets HiGHS decide. */
  readonly method?: 'choose' | 'simplex' | 'ipm'
  /** Default true; LPs that start from a basis skip it anyway. */
  readonly presolve?: boolean
  /** Share of MIP work spent on finding solutions rather than on proof, 0 to 1; HiGHS's default is 0.05. */
  readonly heuristicEffort?: number
  /** Default 0. */
  readonly seed?: number
  /** Checked before the solve; ERR_CANCELLED. A solve that runs blocks the thread, so nothing can abort it but the limits. */
  readonly signal?: AbortSignal
}
