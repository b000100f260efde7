/** A past stretch on which forecasters are judged. */
export interface PastWindow {
  /** Steps of the history that a fit may read. */
  readonly known: number
  /** First step judged; the steps between are a gap as the forecast has one. */
  readonly start: number
  readonly count: number
}

/** Steps of history under which nothing can be judged. */
const FEWEST_STEPS = 12

/**
 * Past windows like the range to come, the latest first: whole ones one after the other where half of
 * the history lies before them; else all to the end of the history, from a third of it down, so that
 * later fits know more (an event of a kind that is only days old is then in some of them).
 */
export function pastWindows(
  history: number,
  ahead: number,
  horizon: number,
  most: number,
): readonly PastWindow[] {
  const gap = Math.min(ahead, Math.floor(history / 4))
  const usable = history - gap
  if (usable < FEWEST_STEPS) return []
  if (most * horizon <= usable / 2) {
    return Array.from({ length: most }, (_, k) =>
      windowAt(history - (k + 1) * horizon, horizon, gap),
    )
  }
  const longest = Math.min(horizon, Math.floor(usable / 3))
  const lengths = Array.from({ length: most }, (_, k) => Math.ceil((longest * (k + 1)) / most))
  return [...new Set(lengths)].map((count) => windowAt(history - count, count, gap))
}

function windowAt(start: number, count: number, gap: number): PastWindow {
  return { known: start - gap, start, count }
}
