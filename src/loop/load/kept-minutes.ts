import type { LoadEvent } from '../../load/index.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Hours before and after an event whose minutes are kept with it. */
const ABOUT_MS = 3 * HOUR_MS
/** Events that nobody plans for. */
const UNPLANNED = new Set(['robot', 'outage'])

/** A stretch of time, epoch ms; the end is not included. */
export type Stretch = readonly [fromMs: number, toMs: number]

/**
 * Whole hours of which minutes are kept: the first `days` days and the hours about each event that is
 * planned before `untilMs`; stretches that touch are one.
 */
export function keptMinutes(
  fromMs: number,
  untilMs: number,
  days: number,
  events: readonly LoadEvent[],
): readonly Stretch[] {
  const first = Math.ceil(fromMs / HOUR_MS) * HOUR_MS
  const stretches: Stretch[] = [
    [fromMs, Math.min(untilMs, first + days * DAY_MS)],
    ...events
      .filter(
        ({ kind, startMs, endMs }) => !UNPLANNED.has(kind) && endMs > fromMs && startMs < untilMs,
      )
      .map(
        ({ startMs, endMs }): Stretch => [
          Math.max(fromMs, Math.floor((startMs - ABOUT_MS) / HOUR_MS) * HOUR_MS),
          Math.min(untilMs, Math.ceil((endMs + ABOUT_MS) / HOUR_MS) * HOUR_MS),
        ],
      ),
  ]
  stretches.sort((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const [from, to] of stretches) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else if (to > from) merged.push([from, to])
  }
  return merged
}
