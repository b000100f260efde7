import type { PMedianProblem, PMedianSolution } from '../problem.ts'

/** p-median in which each customer is served whole by one site and sites hold only so much. */
export interface CapacitatedProblem extends PMedianProblem {
  /** Units that each customer takes of its site's capacity, from 0. */
  readonly demands: Float64Array
  /** Units that each site holds, from 0; Infinity where nothing limits it. */
  readonly capacities: Float64Array
}

export interface CapacitatedResult extends PMedianSolution {
  /** Units assigned to each site; 0 where it is closed. */
  readonly loads: Float64Array
  /** No choice costs less than this. */
  readonly bound: number
  /** (value − bound) / value. */
  readonly gap: number
  readonly proven: boolean
  readonly rounds: number
}
