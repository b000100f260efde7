import type { LiveEvent } from '../../src/api/schemas/load.ts'
import { EVENTS, HOUR, iso, liftAt, MINUTE, sizeOf, usualAt } from './fixture-load-days.ts'

/** Three hours into a replay of the last sale. */
export function liveNow(calm: boolean, speed: number | undefined): LiveEvent {
  const past = calm ? null : tracked()
  if (past === null || speed === undefined) return { tracked: past, now: null, canReplay: !calm }
  const at = iso(past.startSeconds * 1000 + 180 * MINUTE)
  return {
    ...{ tracked: past, canReplay: true },
    now: {
      ...{ source: 'replay', label: `replay of what was recorded, ${speed} times as fast` },
      ...{ phase: 'running', at, state: 'above', trouble: null },
      peak: { middle: 74_400, low: 70_100, high: 81_000, at, ends: at },
      tracked: {
        ...past,
        sentence: 'Deal night at 20:00 runs 20 % above its forecast.',
        actual: past.actual.map((value, t) => (t < 180 ? value : null)),
      },
    },
  }
}

/** The sale before the next one, a fifth above its forecast. */
function tracked(): NonNullable<LiveEvent['tracked']> {
  const event = EVENTS[2]!
  const start = Date.parse(event.startsAt) - 2 * HOUR
  const size = sizeOf('all', 'all')
  const minutes = Array.from({ length: 8 * 60 }, (_, t) => start + t * MINUTE)
  const expected = minutes.map((ms) => Math.round(usualAt(ms, size) * (1 + liftAt(ms))))
  const off = (t: number) => (t > 130 ? 1.2 : 1) * (1 + 0.02 * Math.sin(t))
  return {
    event,
    sentence:
      'Deal night of 20 Nov ran 17 % above its forecast; 58 % of its minutes lay in the band.',
    startSeconds: start / 1000,
    ...{ actual: expected.map((value, t) => Math.round(value * off(t))), expected },
    low: expected.map((value) => Math.round(value * 0.85)),
    high: expected.map((value) => Math.round(value * 1.15)),
    ...{ inside: 0.58, error: 0.14 },
    notices: [
      { at: iso(start + 120 * MINUTE), kind: 'edge-up', text: 'Load jumps to 61,200 a minute.' },
      { at: iso(start + 134 * MINUTE), kind: 'above', text: 'Load is 20 % above its forecast.' },
    ],
    projections: [60, 135, 180].map((t) => ({
      ...{ at: iso(start + t * MINUTE), peak: 60_000 + 80 * t },
      ...{ peakLow: 52_000 + 100 * t, peakHigh: 72_000 },
      ends: iso(start + 360 * MINUTE),
    })),
  }
}
