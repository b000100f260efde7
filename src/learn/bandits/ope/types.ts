/** What a logged policy earned, weighed for another one. All arrays have one entry a row of the log. */
export interface OffPolicyLog {
  readonly rewards: Float64Array
  /** Probability of the logged action under the policy asked about over that under the logged one, ≥ 0. */
  readonly weights: Float64Array
  /** What a reward model, fitted on other rows, says of the logged action. */
  readonly predictedLogged?: Float64Array
  /** What it says of the policy asked about: Σ over actions of its probability × predicted reward. */
  readonly predictedTarget?: Float64Array
  /** Rows that belong together (one search, one customer): counted once by the intervals. */
  readonly clusters?: Int32Array
  /** The value is a mean by row (default), or a mean of the clusters' sums. */
  readonly per?: 'row' | 'cluster'
}

export type EstimatorName =
  | 'ips'
  | 'clipped-ips'
  | 'snips'
  | 'direct'
  | 'doubly-robust'
  | 'switch-doubly-robust'

export type IntervalName = 'gamma' | 'normal' | 'bernstein' | 'bootstrap'

/** An estimate as a ratio of sums over rows: Σ numerator / Σ denominator. */
export interface Terms {
  readonly numerator: Float64Array
  readonly denominator: Float64Array
  /** Where rewards are never negative, the part of the numerator that they bring: weight × reward. */
  readonly events?: Float64Array
  /** What a reward of 1 brings in a row: the weight. */
  readonly scales?: Float64Array
}
