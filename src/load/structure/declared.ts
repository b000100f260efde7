import type { LoadEvent } from '../types.ts'

/**
 * Breaks that a person declares, as events of these kinds. From the start of a level break on, load is
 * `strength` times what it was (a new region, a page taken away); from that of a slope break on, a year
 * makes `strength` times as much. Past ones need no strength: what they did is seen.
 */
export const LEVEL_BREAK = 'level-break'
export const SLOPE_BREAK = 'slope-break'

export function isDeclaredBreak({ kind }: LoadEvent): boolean {
  return kind === LEVEL_BREAK || kind === SLOPE_BREAK
}

const YEAR_MS = 365 * 86_400_000

/** Log change of load at `atMs` by breaks declared after `sinceMs`; those without a strength do nothing. */
export function declaredShift(events: readonly LoadEvent[], sinceMs: number, atMs: number): number {
  let shift = 0
  for (const { kind, startMs, strength } of events) {
    if (startMs < sinceMs || startMs > atMs || strength === undefined || !(strength > 0)) continue
    if (kind === LEVEL_BREAK) shift += Math.log(strength)
    if (kind === SLOPE_BREAK) shift += (Math.log(strength) * (atMs - startMs)) / YEAR_MS
  }
  return shift
}
