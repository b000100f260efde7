import { runsOf } from '../runs.ts'
import type { LeftOut, LoadAxis } from '../types.ts'
import { robustScale } from './robust.ts'

/** Smallest size of what is left out, in logs: a third more or less than expected. */
const LEAST_SIZE = Math.log(1.5)
/** Runs this near are one. */
const JOIN_MINUTES = 30
/** What lasts longer than this is no robot and no outage but a change. */
const LONGEST_MINUTES = 12 * 60

/**
 * Runs of steps far off what level, shape and events let expect. `residual` [count] is in logs, NaN where
 * nothing is known or an event is under way; `sensitivity` 0 … 1 as in learn/events: 0.5 marks beyond 4.5
 * robust standard deviations. The mean of three steps is judged, so that one odd step alone has to be three
 * times as far off.
 */
export function findLeftOut(
  residual: Float64Array,
  axis: LoadAxis,
  sensitivity: number,
): readonly LeftOut[] {
  const scale = Math.max(0.02, robustScale(residual))
  const limit = Math.max(LEAST_SIZE, 10 * 0.2 ** sensitivity * scale)
  const marks = markedSteps(residual, limit)
  const join = Math.max(1, Math.round((JOIN_MINUTES * 60_000) / axis.stepMs))
  return runsOf(marks.length, join, (t) => marks[t] === 1)
    .filter(({ from, to }) => (to - from) * axis.stepMs <= LONGEST_MINUTES * 60_000)
    .map(({ from, to }) => describe(residual, axis, from, to, scale))
}

function markedSteps(residual: Float64Array, limit: number): Uint8Array {
  const marks = new Uint8Array(residual.length)
  for (let t = 0; t < residual.length; t++) {
    const r = residual[t]!
    if (!(Math.abs(r) > limit)) continue
    const before = residual[t - 1] ?? Number.NaN
    const after = residual[t + 1] ?? Number.NaN
    const held = (r + (!Number.isNaN(before) ? before : 0) + (!Number.isNaN(after) ? after : 0)) / 3
    if (Math.abs(held) > limit) marks[t] = 1
  }
  return marks
}

function describe(
  residual: Float64Array,
  { startMs, stepMs }: LoadAxis,
  from: number,
  to: number,
  scale: number,
): LeftOut {
  let worst = 0
  for (let t = from; t < to; t++) if (Math.abs(residual[t]!) > Math.abs(worst)) worst = residual[t]!
  const times = Math.exp(Math.abs(worst))
  const size = times < 10 ? times.toFixed(1) : times.toFixed(0)
  // What rises and falls around the burst belongs to it.
  const margin = Math.max(1, Math.round((to - from) / 4))
  return {
    startMs: startMs + Math.max(0, from - margin) * stepMs,
    endMs: startMs + Math.min(residual.length, to + margin) * stepMs,
    reason:
      worst > 0
        ? `burst of ${size} times what was expected, as robots make it`
        : `load fell to 1/${size} of what was expected, as in an outage`,
    score: worst / scale,
  }
}
