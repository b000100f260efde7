/** The p-median problem: open p of the sites so that customers lie near an open one. */
export interface PMedianProblem {
  readonly customers: number
  readonly sites: number
  /** Sites to open. */
  readonly p: number
  /**
   * Cost of serving one unit of customer i from site j at `costs[i × sites + j]`, from 0; Infinity
   * where the site does not reach the customer.
   */
  readonly costs: Float64Array | Int32Array
  /** Units of each customer, from 0; 1 each where absent. */
  readonly weights?: Float64Array
  readonly mustOpen?: readonly number[]
  readonly forbidden?: readonly number[]
  /** Sites open today, where the answer may open few others. */
  readonly today?: readonly number[]
  /** Sites outside `today` that may be opened; any number where absent. */
  readonly maxNewSites?: number
}

/** A choice of sites and the nearest of them for each customer. */
export interface PMedianSolution {
  /** Open sites, rising. */
  readonly open: Int32Array
  /** Site that serves each customer. */
  readonly assigned: Int32Array
  /** Σ weight × cost. */
  readonly value: number
}

export interface PMedianResult extends PMedianSolution {
  /** No choice costs less than this. */
  readonly bound: number
  /** (value − bound) / value. */
  readonly gap: number
  /** Whether value and bound meet: no better choice exists. */
  readonly proven: boolean
  /** Sites that cannot be closed, or not be opened, in any better choice: by reduced cost. */
  readonly fixedOpen: number
  readonly fixedClosed: number
  readonly restarts: number
  /** Restarts until the value was found. */
  readonly foundAt: number
}
