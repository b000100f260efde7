/** The actions on offer at one moment, and what is known of each. */
export interface Situation {
  /** Number of each action (≥ 0), each once: which arm a row speaks of. */
  readonly actions: Int32Array
  /** Features of each action in its context, actions × dimension, row-major; finite. */
  readonly features: Float64Array
}

export interface Choice {
  /** Row of the situation. */
  readonly place: number
  /** Its action. */
  readonly action: number
  /** Probability with which it was chosen, in (0, 1]: `probabilities[place]`. */
  readonly propensity: number
  /** Of every row; they sum to 1. */
  readonly probabilities: Float64Array
}

/** What followed an action. */
export interface Outcome {
  readonly action: number
  /** Its row of features when it was chosen. */
  readonly features: Float64Array
  readonly reward: number
  /** Epoch ms. */
  readonly at: number
}

/** Expected reward of each row, and the standard deviation of that expectation. */
export interface Estimate {
  readonly means: Float64Array
  readonly deviations: Float64Array
}

/**
 * A contextual bandit. It is deterministic: the same history, situation and seed give the same
 * choice. A choice is drawn from `probabilities`, so that the propensity is exact also where the
 * probabilities themselves were counted from draws (Thompson sampling): given the seed, they are
 * the distribution that the action comes from.
 */
export interface Bandit {
  readonly name: string
  /** Features an action. */
  readonly dimension: number
  /** Probability of each row to be chosen. Throws ERR_ARGUMENT on a situation of another shape. */
  probabilities(situation: Situation, seed: string | number): Float64Array
  choose(situation: Situation, seed: string | number): Choice
  estimate(situation: Situation): Estimate
  /** Learns an outcome, and forgets up to its time. Throws ERR_NOT_FINITE, ERR_ARGUMENT. */
  update(outcome: Outcome): void
  /** Forgets by the half-life up to `at` (epoch ms), without news. */
  forget(at: number): void
  /** All that it knows, as bytes that `loadBandit` reads. */
  save(): Uint8Array
}
