/** Where a stop stands between the naive policy (0) and the bound (1), on a drawn scale. */
export interface GapScale {
  /** Places in percent of the width. */
  readonly naive: number
  readonly plan: number
  readonly bound: number
  readonly low: number | undefined
  readonly high: number | undefined
}

/**
 * Lays naive, plan and bound on one line. The scale reaches from the least to the most of them,
 * so that a plan below the naive policy stands left of it.
 */
export function gapScale(gap: {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}): GapScale {
  const stops = [0, 1, gap.value, gap.low ?? 0, gap.high ?? 0]
  const from = Math.max(-1, Math.min(...stops))
  const to = Math.min(2, Math.max(...stops))
  const place = (value: number): number =>
    (100 * (Math.min(to, Math.max(from, value)) - from)) / (to - from)
  return {
    naive: place(0),
    plan: place(gap.value),
    bound: place(1),
    low: gap.low === null ? undefined : place(gap.low),
    high: gap.high === null ? undefined : place(gap.high),
  }
}
