import type { Clock } from '../../core/optimize/stop.ts'

/** Time that a search may take: `clock` tells seconds used from any origin (CPU time in programs). */
export interface DesignBudget {
  readonly seconds: number
  readonly clock: Clock
}

/** When to stop, and how much of the time is left for each part of the search. */
export interface Pace {
  readonly over: () => boolean
  /** Whether time ends the search, so that counts need not. */
  readonly timed: boolean
  /** A stop for a part of the search that may last until `share` of the time is used. */
  until(share: number): () => boolean
  /** A stop for a step that may last `share` of the time, or what is left. */
  during(share: number): () => boolean
}

/** Watches a budget (none: only the stop rule and the signal end the search). */
export function createPace(
  budget: DesignBudget | undefined,
  signal: AbortSignal | undefined,
  stopped: () => boolean,
): Pace {
  const clock = budget?.clock ?? (() => 0)
  const seconds = budget?.seconds ?? Infinity
  const begun = clock()
  const over = () => signal?.aborted === true || stopped() || clock() - begun >= seconds
  const until = (share: number) => () => over() || clock() - begun >= share * seconds
  function during(share: number): () => boolean {
    const start = clock()
    return () => over() || clock() - start >= share * seconds
  }
  return { over, timed: budget !== undefined, until, during }
}
