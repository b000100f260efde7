import {
  type LoadContext,
  type LoadEvent,
  type LoadHistory,
  refined,
  structureForecaster,
  track,
} from '../../load/index.ts'

/** An event as it was followed minute by minute, against what was forecast before it began. */
export interface TrackedEvent {
  readonly eventId: string
  /** Epoch ms of the first minute. */
  readonly fromMs: number
  /** [minutes] requests, null where nothing is known. */
  readonly actual: readonly (number | null)[]
  readonly expected: readonly number[]
  /** The band of nine in ten. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly summary: track.TrackSummary
  /** What the rest looked like, quarter hour by quarter hour. */
  readonly projections: readonly (track.Projection & { readonly atMs: number })[]
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const BEFORE_MS = 2 * HOUR_MS
const AFTER_MS = 2 * HOUR_MS
const STATUS_MINUTES = 15
/** Minutes are spread over steps of so many: quick, and sharp enough to follow. */
const SPREAD = 15
/** Weeks of history from which an event can be expected. */
const LEAST_MS = 14 * 24 * HOUR_MS
const UNPLANNED = new Set(['robot', 'outage'])

/** The last event that was planned and is over, with enough history before it. */
export function lastEventOf<Event extends LoadEvent>(
  events: readonly Event[],
  { axis }: LoadHistory,
): Event | undefined {
  const endMs = axis.startMs + axis.count * axis.stepMs
  return events.findLast(
    (event) =>
      !UNPLANNED.has(event.kind) &&
      event.group === undefined &&
      event.endMs + AFTER_MS <= endMs &&
      event.startMs - BEFORE_MS - axis.startMs >= LEAST_MS,
  )
}

/**
 * Follows a past event as it would have been followed live: the forecast knows what came before the
 * event and the calendar, each minute comes in its turn.
 */
export function trackPastEvent(
  history: LoadHistory,
  event: LoadEvent,
  context: LoadContext,
  settings: Readonly<Record<string, number>>,
): TrackedEvent {
  const { startMs } = history.axis
  const first = Math.floor((event.startMs - BEFORE_MS - startMs) / MINUTE_MS)
  const count = Math.ceil((event.endMs - event.startMs + BEFORE_MS + AFTER_MS) / MINUTE_MS)
  const fromMs = startMs + first * MINUTE_MS
  const before: LoadHistory = {
    group: history.group,
    axis: { ...history.axis, count: first },
    values: history.values.subarray(0, first),
  }
  const forecast = refined(structureForecaster(settings), SPREAD)
    .fit(before, context)
    .forecast({ startMs: fromMs, count })
  const actual = history.values.subarray(first, first + count)
  const follower = track.createFollower(forecast, { statusSteps: STATUS_MINUTES, settings })
  const projections: (track.Projection & { readonly atMs: number })[] = []
  actual.forEach((requests, t) => {
    const at = fromMs + t * MINUTE_MS
    const samples = Number.isNaN(requests)
      ? []
      : [{ fromMs: at, toMs: at + MINUTE_MS, requests, whole: true }]
    for (const message of follower.take(samples, at + MINUTE_MS)) {
      if (message.kind === 'status') {
        projections.push({ ...message.projection, atMs: message.step.atMs })
      }
    }
  })
  const whole = (values: Float64Array) => Array.from(values, (value) => Math.round(value))
  return {
    ...{ eventId: event.eventId, fromMs, projections },
    actual: Array.from(actual, (value) => (Number.isNaN(value) ? null : Math.round(value))),
    expected: whole(forecast.quantile(0.5)),
    low: whole(forecast.quantile(0.05)),
    high: whole(forecast.quantile(0.95)),
    summary: follower.summary(),
  }
}

/** All services and regions together, minute by minute; a minute that nobody knows is unknown. */
export function addHistories(histories: readonly LoadHistory[]): LoadHistory {
  const startMs = Math.min(...histories.map(({ axis }) => axis.startMs))
  const endMs = Math.max(...histories.map(({ axis }) => axis.startMs + axis.count * axis.stepMs))
  const values = new Float64Array((endMs - startMs) / MINUTE_MS).fill(Number.NaN)
  for (const { axis, values: own } of histories) {
    const offset = (axis.startMs - startMs) / MINUTE_MS
    own.forEach((value, t) => {
      if (Number.isNaN(value)) return
      const sum = values[offset + t]!
      values[offset + t] = Number.isNaN(sum) ? value : sum + value
    })
  }
  return {
    group: { service: 'all', region: 'all' },
    axis: { startMs, stepMs: MINUTE_MS, count: values.length },
    values,
  }
}
