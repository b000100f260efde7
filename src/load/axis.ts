import { requireArgument } from '../core/errors.ts'
import type { ForecastRange, LoadAxis, LoadContext, LoadHistory } from './types.ts'

/** Epoch ms at which the axis ends: the start of the step after its last. */
export function endOfAxis({ startMs, stepMs, count }: LoadAxis): number {
  return startMs + count * stepMs
}

/**
 * Throws ERR_ARGUMENT where the values of a history are not one a step or below zero, or an event ends
 * before it starts.
 */
export function requireLoad({ axis, values }: LoadHistory, { events }: LoadContext): void {
  requireArgument(
    values.length === axis.count,
    `history: ${values.length} values for ${axis.count} steps`,
  )
  const below = values.findIndex((value) => value < 0)
  requireArgument(
    below < 0,
    `history: step ${below} has load of ${values[below]}; use NaN where it is unknown`,
  )
  for (const { eventId, startMs, endMs } of events) {
    requireArgument(endMs > startMs, `event ${eventId} ends before it starts`)
  }
}

/**
 * How many steps a range starts after the end of an axis. Throws ERR_ARGUMENT on a range before the end,
 * off the steps or empty.
 */
export function stepsAhead(axis: LoadAxis, range: ForecastRange): number {
  const ahead = (range.startMs - endOfAxis(axis)) / axis.stepMs
  requireArgument(range.count > 0, 'forecast: the range has no steps')
  requireArgument(
    ahead >= 0,
    `forecast: the range starts at ${new Date(range.startMs).toISOString()}, before the history ends`,
  )
  requireArgument(
    Number.isInteger(ahead),
    `forecast: the range starts off the steps of ${axis.stepMs} ms`,
  )
  return ahead
}

/**
 * A history with further steps behind it; steps between the two are NaN, and where both know a step the
 * further one counts. Throws ERR_ARGUMENT where the steps do not fit.
 */
export function joinHistories(history: LoadHistory, further: LoadHistory): LoadHistory {
  const { startMs, stepMs } = history.axis
  const offset = (further.axis.startMs - startMs) / stepMs
  requireArgument(
    further.axis.stepMs === stepMs && Number.isInteger(offset) && offset >= 0,
    'extend: the further steps do not lie on the steps of the history',
  )
  const count = Math.max(history.axis.count, offset + further.axis.count)
  const values = new Float64Array(count).fill(Number.NaN)
  values.set(history.values)
  further.values.forEach((value, i) => {
    if (!Number.isNaN(value)) values[offset + i] = value
  })
  return { group: history.group, axis: { startMs, stepMs, count }, values }
}

/** The part of a history before `endMs`, and no more than `most` steps of it. */
export function historyBefore(history: LoadHistory, endMs: number, most = Infinity): LoadHistory {
  const { startMs, stepMs, count } = history.axis
  const end = Math.max(0, Math.min(count, Math.floor((endMs - startMs) / stepMs)))
  const start = Math.max(0, end - most)
  return {
    group: history.group,
    axis: { startMs: startMs + start * stepMs, stepMs, count: end - start },
    values: history.values.subarray(start, end),
  }
}
