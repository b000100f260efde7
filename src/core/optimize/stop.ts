/** Where an iterative search stands when it asks whether to go on. Lower values are better. */
export interface SearchState {
  /** Iterations finished. */
  readonly iterations: number
  /** Iterations since the best value last fell. */
  readonly sinceImprovement: number
  /** Best value found; Infinity before the first solution. */
  readonly value: number
  /** Proven lower bound on any value; −Infinity where none is known. */
  readonly bound: number
}

/** Says whether a search should stop. Pure in the state; a clock it reads is its argument. */
export type StopRule = (state: SearchState) => boolean

/** Seconds that have been used, from any origin: CPU time in programs, a counter in tests. */
export type Clock = () => number

/** Stops after `count` iterations. */
export function afterIterations(count: number): StopRule {
  return ({ iterations }) => iterations >= count
}

/** Stops after `count` iterations in a row without a better value. */
export function afterNoImprovement(count: number): StopRule {
  return ({ sinceImprovement }) => sinceImprovement >= count
}

/** Stops once `clock` has moved on by `seconds` from where it stood when this rule was made. */
export function afterSeconds(seconds: number, clock: Clock): StopRule {
  const end = clock() + seconds
  return () => clock() >= end
}

/** Stops once the gap (value − bound) / |value| is at most `share`. */
export function atGap(share: number): StopRule {
  return (state) => gapOf(state) <= share
}

/** Stops as soon as `signal` is aborted: what was found by then stands. */
export function onSignal(signal: AbortSignal): StopRule {
  return () => signal.aborted
}

/** Stops when one of the rules does. */
export function whenAny(...rules: readonly StopRule[]): StopRule {
  return (state) => rules.some((rule) => rule(state))
}

/** (value − bound) / |value|, 0 where they meet, Infinity where either is unknown. */
export function gapOf({ value, bound }: Pick<SearchState, 'value' | 'bound'>): number {
  if (!Number.isFinite(value) || !Number.isFinite(bound)) return Infinity
  if (value <= bound) return 0
  return (value - bound) / Math.max(Math.abs(value), Number.MIN_VALUE)
}
