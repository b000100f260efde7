/** Normal scores at which the arrivals of runs are held, rising. */
export const RUN_SCORES = [-2, -1, 0, 0.5, 1, 1.5, 2, 2.5, 3] as const

/** What is known of the runs behind departures, by slot: for arrivals at a chosen chance. */
export interface RunTimes {
  /** Epoch minute until which an order or parcel may come to be on it; 0 where nothing is known. */
  readonly deadline: Int32Array
  /** Slot × RUN_SCORES.length + k: epoch minute by which it is there with the chance Φ(score k). */
  readonly arrive: Int32Array
}

/** Arrival of a run that never comes: a carrier that does not deliver in weeks. */
export const NEVER_ARRIVES = 2 ** 31 - 1
