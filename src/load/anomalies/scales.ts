import { seasonOf } from '../recent/lag-sets.ts'

/** Lengths in steps by which a series is looked at, all shares of its season. */
export interface Scales {
  /** Steps of a day; of daily steps a week, of weekly ones a year. */
  readonly season: number
  /** Half width of the stretch before a step that a spike stands out of (two hours on either side of 12). */
  readonly before: number
  /** Half width of the stretch whose median is the level (three hours). */
  readonly level: number
  /** How far beside the same time of earlier days a known spike may lie (half an hour). */
  readonly beside: number
  /** Lengths of the blocks whose largest values are compared: six hours and a day. */
  readonly blocks: readonly [number, number]
  /** How often what is usual is read anew (an hour). */
  readonly refresh: number
}

const FEWEST_STEPS = 7

/** Scales of steps of `stepMs`; a season of less than seven steps is no help, and a day of 24 stands in. */
export function scalesOf(stepMs: number, given?: number): Scales {
  const found = seasonOf(stepMs, given)
  const season = found >= FEWEST_STEPS ? found : 24
  const share = (part: number) => Math.max(1, Math.round(season / part))
  return {
    season,
    before: share(24),
    level: share(16),
    beside: share(48),
    blocks: [share(4), season],
    refresh: share(24),
  }
}
